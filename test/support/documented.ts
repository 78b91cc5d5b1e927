import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ERROR_STATUS, ErrorCode } from '../../lambda-src/domain/api-error';
import { Answer, Operation } from '../../lambda-src/handlers/http/openapi/operation';
import { operationOf } from '../../lambda-src/handlers/http/openapi/operations';
import { PROBLEM_SCHEMAS } from '../../lambda-src/handlers/http/openapi/problems';
import { HttpHandler } from '../../lambda-src/handlers/http/router';
import { RouteModel, ROUTES } from '../../src/private/api/routes';

/** A handler whose every answer must be one that the OpenAPI document promises for its route. */
export function documented(handler: HttpHandler): HttpHandler {
  return async (event, context) => {
    const result = await handler(event, context);
    const routeKey = 'routeKey' in event ? event.routeKey : `${event.httpMethod} ${event.resource}`;
    expectDocumented(routeKey, result);
    return result;
  };
}

function expectDocumented(routeKey: string, result: APIGatewayProxyStructuredResultV2): void {
  const route = ROUTES.find(({ method, path }) => `${method} ${path}` === routeKey);
  if (!route) throw new Error(`there is no route ${routeKey}`);
  const operation = operationOf(route);
  const answer = operation.answers[result.statusCode!];
  if (answer) expectAnswer(answer, result);
  else expectProblem(route, operation, result);
}

function expectAnswer({ schema, headers = {} }: Answer, result: APIGatewayProxyStructuredResultV2): void {
  const given = Object.keys(result.headers ?? {}).map((name) => name.toLowerCase());
  expect(given).toEqual(expect.arrayContaining(Object.keys(headers).map((name) => name.toLowerCase())));
  if (!schema) return void expect(result.body ?? '').toBe('');
  expect(result.headers?.['content-type']).toBe('application/json');
  const body: unknown = JSON.parse(result.body!);
  // What the schema does not know, it drops.
  expect(schema.parse(body)).toEqual(body);
}

function expectProblem(route: RouteModel, operation: Operation, result: APIGatewayProxyStructuredResultV2): void {
  expect(result.headers?.['content-type']).toBe('application/problem+json');
  const body = JSON.parse(result.body!) as { code: ErrorCode };
  const allowed = operation.errors.filter((code) => ERROR_STATUS[code] === result.statusCode);
  if (!allowed.includes(body.code)) throw new Error(`${route.id} does not document ${body.code}, only ${allowed.join(', ')}`);
  expect(PROBLEM_SCHEMAS[body.code].parse(body)).toEqual(body);
}
