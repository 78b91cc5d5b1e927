import fc from 'fast-check';
import { Schema } from '../../../../lambda-src/handlers/http/openapi/operation';
import { operationOf } from '../../../../lambda-src/handlers/http/openapi/operations';
import { RouteModel, ROUTES } from '../../../../src/private/api/routes';
import { ApiWorld } from '../../../support/fakes/api-world';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const RUNS = 60;
const CSV = { fileName: 'a.csv', contentType: 'text/csv' };

/** Names that would lead elsewhere, or that no store can hold. */
const BAD_NAMES = [
  '', '.', '..', '../a.csv', '..\\a.csv', '/etc/passwd', 'a/../../b.csv', '\0', 'a\0.csv', 'a\n.csv', '\u007f', '\u0085.csv', '\ud800', '${filename}',
  'x'.repeat(10_000), 'ü'.repeat(128),
];
const hostileText = fc.oneof(
  fc.constantFrom(...BAD_NAMES, '%', '%2e%2e%2f', '%00', "'; DROP TABLE uploads; --", '{"$ne":null}', '__proto__', 'constructor', '-', '#', '\u202e', '💥'),
  fc.string(),
  fc.string({ unit: 'binary' }),
);
const ID = '3f2b8c1e-0000-4000-8000-000000000001';
/** Almost the id of an upload that is there. */
const tamperedId = fc.tuple(fc.nat(35), fc.constantFrom('0', 'g', 'F', '-', ' ', '')).map(([at, by]) => `${ID.slice(0, at)}${by}${ID.slice(at + 1)}`)
  .filter((id) => id !== ID);


const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const hostileBody = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom('', 'null', '[]', '{', '{"a":1}{"b":2}', deep(5000), `{"fileName":${'9'.repeat(400)}}`, `[${'1,'.repeat(100_000)}1]`,
    '{"__proto__":{"fileName":"a.csv"}}', '{"fileName":"a.csv","fileName":["b.csv"],"contentType":"text/csv"}'),
);

const withBody = ROUTES.filter((route) => jsonSchemaOf(route) !== undefined);

function jsonSchemaOf(route: RouteModel): Schema | undefined {
  return operationOf(route).body?.content['application/json'] ?? undefined;
}

/** Whether the route would take it. */
function isValid(route: RouteModel, body: string): boolean {
  if (body.trim() === '') return operationOf(route).body?.required === false;
  try {
    return jsonSchemaOf(route)!.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

const paramsOf = (route: RouteModel, value: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> => fc.record(
  Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, value])));

async function aWorld() {
  const world = new ApiWorld();
  const call = async (routeKey: string, options: HttpCall) => world.handler(httpEvent(routeKey, options), LAMBDA_CONTEXT);
  await call('POST /uploads', { body: CSV });
  await call('POST /uploads', { body: { ...CSV, size: 12_000_000, multipart: true } });
  await call('POST /uploads/inline', { body: { ...CSV, content: 'YQox' } });
  await call('POST /s3/multipart', { body: { filename: 'a.csv', type: 'text/csv' } });

  /** A refusal has left everything as it was. */
  const send = async (routeKey: string, options: HttpCall): Promise<number> => {
    const before = world.stored();
    const result = await call(routeKey, options);
    expect(result.statusCode).toBeLessThan(500);
    if (result.statusCode! >= 400) expect(world.stored()).toBe(before);
    return result.statusCode!;
  };
  const refused = async (routeKey: string, options: HttpCall) => expect(await send(routeKey, options)).toBeGreaterThanOrEqual(400);
  return { world, call, send, refused };
}

test('every route of the contract is served, and no other', () => {
  const served = Object.keys(new ApiWorld().routes).map((route) => route.replace(/:(\w+)/g, '{$1}'));
  expect(served.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
});

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (routeKey, route) => {
  test('answers anything as the document says, and stores nothing that it refuses', async () => {
    const { send } = await aWorld();
    const calls = fc.record({
      params: paramsOf(route, fc.oneof(hostileText, tamperedId, fc.constant(ID))),
      query: fc.dictionary(fc.oneof(fc.constantFrom('limit', 'nextToken', 'status', 'index', 'key', 'pk', 'sk', 'file', 'fileName', 'dryRun', 'filename', 'type', 'metadata[x]'), fc.string()), hostileText, { maxKeys: 3 }),
      body: route.method === 'GET' ? fc.constant(undefined) : hostileBody,
      base64: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(calls, async (call) => void await send(routeKey, call)), { numRuns: RUNS });
  });
});

describe.each(withBody.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (routeKey, route) => {
  test('refuses a body that is not what it takes', async () => {
    const { refused } = await aWorld();
    const params = Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, ID]));
    const wrongBody = hostileBody.filter((body) => !isValid(route, body));
    await fc.assert(fc.asyncProperty(wrongBody, async (body) => refused(routeKey, { body, params })), { numRuns: RUNS });
  });
});

test.each(BAD_NAMES)('no file is called %j, however it is sent', async (fileName) => {
  const { refused, world } = await aWorld();
  await refused('POST /uploads', { body: { ...CSV, fileName } });
  await refused('POST /uploads', { body: { files: [{ name: 'a', ...CSV }, { name: 'b', ...CSV, fileName }] } });
  await refused('POST /uploads/inline', { body: { ...CSV, fileName, content: 'YQox' } });
  await refused('POST /s3/multipart', { body: { filename: fileName, type: 'text/csv' } });
  if (fileName.isWellFormed()) {
    await refused('POST /uploads/inline', { body: 'a\n1\n', query: { fileName }, headers: { 'content-type': 'text/csv' } });
    await refused('GET /s3/params', { query: { filename: fileName, type: 'text/csv' } });
  }
  expect(world.works.all()).toHaveLength(4);
});

test('whatever key Uppy proposes, the object is one of a new upload of the caller', async () => {
  const { call, world } = await aWorld();
  await fc.assert(fc.asyncProperty(hostileText, async (key) => {
    const { status, body } = answer(await call('POST /s3/presign', { body: { method: 'PUT', key, contentType: 'text/csv' } }));
    if (status === 200) expect((body as { key: string }).key).toMatch(/^uploads\/[0-9a-f-]{36}\/[^/]+$/);
    else expect(status).toBe(400);
  }), { numRuns: RUNS });
  for (const { upload } of world.works.all()) expect(upload.files[0].key.split('/').slice(0, 2)).toEqual(['uploads', upload.uploadId]);
});

const ofOneUpload = ROUTES.filter(({ path }) => /\{(uploadId|multipartId)\}/.test(path));

test.each(ofOneUpload.map((route) => [`${route.method} ${route.path}`, route] as const))('%s knows no upload by a tampered id', async (routeKey, route) => {
  const { refused } = await aWorld();
  const calls = fc.record({ id: fc.oneof(tamperedId, hostileText), key: fc.oneof(hostileText, fc.constant(`uploads/${ID}/a.csv`), fc.constant(`uploads/other/${ID}/a.csv`)) });
  await fc.assert(fc.asyncProperty(calls, async ({ id, key }) => {
    const params = { uploadId: id, multipartId: id, token: id, partNumber: '1' };
    const query: Record<string, string> = route.path.includes('multipartId') ? { key } : {};
    const body = route.method === 'POST' ? exampleFor(route) : undefined;
    await refused(routeKey, { params, query, body });
  }), { numRuns: RUNS });
});

/** A body that the route takes. */
function exampleFor(route: RouteModel): unknown {
  return ({ SignParts: { partNumbers: [1] }, CompleteUppyMultipart: { parts: [{ PartNumber: 1, ETag: 'x' }] } } as Record<string, unknown>)[route.id.replace('Session', '')] ?? {};
}

const LISTS: [string, HttpCall][] = [
  ['GET /uploads', {}], ['GET /records', {}], ['GET /records/{pk}', { params: { pk: 'DRUG#1' } }], ['GET /records', { query: { index: 'by-price', key: '1.5' } }],
];

test.each(LISTS)('%s %j takes no cursor that it has not given out', async (routeKey, options) => {
  const { call, refused } = await aWorld();
  const first = answer(await call(routeKey, { ...options, query: { ...options.query, limit: '1' } })).body as { nextToken: string };
  const token = first.nextToken;
  const cut = fc.nat(token.length - 1).map((at) => token.slice(0, at));
  const forged = fc.json().map((json) => Buffer.from(json).toString('base64url'));
  await fc.assert(fc.asyncProperty(fc.oneof(hostileText, cut, forged), async (nextToken) => {
    await refused(routeKey, { ...options, query: { ...options.query, nextToken } });
  }), { numRuns: RUNS });
});
