import { Caller } from './caller';
import { SessionStore } from './session-store';
import { secondsAfter } from '../domain/seconds-after';
import { hashOfToken } from '../domain/session-token';

export interface StartSessionPorts {
  readonly sessions: Pick<SessionStore, 'create'>;
  /** 256 random bits, base64url. */
  readonly newToken: () => string;
  readonly now: () => Date;
}

export interface StartedSession {
  readonly token: string;
  readonly expiresAt: string;
}

/** Gives a caller a token that stands for it, for clients that can send nothing but a URL. */
export class StartSession {
  constructor(private readonly ports: StartSessionPorts) {}

  public async run({ tenantId, owner }: Caller, expirySeconds: number): Promise<StartedSession> {
    const { sessions, newToken, now } = this.ports;
    const token = newToken();
    const expiresAt = secondsAfter(now(), expirySeconds);
    await sessions.create({ tokenHash: hashOfToken(token), tenantId, owner, expiresAt });
    return { token, expiresAt };
  }
}
