import { Router, webResponseToProxyResult } from '@aws-lambda-powertools/event-handler/http';
import type { HttpMethod, RequestContext } from '@aws-lambda-powertools/event-handler/types';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { problemResponse } from './problem';
import { RoutePath, routePath } from './route-path';
import { ApiError } from '../../domain/api-error';

export type Route = (request: RequestContext) => Promise<Response> | Response;

/** Handlers by `METHOD /path/:parameter`. */
export type Routes = Readonly<Record<`${HttpMethod} /${string}`, Route>>;

type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent;
export type HttpHandler = (event: HttpEvent, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

const METHODS: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A Lambda function that serves routes. Every error leaves it as a problem document, and no event is ever logged. */
export function httpHandler(routes: Routes, logger: Logger): HttpHandler {
  const router = new Router({ logger });
  router.use(async ({ reqCtx, next }) => {
    const { values = {} } = routeOf(reqCtx.event) ?? {};
    // The router found the gateway's parameter names in place of the values.
    reqCtx.params = Object.fromEntries(Object.entries(reqCtx.params).map(([name, given]) => [name, values[given] ?? given]));
    await next();
  });
  router.errorHandler(Error, async (error) => problemResponse(error, logger));
  for (const [path, methods] of byPath(routes)) {
    for (const method of METHODS) router.route(methods.get(method) ?? notAllowed([...methods.keys()]), { method, path });
  }
  return async (event, context) => {
    logger.setCorrelationId(event.requestContext.requestId);
    try {
      return await router.resolve(forRouter(event), context) as APIGatewayProxyStructuredResultV2;
    } catch (error) {
      // The router rejects what is no valid `Request`, such as a header that is not Latin-1.
      return webResponseToProxyResult(problemResponse(error, logger), 'ApiGatewayV2');
    }
  };
}

function byPath(routes: Routes): Map<`/${string}`, Map<HttpMethod, Route>> {
  const paths = new Map<`/${string}`, Map<HttpMethod, Route>>();
  for (const [name, route] of Object.entries(routes)) {
    const [method, path] = name.split(' ') as [HttpMethod, `/${string}`];
    paths.set(path, (paths.get(path) ?? new Map<HttpMethod, Route>()).set(method, route));
  }
  return paths;
}

function notAllowed(allowed: HttpMethod[]): Route {
  return () => {
    throw new ApiError('METHOD_NOT_ALLOWED', `this route takes ${allowed.join(', ')}`);
  };
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
