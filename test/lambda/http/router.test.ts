import { Logger } from '@aws-lambda-powertools/logger';
import { ApiError } from '../../../lambda-src/domain/api-error';
import { json } from '../../../lambda-src/handlers/http/response';
import { httpHandler } from '../../../lambda-src/handlers/http/router';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../support/http-events';

const SECRET = 'do-not-log';

function setUp() {
  const logger = new Logger();
  const lines: unknown[][] = [];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) jest.spyOn(logger, level).mockImplementation((...line) => void lines.push(line));
  const handler = httpHandler({
    'GET /things/:id/:part': ({ params }) => json(params),
    'POST /things': async ({ req }) => json({ got: await req.text() }, 201),
    'PUT /things': () => json({}),
    'GET /refused': () => { throw new ApiError('INVALID_LIMIT', 'too much', [{ parameter: 'limit', detail: 'is too much' }]); },
    'GET /broken': () => { throw new TypeError(`cannot read ${SECRET}`); },
  }, logger);
  const call = async (route: string, options: HttpCall = {}) => answer(await handler(httpEvent(route, options), LAMBDA_CONTEXT));
  return { call, handler, logger, lines };
}

test('a handler gets exactly the values of the path, by the names it knows them by', async () => {
  const { call } = setUp();
  expect(await call('GET /things/{thingId}/{partName}', { params: { thingId: 'a/b %2F', partName: '..' } }))
    .toMatchObject({ status: 200, body: { id: 'a/b %2F', part: '..' } });
});

test('a body may come in base64', async () => {
  expect(await setUp().call('POST /things', { body: { a: 'ü' }, base64: true })).toMatchObject({ status: 201, body: { got: '{"a":"ü"}' } });
});

test('an answer in JSON is not to be stored', async () => {
  expect((await setUp().call('POST /things')).headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
});

test('a refusal is a problem document', async () => {
  const { call, lines } = setUp();
  const { status, headers, body } = await call('GET /refused');
  expect(headers['content-type']).toBe('application/problem+json');
  expect({ status, body }).toEqual({
    status: 400,
    body: {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'INVALID_LIMIT',
      detail: 'too much',
      errors: [{ parameter: 'limit', detail: 'is too much' }],
    },
  });
  expect(lines.filter(([line]) => line === 'The request failed')).toEqual([]);
});

test('a failure does not tell why, and is logged with the id of the request', async () => {
  const { call, logger, lines } = setUp();
  const { status, body } = await call('GET /broken');
  expect({ status, body }).toMatchObject({ status: 500, body: { title: 'Internal Server Error', code: 'INTERNAL_ERROR' } });
  expect(JSON.stringify(body)).not.toContain(SECRET);
  expect(lines).toContainEqual(['The request failed', expect.any(Error)]);
  expect(logger.getCorrelationId()).toBe('JKJaXmPLvHcESHA=');
});

test('an unknown route is a 404', async () => {
  expect(await setUp().call('GET /nothing')).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND', title: 'Not Found' } });
});

test.each(['GET /things', 'DELETE /things', 'GET /refused', 'GET /x/../refused', 'GET /x/%2e%2e/refused', 'GET /x\\..\\refused'])(
  'what the gateway has no route for reaches none here either: %s', async (call) => {
    const { handler } = setUp();
    const event = { ...httpEvent(call as 'GET /things'), routeKey: '$default', rawPath: call.split(' ')[1], pathParameters: undefined };
    expect(answer(await handler(event, LAMBDA_CONTEXT))).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
  },
);

test('a GET with a body is served', async () => {
  expect(await setUp().call('GET /things/{a}/{b}', { params: { a: '1', b: '2' }, body: 'x' })).toMatchObject({ status: 200 });
});

test('what is no valid request for the router is an answer all the same', async () => {
  expect(await setUp().call('POST /things', { headers: { 'x-name': '名' } })).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
});

test('a REST API is served like an HTTP API', async () => {
  const { handler } = setUp();
  const event = {
    resource: '/things/{id}/{part}',
    path: '/things/a%2Fb/c',
    httpMethod: 'GET',
    headers: { host: 'x.test' },
    multiValueHeaders: {},
    body: null,
    isBase64Encoded: false,
    pathParameters: { id: 'a%2Fb', part: 'c' },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'r', stage: 'prod' },
  };
  expect(answer(await handler(event as unknown as Parameters<typeof handler>[0], LAMBDA_CONTEXT))).toMatchObject({ body: { id: 'a/b', part: 'c' } });
});
