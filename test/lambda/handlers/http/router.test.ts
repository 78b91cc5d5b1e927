import { Logger } from '@aws-lambda-powertools/logger';
import { AwsError } from '../../../../lambda-src/adapters/aws/aws-error';
import { ApiError } from '../../../../lambda-src/domain/api-error';
import { json } from '../../../../lambda-src/handlers/http/response';
import { httpHandler } from '../../../../lambda-src/handlers/http/router';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

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

test.each<[string, Record<string, string>]>([
  ['a header that is not Latin-1', { 'x-name': '名' }], ['a header of two lines', { 'x-name': 'a\nb' }], ['a name that is none', { 'x name': 'a' }],
  ['no host', { host: '%%%' }], ['no protocol', { 'x-forwarded-proto': '://' }],
])('%s is refused, and nothing of it is logged', async (_, headers) => {
  const { call, lines } = setUp();
  expect(await call('POST /things', { headers })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  expect(lines).toEqual([]);
});

test.each(['HEAD', 'OPTIONS', 'PATCH'])('%s is no route', async (method) => {
  expect(await setUp().call(`${method} /things`)).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
});

test('an answer names the request, as the log does', async () => {
  expect((await setUp().call('GET /refused')).headers['x-request-id']).toBe('JKJaXmPLvHcESHA=');
});

describe('when a service is busy', () => {
  const throttled = new AwsError({ service: 'dynamodb', operation: 'PutItem', status: 400, code: 'ThrottlingException' });
  test.each<[string, unknown, number]>([
    ['throttled', throttled, 503],
    ['out of reach', new AwsError({ service: 's3', operation: 'HeadObject', status: 0, code: 'NetworkError' }), 503],
    ['in trouble', new AwsError({ service: 's3', operation: 'HeadObject', status: 500, code: 'InternalError' }), 503],
    ['throttled, and somebody has wrapped that', new Error('wrapped', { cause: throttled }), 503],
    ['not to be asked', new AwsError({ service: 's3', operation: 'HeadObject', status: 403, code: 'AccessDenied' }), 500],
  ])('because it is %s', async (_, error, status) => {
    const logger = new Logger();
    logger.setLogLevel('SILENT');
    const handler = httpHandler({ 'GET /things': () => { throw error; } }, logger);
    const { headers, ...answered } = answer(await handler(httpEvent('GET /things'), LAMBDA_CONTEXT));
    expect(answered).toMatchObject({ status, body: { code: status === 503 ? 'BUSY' : 'INTERNAL_ERROR' } });
    expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined);
    expect(JSON.stringify(answered)).not.toMatch(/dynamodb|s3|Access/);
  });
});

describe('of other origins', () => {
  const served = async (corsOrigins: string[] | undefined, headers = {}) => {
    const handler = httpHandler({ 'GET /things': () => json({}) }, new Logger(), { corsOrigins });
    return answer(await handler(httpEvent('GET /things', { headers }), LAMBDA_CONTEXT)).headers;
  };
  const allow = 'access-control-allow-origin';

  test('pages read an answer where they are allowed to', async () => {
    expect((await served(['https://a.test', 'https://b.test'], { Origin: 'https://b.test' }))).toMatchObject({ [allow]: 'https://b.test', vary: 'Origin' });
    expect((await served(['*'], { origin: 'https://c.test' }))).toMatchObject({ [allow]: '*' });
    const refused = await served(['https://a.test'], { origin: 'https://c.test' });
    expect([refused[allow], refused.vary]).toEqual([undefined, 'Origin']);
    expect((await served(undefined, { origin: 'https://c.test' }))[allow]).toBeUndefined();
  });
});

test('what has to be done after each request is done, however it ended', async () => {
  const onEnd = jest.fn();
  const logger = new Logger();
  logger.setLogLevel('SILENT');
  const handler = httpHandler({ 'GET /things': () => { throw new Error('x'); } }, logger, { onEnd });
  await handler(httpEvent('GET /things'), LAMBDA_CONTEXT);
  await handler(httpEvent('GET /others'), LAMBDA_CONTEXT);
  expect(onEnd).toHaveBeenCalledTimes(2);
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

test('a preflight request that no other route takes is answered without a body; the gateway adds what CORS allows', async () => {
  const { handler } = setUp();
  const event = { ...httpEvent('OPTIONS /{proxy+}', { params: {} }), rawPath: '/things', routeKey: 'OPTIONS /{proxy+}' };
  expect(await handler(event, LAMBDA_CONTEXT)).toMatchObject({ statusCode: 204 });
});
