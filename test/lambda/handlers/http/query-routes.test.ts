import { Logger } from '@aws-lambda-powertools/logger';
import { Upload } from '../../../../lambda-src/domain/uploads/upload';
import { callerReader } from '../../../../lambda-src/handlers/http/caller';
import { queryRoutes } from '../../../../lambda-src/handlers/http/query-routes';
import { httpHandler } from '../../../../lambda-src/handlers/http/router';
import { aRecord, DIGITS } from '../../../support/contracts/record-store';
import { documented } from '../../../support/documented';
import { InMemoryRecords } from '../../../support/fakes/in-memory-records';
import { InMemoryUploads } from '../../../support/fakes/in-memory-uploads';
import { anUpload } from '../../../support/fakes/uploads';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const OWNER = 'arn:aws:iam::123456789012:user/ada';
const ODD_KEY = 'DRUG#50% a/b + Ü%2F';
const uploads = new InMemoryUploads();
const records = new InMemoryRecords([
  ...Array.from({ length: 9 }, (_, row) => aRecord(row + 1)),
  { _pk: { S: ODD_KEY }, _sk: { S: 'ROW#..' }, name: { S: 'odd' } },
]);
const handler = documented(httpHandler(queryRoutes({
  callerOf: callerReader({ source: 'single' }),
  uploads,
  records,
  getRejects: { run: async (_, uploadId, file) => ({ url: `https://bucket.test/${uploadId}/${file}`, expiresAt: '2026-01-01T00:10:00.000Z' }) },
  model: { columns: [{ name: 'price', type: 'decimal', required: false }], indexes: [{ name: 'by-price', partitionKey: 'price' }] },
  pageSize: 4,
}), new Logger()));
const get = async (route: string, call: HttpCall = {}) => answer(await handler(httpEvent(`GET ${route}`, call), LAMBDA_CONTEXT));

interface PageBody { items: Record<string, unknown>[]; nextToken: string | null }
const page = async (route: string, call: HttpCall = {}) => (await get(route, call)).body as PageBody;

beforeAll(async () => {
  for (let nth = 0; nth < 6; nth++) await uploads.create(anUpload(nth, { status: nth === 3 ? 'FAILED' : 'PENDING', owner: nth === 1 ? OWNER : null }));
});

test('GET /health', async () => {
  expect(await get('/health')).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' }, body: { status: 'ok' } });
});

test('GET /uploads/{uploadId} shows everything that concerns the client, and nothing else', async () => {
  const upload = anUpload(1);
  const { status, body } = await get('/uploads/{uploadId}', { params: { uploadId: upload.uploadId } });
  expect(status).toBe(200);
  expect(body).toEqual({
    uploadId: upload.uploadId,
    status: 'PENDING',
    dryRun: false,
    owner: OWNER,
    files: upload.files,
    counts: { total: 0, accepted: 0, rejected: 0 },
    progress: { bytes: 0, totalBytes: 0 },
    stage: null,
    result: null,
    error: null,
    metadata: {},
    history: upload.history,
    createdAt: upload.createdAt,
    updatedAt: upload.updatedAt,
    uploadedAt: null,
  });
});

describe('progress', () => {
  const { uploadId } = anUpload(8);
  const shown = async (changes: Partial<Upload>) => {
    await uploads.create(anUpload(8, { tenantId: '-', ...changes }));
    return (await get('/uploads/{uploadId}', { params: { uploadId } })).body;
  };
  afterEach(() => uploads.uploads.delete(uploadId));
  const far = { bytes: 5, totalBytes: 10, rows: 3, rowsPerSecond: 1.5 };
  const progress = { ...far, estimatedEnd: '2026-01-01T00:00:09.000Z' };

  test('says how many rows, how fast, and until when', async () => {
    expect(await shown({ status: 'PROCESSING', progress })).toMatchObject({ progress });
  });

  test.each(['COMPLETED', 'FAILED', 'UPLOADED'] as const)('says no end of what is %s', async (status) => {
    expect((await shown({ status, progress }) as { progress: unknown }).progress).toEqual(far);
  });

  test('of what has failed nobody knows how far it came unless it was counted', async () => {
    expect(await shown({ status: 'FAILED', counts: null })).toMatchObject({ counts: null });
    uploads.uploads.delete(uploadId);
    const counts = { total: 3, accepted: 2, rejected: 1 };
    expect(await shown({ status: 'FAILED', counts })).toMatchObject({ counts });
  });

  test('counts what a transform has dropped where there is such a thing', async () => {
    const counts = { total: 5, accepted: 2, rejected: 1, dropped: 2 };
    expect(await shown({ status: 'COMPLETED', counts })).toMatchObject({ counts });
  });
});

test.each(['00000000-0000-4000-8000-999999999999', 'x', '..'])('there is no upload %s', async (uploadId) => {
  expect(await get('/uploads/{uploadId}', { params: { uploadId } })).toMatchObject({ status: 404, body: { code: 'UPLOAD_NOT_FOUND' } });
});

test('GET /uploads/{uploadId}/rejects leads to where they are', async () => {
  const { status, headers, body } = await get('/uploads/{uploadId}/rejects', { params: { uploadId: 'u1' }, query: { file: 'a' } });
  expect({ status, body }).toEqual({ status: 303, body: { url: 'https://bucket.test/u1/a', expiresAt: '2026-01-01T00:10:00.000Z' } });
  expect(headers).toMatchObject({ 'location': 'https://bucket.test/u1/a', 'cache-control': 'no-store' });
});

test("S3's own id of parts is not shown", async () => {
  const file = { ...anUpload(7).files[0], multipart: { id: 'secret', partSize: 8, partCount: 2 } };
  await uploads.create(anUpload(7, { files: [file], tenantId: '-' }));
  const { body } = await get('/uploads/{uploadId}', { params: { uploadId: anUpload(7).uploadId } });
  expect(body).toMatchObject({ files: [{ multipart: { partSize: 8, partCount: 2 } }] });
  expect(JSON.stringify(body)).not.toContain('secret');
  uploads.uploads.delete(anUpload(7).uploadId);
});

test('GET /uploads pages from the newest to the oldest', async () => {
  const first = await page('/uploads');
  expect(first.items.map((item) => item.uploadId)).toEqual([5, 4, 3, 2].map((nth) => anUpload(nth).uploadId));
  const second = await page('/uploads', { query: { nextToken: first.nextToken! } });
  expect(second).toMatchObject({ items: [{ uploadId: anUpload(1).uploadId }, { uploadId: anUpload(0).uploadId }], nextToken: null });
});

test('GET /uploads?status= lists one status', async () => {
  expect(await page('/uploads', { query: { status: 'FAILED' } })).toMatchObject({ items: [{ uploadId: anUpload(3).uploadId }], nextToken: null });
  expect(await get('/uploads', { query: { status: 'failed' } })).toMatchObject({ status: 400, body: { code: 'INVALID_STATUS', errors: [{ parameter: 'status' }] } });
});

test('GET /records pages through all records', async () => {
  const first = await page('/records', { query: { limit: '5' } });
  const second = await page('/records', { query: { limit: '5', nextToken: first.nextToken! } });
  expect([...first.items, ...second.items].map((item) => item._sk)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((row) => `ROW#00${row}`));
  expect(second.nextToken).toBeNull();
});

test('GET /records/{pk} and GET /records/{pk}/{sk} take any key there is', async () => {
  expect(await page('/records/{pk}', { params: { pk: ODD_KEY } })).toEqual({ items: [{ _pk: ODD_KEY, _sk: 'ROW#..', name: 'odd' }], nextToken: null });
  expect(await get('/records/{pk}/{sk}', { params: { pk: ODD_KEY, sk: 'ROW#..' } })).toMatchObject({ status: 200, body: { name: 'odd' } });
  expect(await get('/records/{pk}/{sk}', { params: { pk: ODD_KEY, sk: '..' } })).toMatchObject({ status: 404, body: { code: 'RECORD_NOT_FOUND' } });
});

test('numbers keep all of their digits on the way out', async () => {
  const result = await handler(httpEvent('GET /records/{pk}/{sk}', { params: { pk: 'DRUG#1', sk: 'ROW#001' } }), LAMBDA_CONTEXT);
  expect(result.body).toBe(`{"_pk":"DRUG#1","_sk":"ROW#001","name":"Ibuprofen","size":1,"price":${DIGITS}}`);
});

test('GET /records?index= lists by a declared index', async () => {
  expect((await page('/records', { query: { index: 'by-price', key: '1.5' } })).items).toHaveLength(4);
  expect(await get('/records', { query: { index: 'x', key: '1' } })).toMatchObject({ status: 400, body: { code: 'UNKNOWN_INDEX' } });
  expect(await get('/records', { query: { index: 'by-price' } })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ parameter: 'key' }] } });
  expect(await get('/records', { query: { key: '1' } })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ parameter: 'index' }] } });
});

const LISTS: [string, HttpCall][] = [
  ['/uploads', {}], ['/records', {}], ['/records/{pk}', { params: { pk: 'DRUG#1' } }], ['/records', { query: { index: 'by-price', key: '1.5' } }],
];

test.each(LISTS)('GET %s %j takes a limit from 1 to 1000', async (route, call) => {
  const withLimit = (limit: string) => get(route, { ...call, query: { ...call.query, limit } });
  expect((await withLimit('1')).status).toBe(200);
  expect((await withLimit('1000')).status).toBe(200);
  for (const limit of ['0', '1001', '-1', '1.5', 'x', '', ' 1', '1e2']) {
    expect(await withLimit(limit)).toMatchObject({
      status: 400, body: { code: 'INVALID_LIMIT', detail: "'limit' must be an integer between 1 and 1000", errors: [{ parameter: 'limit' }] },
    });
  }
});

test.each(LISTS)('GET %s %j takes a token of its own and no other', async (route, call) => {
  const own = (await page('/uploads', { query: { limit: '1' } })).nextToken!;
  for (const nextToken of ['', 'x', ...(route === '/uploads' ? [] : [own])]) {
    expect(await get(route, { ...call, query: { ...call.query, nextToken } })).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } });
  }
});

test('parameters that are unknown or given twice are refused', async () => {
  expect(await get('/uploads', { rawQueryString: 'state=x&limit=1&limit=2' })).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', detail: expect.stringMatching(/^the query is invalid: it takes limit, /) as string, errors: [{ parameter: 'state', detail: 'is unknown' }, { parameter: 'limit', detail: 'is given more than once' }] },
  });
});
