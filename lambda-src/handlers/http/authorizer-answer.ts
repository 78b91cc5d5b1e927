import { callsOf } from '../../../src/private/api/route-calls';
import { ROUTES } from '../../../src/private/api/routes';
import { Access } from '../../application/access/authorize-token';
import { contextOf } from '../../domain/access/token-claims';

/** What an HTTP API sends to a Lambda authorizer in format 2.0, as far as it is read. */
export interface HttpAuthorizerEvent {
  readonly version: '2.0';
  /** `GET /records/{pk}`, or `$default`. */
  readonly routeKey: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** What a REST API sends to a Lambda authorizer of type REQUEST, as far as it is read. */
export interface RestAuthorizerEvent {
  readonly type: 'REQUEST';
  /** `arn:aws:execute-api:region:account:api/stage/GET/records`. */
  readonly methodArn: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
}

type Context = Readonly<Record<string, string | number | boolean>>;

export interface SimpleAnswer {
  readonly isAuthorized: boolean;
  readonly context?: Context;
}

/** Yes or no, for the one route that was asked for. */
export function simpleAnswer(access: Access | undefined, { routeKey }: HttpAuthorizerEvent): SimpleAnswer {
  if (!access || !mayCall(access, routeKey)) return { isAuthorized: false };
  return { isAuthorized: true, context: contextFor(access) };
}

/** Whatever is no route of ours is only told so, by the function behind the catch-all route. */
function mayCall({ groups }: Access, routeKey: string): boolean {
  const route = ROUTES.find(({ method, path }) => `${method} ${path}` === routeKey);
  return route === undefined || route.group === 'public' || groups.includes(route.group);
}

export interface PolicyAnswer {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: '2012-10-17';
    readonly Statement: readonly { readonly Action: string; readonly Effect: 'Allow' | 'Deny'; readonly Resource: readonly string[] }[];
  };
  readonly context?: Context;
}

/** A policy for every route of the stage, since API Gateway remembers it for all of them. */
export function policyAnswer(access: Access, { methodArn }: RestAuthorizerEvent): PolicyAnswer {
  const stage = methodArn.split('/').slice(0, 2).join('/');
  const calls = access.groups.flatMap((group) => callsOf(group));
  const [effect, resources] = calls.length > 0 ? ['Allow', calls] as const : ['Deny', ['*']] as const;
  const { principalId, ...context } = contextFor(access);
  return {
    principalId: String(principalId),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resources.map((call) => `${stage}/${call}`) }],
    },
    context,
  };
}

/** The claims, and who it is under the name that API Gateway has for it. */
function contextFor({ claims }: Access): Context {
  return { ...contextOf(claims), principalId: typeof claims.sub === 'string' ? claims.sub : '' };
}
