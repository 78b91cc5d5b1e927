import { Router, webResponseToProxyResult } from '@aws-lambda-powertools/event-handler/http';
import type { HttpMethod, RequestContext } from '@aws-lambda-powertools/event-handler/types';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { ApiError } from '../../domain/api-error';
import { corsHeaders } from './cors-headers';
import { problemResponse } from './problem';
import { RoutePath, routePath } from './route-path';

export type Route = (request: RequestContext) => Promise<Response> | Response;

/** Handlers by `METHOD /path/:parameter`. */
export type Routes = Readonly<Record<`${HttpMethod} /${string}`, Route>>;

type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent;
export type HttpHandler = (event: HttpEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpHandlerOptions {
  /** Origins whose browsers may read the answers, where the gateway does not see to that. */
  readonly corsOrigins?: readonly string[];
  /** Called after every request. */
  readonly onEnd?: () => void;
}

/** A Lambda function that serves routes. Every error leaves it as a problem document, and no event is ever logged. */
export function httpHandler(routes: Routes, logger: Logger, { corsOrigins = [], onEnd }: HttpHandlerOptions = {}): HttpHandler {
  const resolve = routing(routes, logger);
  return async (event, context) => {
    const { requestId } = event.requestContext;
    logger.setCorrelationId(requestId);
    try {
      const result = await resolve(event, context);
      return { ...result, headers: { ...result.headers, ...corsHeaders(event, corsOrigins), 'x-request-id': requestId } };
    } finally {
      onEnd?.();
    }
  };
}

function routing(routes: Routes, logger: Logger): HttpHandler {
  const router = new Router({ logger });
  router.use(async ({ reqCtx, next }) => {
    const { values = {} } = routeOf(reqCtx.event) ?? {};
    // The router found the gateway's parameter names in place of the values.
    reqCtx.params = Object.fromEntries(Object.entries(reqCtx.params).map(([name, given]) => [name, values[given] ?? given]));
    await next();
  });
  router.errorHandler(Error, async (error) => problemResponse(error, logger));
  for (const [name, route] of Object.entries(routes)) {
    const [method, path] = name.split(' ') as [HttpMethod, `/${string}`];
    router.route(route, { method, path });
  }
  return async (event, context) => {
    if (isPreflight(event)) return { statusCode: 204 };
    // The gateway has authorized no route of ours here; what the router made of the bare path could be another one.
    if (isCatchAll(event)) return problemResult(new ApiError('ROUTE_NOT_FOUND', 'this API has no such route, or not with this method'), logger);
    try {
      return await router.resolve(forRouter(event), context) as APIGatewayProxyStructuredResultV2;
    } catch {
      // All that a route throws the router has dealt with; what it throws itself is about a `Request` that it could not make.
      return problemResult(new ApiError('INVALID_REQUEST', 'the request is not valid HTTP: a header is not Latin-1, say'), logger);
    }
  };
}

async function problemResult(error: ApiError, logger: Logger): Promise<APIGatewayProxyStructuredResultV2> {
  return await webResponseToProxyResult(problemResponse(error, logger), 'ApiGatewayV2') as APIGatewayProxyStructuredResultV2;
}

/** A preflight request that the catch-all route of an HTTP API would have got; the gateway says what CORS allows. */
function isPreflight(event: HttpEvent): boolean {
  return 'routeKey' in event && event.routeKey === 'OPTIONS /{proxy+}';
}

function isCatchAll(event: HttpEvent): boolean {
  return 'routeKey' in event && event.routeKey === '$default';
}

function routeOf(event: unknown): RoutePath | undefined {
  return routePath(event as HttpEvent);
}

/** The event with the path that the router shall see, and without a body where the router's `Request` would not take one. */
function forRouter(event: HttpEvent): HttpEvent {
  const path = routeOf(event)?.path;
  if ('rawPath' in event) {
    const bodiless = ['GET', 'HEAD'].includes(event.requestContext.http.method);
    return { ...event, rawPath: path ?? event.rawPath, body: bodiless ? undefined : event.body };
  }
  return { ...event, path: path ?? event.path, body: ['GET', 'HEAD'].includes(event.httpMethod) ? null : event.body };
}
