import { hashOfToken, isToken } from '../../domain/access/session-token';
import { ApiError } from '../../domain/api-error';
import { Caller } from '../access/caller';
import { SessionStore } from './session-store';

/** Finds whom a session's token stands for. */
export class FindSession {
  constructor(private readonly sessions: Pick<SessionStore, 'find'>) {}

  public async run(token: string): Promise<Caller> {
    const session = isToken(token) ? await this.sessions.find(hashOfToken(token)) : undefined;
    if (!session) throw new ApiError('SESSION_NOT_FOUND', 'there is no such session, or it has expired: ask for a new one');
    return { tenantId: session.tenantId, owner: session.owner, ownUploadsOnly: false };
  }
}
