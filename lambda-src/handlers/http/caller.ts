import { SINGLE_TENANT, TENANT_ID, TenancyModel } from '../../../src/private/contract';
import { Caller } from '../../application/access/caller';
import { ApiError } from '../../domain/api-error';

/** Reads from an event of API Gateway on whose behalf the request is made. */
export type CallerReader = (event: unknown) => Caller;

/** What the name of a session comes after: of a role that was assumed, each program and each of its runs has another. */
const ASSUMED_ROLE = /^(arn:[^:]+:sts::\d*:assumed-role\/[^/]+)\/.+$/;

type Members = Readonly<Record<string, unknown>>;

/**
 * What the gateway's authorizer has found out stands in different places: in `authorizer.jwt.claims` (HTTP API with JWTs),
 * `authorizer.claims` (REST API with Cognito), `authorizer.lambda` (HTTP API with a Lambda authorizer), or in `authorizer`
 * itself (REST API with one); of IAM in `authorizer.iam` and `identity`. Nothing that a client sends is looked at.
 */
export function callerReader(tenancy: TenancyModel): CallerReader {
  if (tenancy.source === 'single') return (event) => ({ tenantId: SINGLE_TENANT, owner: ownerOf(event), ownUploadsOnly: false });
  const { source, name } = tenancy;
  const ownUploadsOnly = tenancy.ownership === 'user';
  return (event) => {
    const authorizer = authorizerOf(event);
    const context = member(authorizer, 'lambda') ?? authorizer;
    const tenantId = tenantIn((source === 'claim' ? claimsIn(authorizer) ?? context : context), name);
    const owner = ownerOf(event);
    if (ownUploadsOnly && owner === null) throw new ApiError('OWNER_MISSING', 'the credentials do not say who you are');
    return { tenantId, owner, ownUploadsOnly };
  };
}

function tenantIn(from: Members, name: string): string {
  const tenant = Object.hasOwn(from, name) ? from[name] : undefined;
  if (tenant === undefined || tenant === null || tenant === '') throw new ApiError('TENANT_MISSING', 'the credentials do not say which tenant you belong to');
  // Lists come as `[a b]` or `a,b`; a number could be written in more than one way.
  if (typeof tenant === 'string' && TENANT_ID.test(tenant)) return tenant;
  throw new ApiError('INVALID_TENANT', 'the credentials must name one tenant, whose id has 1 to 128 letters, digits and ._@+=-');
}

/**
 * Who the credentials belong to; null: this route does not ask for any, or they are nobody's. Whoever has assumed a role is that
 * role, whatever the session is called: a program that is started again goes on with its own uploads.
 */
function ownerOf(event: unknown): string | null {
  const authorizer = authorizerOf(event);
  const identity = member(requestContext(event), 'identity') ?? {};
  const context = member(authorizer, 'lambda') ?? authorizer;
  const found = [
    claimsIn(authorizer)?.sub, principalIn(member(authorizer, 'iam')), principalIn(identity), context.principalId, context.sub, identity.apiKeyId,
  ];
  return found.find((value): value is string => typeof value === 'string' && value !== '') ?? null;
}

function principalIn(identity: Members | undefined): unknown {
  const arn = identity?.userArn;
  return typeof arn === 'string' ? arn.replace(ASSUMED_ROLE, '$1') : arn;
}

function claimsIn(authorizer: Members): Members | undefined {
  return member(member(authorizer, 'jwt') ?? authorizer, 'claims');
}

function authorizerOf(event: unknown): Members {
  return member(requestContext(event), 'authorizer') ?? {};
}

function requestContext(event: unknown): Members {
  return member(event as Members, 'requestContext') ?? {};
}

function member(of: Members, name: string): Members | undefined {
  const value = of[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Members : undefined;
}
