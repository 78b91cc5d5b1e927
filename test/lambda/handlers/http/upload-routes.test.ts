import { ApiWorld } from '../../../support/fakes/api-world';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const UPLOAD_ID = '3f2b8c1e-0000-4000-8000-000000000001';
const CSV = { fileName: 'a.csv', contentType: 'text/csv' };
const MIB = 1024 ** 2;

let world: ApiWorld;
const call = async (route: string, options: HttpCall = {}) => answer(await world.handler(httpEvent(route, options), LAMBDA_CONTEXT));
const post = async (body: unknown) => call('POST /uploads', { body });
const stored = () => world.works.get(UPLOAD_ID).upload;

beforeEach(() => { world = new ApiWorld(); });

test('answers with the upload and what to send to S3', async () => {
  expect(await post({ ...CSV, size: 12, metadata: { source: 'test' } })).toMatchObject({
    status: 201,
    headers: { 'content-type': 'application/json', 'location': `uploads/${UPLOAD_ID}` },
    body: {
      uploadId: UPLOAD_ID,
      status: 'PENDING',
      expiresAt: '2026-01-01T00:10:00.000Z',
      upload: { method: 'POST', url: 'https://bucket.test/', fields: { key: `uploads/${UPLOAD_ID}/a.csv` }, headers: {} },
    },
  });
  expect(stored()).toMatchObject({ tenantId: '-', owner: 'ada', metadata: { source: 'test' } });
});

test('a PUT has headers and no fields', async () => {
  expect((await post({ ...CSV, size: 12, method: 'PUT' })).body).toMatchObject({ upload: { method: 'PUT', fields: {}, headers: { 'content-type': 'text/csv' } } });
});

test.each<[string, unknown, { pointer: string; detail: string }[]]>([
  ['nothing in it', {}, [{ pointer: '/fileName', detail: 'is required' }, { pointer: '/contentType', detail: 'is required' }]],
  ['the wrong types', { fileName: 1, contentType: null }, [
    { pointer: '/fileName', detail: 'must be a string' }, { pointer: '/contentType', detail: 'must be a string' },
  ]],
  ['unknown properties', { ...CSV, 'parts': true, 'a/b~c': 1 }, [
    { pointer: '/parts', detail: 'is unknown' }, { pointer: '/a~1b~0c', detail: 'is unknown' },
  ]],
  ['half a byte', { ...CSV, size: 1.5 }, [{ pointer: '/size', detail: 'must be an integer' }]],
  ['a size that JSON cannot hold', { ...CSV, size: 1e300 }, [{ pointer: '/size', detail: 'must be an integer' }]],
  ['a negative size', { ...CSV, size: -1 }, [{ pointer: '/size', detail: 'must be at least 0' }]],
  ['a word for yes', { ...CSV, multipart: 'yes' }, [{ pointer: '/multipart', detail: 'must be true or false' }]],
  ['a word for only checking', { ...CSV, dryRun: 'true' }, [{ pointer: '/dryRun', detail: 'must be true or false' }]],
  ['no answer to only checking', { ...CSV, dryRun: null }, [{ pointer: '/dryRun', detail: 'must be true or false' }]],
  ['only checking one of its files', { files: [{ ...CSV, name: 'a', dryRun: true }] }, [{ pointer: '/files/0/dryRun', detail: 'is unknown' }]],
  ['a checksum that is a text', { ...CSV, checksum: 'abc' }, [{ pointer: '/checksum', detail: 'must be an object' }]],
  ['an unknown algorithm', { ...CSV, checksum: { algorithm: 'MD5', value: 'x' } }, [
    { pointer: '/checksum/algorithm', detail: "must be 'SHA256' or 'CRC64NVME'" },
  ]],
  ['a checksum of 31 bytes', { ...CSV, checksum: { algorithm: 'SHA256', value: `${'A'.repeat(42)}==` } }, [
    { pointer: '/checksum/value', detail: 'must be the base64 of 32 bytes' },
  ]],
  ['a checksum with bits to spare', { ...CSV, checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAB=' } }, [
    { pointer: '/checksum/value', detail: 'must be the base64 of 8 bytes' },
  ]],
  ['no files', { files: [] }, [{ pointer: '/files', detail: 'must have at least one file' }]],
  ['files that are none', { files: [1, null] }, [{ pointer: '/files/0', detail: 'must be an object' }, { pointer: '/files/1', detail: 'must be an object' }]],
  ['one file besides several', { ...CSV, files: [{ ...CSV, name: 'a' }] }, [
    { pointer: '/fileName', detail: 'is unknown' }, { pointer: '/contentType', detail: 'is unknown' },
  ]],
  ['a file without a name', { files: [CSV] }, [{ pointer: '/files/0/name', detail: 'is required' }]],
  ['a name with a blank', { files: [{ ...CSV, name: 'a b' }] }, [
    { pointer: '/files/0/name', detail: 'must be 1 to 64 letters, digits, hyphens and underscores' },
  ]],
  ['another method', { ...CSV, method: 'PATCH' }, [{ pointer: '/method', detail: "must be 'POST' or 'PUT'" }]],
  ['metadata that is no text', { ...CSV, metadata: { a: 1 } }, [{ pointer: '/metadata/a', detail: 'must be a string' }]],
  ['metadata that is a list', { ...CSV, metadata: [] }, [{ pointer: '/metadata', detail: 'must be an object of strings' }]],
  ['metadata of 2049 bytes', { ...CSV, metadata: { a: 'ü'.repeat(1024) } }, [{ pointer: '/metadata', detail: 'must be at most 2048 bytes in UTF-8 in all' }]],
  ['21 entries of metadata', { ...CSV, metadata: Object.fromEntries([...Array(21).keys()].map((key) => [key, ''])) }, [
    { pointer: '/metadata', detail: 'must have at most 20 entries' },
  ]],
  ['an empty key in its metadata', { ...CSV, metadata: { 'a': '', '': 'b' } }, [{ pointer: '/metadata', detail: 'must not have an empty key' }]],
  ['__proto__ in its metadata', '{"fileName":"a.csv","contentType":"text/csv","metadata":{"__proto__":"b"}}', [
    { pointer: '/metadata', detail: "must not have the key '__proto__'" },
  ]],
  ['__proto__', '{"fileName":"a.csv","contentType":"text/csv","__proto__":{"size":1}}', [{ pointer: '/__proto__', detail: 'is unknown' }]],
  ['a list', [], [{ pointer: '', detail: 'must be an object' }]],
  ['null', null, [{ pointer: '', detail: 'must be an object' }]],
])('a body with %s is refused, and every fault is named', async (_, body, errors) => {
  expect(await post(body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors } });
  expect(world.works.all()).toEqual([]);
});

test('the detail reads as a sentence', async () => {
  expect((await post({ fileName: 'a' })).body).toMatchObject({ detail: "the body is invalid: 'contentType' is required" });
  expect((await post([])).body).toMatchObject({ detail: 'the body is invalid: it must be an object' });
});

test.each([[{ a: 'x'.repeat(2047) }], [Object.fromEntries([...Array(20).keys()].map((key) => [`k${key}`, '']))], [{}], [{ ' ': '', 'constructor': '', 'toString': 'x' }]])(
  'metadata as large as it may be is taken', async (metadata) => expect((await post({ ...CSV, metadata })).status).toBe(201),
);

test.each(['', '{', 'fileName=a.csv', undefined])('%p is no JSON', async (body) => {
  expect(await post(body)).toMatchObject({ status: 400, body: { code: 'INVALID_JSON' } });
});

test('what the rules of the pipeline refuse has its own code and status', async () => {
  expect(await post({ ...CSV, size: 20 * MIB + 1 })).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE', errors: [{ pointer: '/size' }] } });
  expect(await post({ ...CSV, contentType: 'text/plain' })).toMatchObject({ status: 415, body: { code: 'CONTENT_TYPE_NOT_ALLOWED' } });
});

test('a file in parts has a plan in place of a request', async () => {
  const { body } = await post({ ...CSV, size: 9 * MIB, multipart: true });
  expect(body).toEqual({ uploadId: UPLOAD_ID, status: 'PENDING', expiresAt: '2026-01-02T00:00:00.000Z', multipart: { partSize: 8 * MIB, partCount: 2 } });
});

test('several files have each their own, also if it is only one', async () => {
  const film = { ...CSV, name: 'film', fileName: 'b.csv', size: 1, multipart: true };
  expect((await post({ files: [{ ...CSV, name: 'sheet' }, film] })).body).toMatchObject({
    files: [{ name: 'sheet', upload: { method: 'POST' } }, { name: 'film', multipart: { partCount: 1 } }],
  });
  const one = (await post({ files: [film] })).body;
  expect(one).toMatchObject({ files: [{ name: 'film' }] });
  expect(one).not.toHaveProperty('multipart');
});

test.each<[string, object]>([
  ['one file', CSV], ['a file in parts', { ...CSV, size: 1, multipart: true }], ['several files', { files: [{ ...CSV, name: 'a' }, { ...CSV, name: 'b', fileName: 'b.csv' }] }],
])('%s may only be checked', async (_, body) => {
  expect(await post({ ...body, dryRun: true })).toMatchObject({ status: 201 });
  expect(stored().dryRun).toBe(true);
  const shown = { uploadId: UPLOAD_ID, dryRun: true };
  expect(await call('GET /uploads/{uploadId}', { params: { uploadId: UPLOAD_ID } })).toMatchObject({ body: shown });
  expect(await call('GET /uploads')).toMatchObject({ body: { items: [shown] } });
});

test.each([{}, { dryRun: false }])('otherwise it is ingested: %j', async (more) => {
  await post({ ...CSV, ...more });
  expect(stored().dryRun).toBe(false);
  expect(await call('GET /uploads/{uploadId}', { params: { uploadId: UPLOAD_ID } })).toMatchObject({ body: { dryRun: false } });
});

test('with the same Idempotency-Key it cannot become one that is only checked', async () => {
  const headers = { 'idempotency-key': 'once' };
  await call('POST /uploads', { body: CSV, headers });
  expect(await call('POST /uploads', { body: { ...CSV, dryRun: true }, headers })).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  expect(world.works.all()).toHaveLength(1);
});

test('the content type of a request need not say JSON', async () => {
  expect(await call('POST /uploads', { body: CSV, headers: { 'content-type': 'text/plain' } })).toMatchObject({ status: 201 });
});

describe('parts', () => {
  const params = { uploadId: UPLOAD_ID };
  beforeEach(async () => post({ ...CSV, size: 9 * MIB, multipart: true }));

  test('are signed and listed', async () => {
    expect(await call('POST /uploads/{uploadId}/parts', { params, body: { partNumbers: [2, 1] } })).toMatchObject({
      status: 200,
      body: { parts: [{ partNumber: 2, url: 'https://bucket.test/put?partNumber=2', expiresAt: '2026-01-01T00:10:00.000Z' }, { partNumber: 1 }] },
    });
    world.s3.sendPart('multipart-1', 2, MIB);
    expect(await call('GET /uploads/{uploadId}/parts', { params, query: { file: 'file' } })).toMatchObject({
      status: 200, body: { partSize: 8 * MIB, partCount: 2, uploaded: [{ partNumber: 2, etag: 'etag-2', size: MIB }], missing: [1] },
    });
  });

  test.each<[unknown, string, string]>([
    [{}, '/partNumbers', 'is required'],
    [{ partNumbers: 1 }, '/partNumbers', 'must be a list of integers'],
    [{ partNumbers: [] }, '/partNumbers', 'must have at least one number'],
    [{ partNumbers: Array.from({ length: 1001 }, (_, nth) => nth + 1) }, '/partNumbers', 'must have at most 1000 numbers'],
    [{ partNumbers: ['1'] }, '/partNumbers/0', 'must be an integer'],
    [{ partNumbers: [1.5] }, '/partNumbers/0', 'must be an integer'],
    [{ partNumbers: [1], file: 1 }, '/file', 'must be a string'],
    [{ partNumbers: [1], x: 1 }, '/x', 'is unknown'],
  ])('%# are not signed', async (body, pointer, detail) => {
    expect(await call('POST /uploads/{uploadId}/parts', { params, body })).toMatchObject({
      status: 400, body: { code: 'INVALID_REQUEST', errors: [{ pointer, detail }] },
    });
  });
});
