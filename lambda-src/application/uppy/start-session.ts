import { hashOfToken } from '../../domain/access/session-token';
import { secondsAfter } from '../../domain/seconds-after';
import { Caller } from '../access/caller';
import { refusal } from '../uploads/upload-rules';
import { SessionStore } from './session-store';

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
  /** @param expirySeconds how long a session lasts, unless it is asked for less */
  constructor(private readonly ports: StartSessionPorts, private readonly expirySeconds: number) {}

  public async run({ tenantId, owner }: Caller, expirySeconds = this.expirySeconds): Promise<StartedSession> {
    if (expirySeconds > this.expirySeconds) throw refusal('INVALID_REQUEST', '/expiresIn', `must be at most ${this.expirySeconds}`);
    const { sessions, newToken, now } = this.ports;
    const token = newToken();
    const expiresAt = secondsAfter(now(), expirySeconds);
    await sessions.create({ tokenHash: hashOfToken(token), tenantId, owner, expiresAt });
    return { token, expiresAt };
  }
}
