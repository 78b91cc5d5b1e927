import type { RouteGroup } from '../../../src/private/api/routes';
import { Claims, scopesOf } from '../../domain/access/token-claims';
import { TokenVerifier } from './token-verifier';

/** Groups of routes that want a token. */
export type GuardedGroup = Exclude<RouteGroup, 'public'>;

/** Scopes of which a token must have one, by group; none: every good token is enough. */
export type GroupScopes = Readonly<Record<GuardedGroup, readonly string[]>>;

/** What the bearer of a good token may do. */
export interface Access {
  readonly claims: Claims;
  readonly groups: readonly GuardedGroup[];
}

/** Says what the bearer of a token may do; a Lambda authorizer has no scopes of its own. */
export class AuthorizeToken {
  constructor(private readonly verifier: TokenVerifier, private readonly required: GroupScopes) {}

  /** undefined: it is no good token. */
  public async run(token: string | undefined): Promise<Access | undefined> {
    const claims = token === undefined ? undefined : await this.verifier.verify(token);
    if (!claims) return undefined;
    const scopes = scopesOf(claims);
    const allowed = (group: GuardedGroup) => this.required[group].length === 0 || this.required[group].some((one) => scopes.includes(one));
    return { claims, groups: (['upload', 'query'] as const).filter(allowed) };
  }
}
