import { Session, SessionStore } from '../../../lambda-src/application/uppy/session-store';

export class InMemorySessions implements SessionStore {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly now: () => Date = () => new Date()) {}

  public async create(session: Session): Promise<void> {
    this.sessions.set(session.tokenHash, session);
  }

  public async find(tokenHash: string): Promise<Session | undefined> {
    const session = this.sessions.get(tokenHash);
    return session && session.expiresAt > this.now().toISOString() ? session : undefined;
  }
}
