import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { PolicyAnswer, SimpleAnswer } from '../../../lambda-src/handlers/http/authorizer-answer';
import { ROUTES } from '../../../src/private/api/routes';
import { sharedSecretToken, TokenClaims, unsignedToken } from '../../support/tokens';
import { lambdaEnvironment } from '../adapters/aws/aws-server';

/** jose is an ES module, which jest does not load; the bundle is what runs in Lambda anyway. */
const BUNDLE = join(__dirname, '..', '..', '..', 'assets', 'token-authorizer', 'index.js');
const CURRENT = 'the current version of the secret, long enough';
const PREVIOUS = 'the previous version of the secret, long enough';

type Answer = SimpleAnswer & PolicyAnswer;
type Handler = (event: object) => Promise<Answer>;

/** Secrets Manager with one secret, which may be rotated; counts how often its current version was asked for. */
const secrets = { versions: {} as Partial<Record<string, string>>, denied: false, reads: 0 };
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    const { VersionStage } = JSON.parse(Buffer.concat(chunks).toString()) as { VersionStage: string };
    secrets.reads += VersionStage === 'AWSCURRENT' ? 1 : 0;
    const refuse = (type: string) => response.writeHead(400).end(JSON.stringify({ __type: type }));
    const SecretString = secrets.versions[VersionStage];
    if (secrets.denied) refuse('AccessDeniedException');
    else if (SecretString === undefined) refuse('ResourceNotFoundException');
    else response.end(JSON.stringify({ SecretString }));
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  Object.assign(process.env, lambdaEnvironment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => { server.close(resolve); });
});

afterEach(() => jest.useRealTimers());

/** The time of day stands still, or goes as it is told to; whoever waits waits for real. */
function stopTheClock(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'queueMicrotask', 'performance'] });
}

/** A function that has just started. */
function started(environment: Record<string, string> = {}, versions: Partial<Record<string, string>> = { AWSCURRENT: CURRENT }): Handler {
  Object.assign(secrets, { versions, denied: false, reads: 0 });
  Object.assign(process.env, {
    SECRET_ARN: 'arn:secret',
    TOKEN_ISSUER: '',
    TOKEN_AUDIENCE: '',
    UPLOAD_SCOPES: '[]',
    QUERY_SCOPES: '[]',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...environment,
  });
  let handler!: Handler;
  jest.isolateModules(() => { ({ handler } = jest.requireActual<{ handler: Handler }>(BUNDLE)); });
  return handler;
}

const headers = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` });
const httpEvent = (token?: string, routeKey = 'GET /uploads') => ({ version: '2.0', type: 'REQUEST', routeKey, headers: headers(token) });
const STAGE = 'arn:aws:execute-api:eu-west-1:111122223333:api/prod';
const restEvent = (token?: string) => ({ type: 'REQUEST', methodArn: `${STAGE}/GET/uploads/abc`, headers: { Authorization: headers(token).authorization } });
const good = (claims: TokenClaims = {}) => sharedSecretToken(CURRENT, { sub: 'ada', ...claims });
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

describe('a good token', () => {
  test('is let in, and its claims are passed on', async () => {
    const token = good({ tenant: 'lab', admin: true, roles: ['a'], nested: { a: 1 } });
    const { isAuthorized, context } = await started()(httpEvent(token));
    expect(isAuthorized).toBe(true);
    expect(context).toMatchObject({ sub: 'ada', principalId: 'ada', tenant: 'lab', admin: true });
    expect(context).not.toHaveProperty('roles');
    expect(context).not.toHaveProperty('nested');
  });

  test('cannot say by itself who it is to the gateway', async () => {
    const handler = started();
    expect((await handler(httpEvent(good({ principalId: 'root' })))).context).toMatchObject({ principalId: 'ada' });
    expect(await handler(restEvent(sharedSecretToken(CURRENT, { principalId: 'root' })))).toMatchObject({ principalId: '' });
  });

  test('of the right issuer and audience is let in', async () => {
    const handler = started({ TOKEN_ISSUER: 'shop', TOKEN_AUDIENCE: 'files' });
    expect(await handler(httpEvent(good({ iss: 'shop', aud: 'files' })))).toMatchObject({ isAuthorized: true });
    expect(await handler(httpEvent(good({ iss: 'shop', aud: ['other', 'files'] })))).toMatchObject({ isAuthorized: true });
  });
});

describe('refused is', () => {
  const [head, body, signature] = good().split('.');
  const cases: [string, () => string | undefined][] = [
    ['no token', () => undefined],
    ['what is no token', () => 'abc'],
    ['a token of another secret', () => sharedSecretToken('another secret that is long enough, too', { sub: 'ada' })],
    ['a token that nobody signed', () => unsignedToken({ sub: 'ada' })],
    ['a token without its signature', () => `${head}.${body}.`],
    ['a changed token', () => `${head}.${Buffer.from(JSON.stringify({ sub: 'eve', exp: seconds(60) })).toString('base64url')}.${signature}`],
    ['a token of another algorithm', () => {
      const other = Buffer.from(JSON.stringify({ alg: 'HS512' })).toString('base64url');
      return `${other}.${body}.${signature}`;
    }],
    ['a token that has expired', () => good({ exp: seconds(-6) })],
    ['a token that never expires', () => good({ exp: undefined })],
    ['a token whose time is no number', () => good({ exp: 'tomorrow' })],
    ['a token that is not valid yet', () => good({ nbf: seconds(60) })],
    ['a token of another issuer', () => good({ iss: 'other', aud: 'files' })],
    ['a token of no issuer', () => good({ aud: 'files' })],
    ['a token for another audience', () => good({ iss: 'shop', aud: 'other' })],
  ];

  test.each(cases)('%s', async (_case, token) => {
    const handler = started({ TOKEN_ISSUER: 'shop', TOKEN_AUDIENCE: 'files' });
    expect(await handler(httpEvent(token()))).toEqual({ isAuthorized: false });
    await expect(handler(restEvent(token()))).rejects.toThrow(/^Unauthorized$/);
  });

  test('every token while the secret is too short for a key', async () => {
    const weak = 'only 31 bytes, which is no key.';
    expect(weak).toHaveLength(31);
    expect(await started({}, { AWSCURRENT: weak })(httpEvent(sharedSecretToken(weak, { sub: 'ada' })))).toEqual({ isAuthorized: false });
  });

  test('no token because clocks differ by seconds', async () => {
    stopTheClock();
    expect(await started()(httpEvent(good({ exp: seconds(-2), nbf: seconds(3) })))).toMatchObject({ isAuthorized: true });
  });
});

describe('rotation', () => {
  test('a token of the previous version is good', async () => {
    const handler = started({}, { AWSCURRENT: CURRENT, AWSPREVIOUS: PREVIOUS });
    expect(await handler(httpEvent(sharedSecretToken(PREVIOUS, { sub: 'ada' })))).toMatchObject({ isAuthorized: true });
    expect(await handler(httpEvent(good()))).toMatchObject({ isAuthorized: true });
    expect(secrets.reads).toBe(1);
  });

  test('a token of a version that is not known yet makes it look, but not for every bad token', async () => {
    stopTheClock();
    const handler = started();
    expect(await handler(httpEvent(good()))).toMatchObject({ isAuthorized: true });
    const rotated = 'the next version of the secret, which is new';
    secrets.versions = { AWSCURRENT: rotated, AWSPREVIOUS: CURRENT };
    jest.setSystemTime(Date.now() + 11_000);
    expect(await handler(httpEvent(sharedSecretToken(rotated, { sub: 'ada' })))).toMatchObject({ isAuthorized: true });
    for (let time = 0; time < 3; time++) await handler(httpEvent(sharedSecretToken('nobody has this secret, whoever asks', {})));
    expect(secrets.reads).toBe(2);
  });
});

describe('scopes', () => {
  const scopes = { UPLOAD_SCOPES: '["uploads","all"]', QUERY_SCOPES: '["records","all"]' };
  const guarded = ROUTES.filter(({ group }) => group !== 'public');

  test.each([
    ['', []], ['uploads', ['upload']], ['records', ['query']], ['all', ['upload', 'query']],
  ])('%j opens the routes of %j and no others, on an HTTP API', async (scope, groups) => {
    const handler = started(scopes);
    for (const { method, path, group } of guarded) {
      const { isAuthorized } = await handler(httpEvent(good({ scope }), `${method} ${path}`));
      expect([path, isAuthorized]).toEqual([path, groups.includes(group)]);
    }
  });

  test.each([
    ['', []], ['uploads', ['upload']], ['records', ['query']], ['all', ['upload', 'query']],
  ])('%j opens the routes of %j and no others, on a REST API, whichever was asked for', async (scope, groups) => {
    const { policyDocument, principalId } = await started(scopes)(restEvent(good({ scope })));
    expect(principalId).toBe('ada');
    const [{ Effect, Resource, Action }] = policyDocument.Statement;
    expect([Effect, Action]).toEqual([groups.length > 0 ? 'Allow' : 'Deny', 'execute-api:Invoke']);
    const patterns = Resource.map((arn) => new RegExp(`^${arn.replaceAll('*', '.+')}$`));
    for (const { method, path, group } of guarded) {
      const isAllowed = Effect === 'Allow' && patterns.some((pattern) => pattern.test(`${STAGE}/${method}${path}`));
      expect([path, isAllowed]).toEqual([path, groups.includes(group)]);
    }
  });

  test('what is no route is left to the function that says so', async () => {
    expect(await started(scopes)(httpEvent(good(), '$default'))).toMatchObject({ isAuthorized: true });
  });
});

test('trouble with the secret is no refusal', async () => {
  const handler = started();
  secrets.denied = true;
  await expect(handler(httpEvent(good()))).rejects.toThrow('AccessDeniedException');
});
