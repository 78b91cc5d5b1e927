import { Logger } from '@aws-lambda-powertools/logger';
import { StartUpload } from '../../../lambda-src/application/start-upload';
import { httpHandler } from '../../../lambda-src/handlers/http/router';
import { uploadRoutes } from '../../../lambda-src/handlers/http/upload-routes';
import { InMemoryUploads } from '../../support/fakes/in-memory-uploads';
import { RecordingSigner } from '../../support/fakes/recording-signer';
import { answer, httpEvent, LAMBDA_CONTEXT } from '../../support/http-events';

const UPLOAD_ID = '3f2b8c1e-0000-4000-8000-0123456789ab';
const CSV = { fileName: 'a.csv', contentType: 'text/csv' };
const store = new InMemoryUploads();
const handler = httpHandler(uploadRoutes(new StartUpload(
  { store, signer: new RecordingSigner(), newId: () => UPLOAD_ID, now: () => new Date('2026-01-01T00:00:00.000Z') },
  { maxFileSize: 1000, contentTypes: ['text/csv'], urlExpirySeconds: 600, arrivalGraceSeconds: 3600 },
)), new Logger());
const post = async (body: unknown) => answer(await handler(httpEvent('POST /uploads', { body }), LAMBDA_CONTEXT));

beforeEach(() => store.uploads.clear());

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
  expect(store.uploads.get(UPLOAD_ID)).toMatchObject({ tenantId: '-', owner: null, metadata: { source: 'test' } });
});

test('the upload belongs to who signed the request', async () => {
  const userArn = 'arn:aws:iam::123456789012:user/ada';
  expect(await handler(httpEvent('POST /uploads', { body: CSV, userArn }), LAMBDA_CONTEXT)).toMatchObject({ statusCode: 201 });
  expect(store.uploads.get(UPLOAD_ID)).toMatchObject({ owner: userArn });
});

test('a PUT has headers and no fields', async () => {
  expect((await post({ ...CSV, size: 12, method: 'PUT' })).body).toMatchObject({ upload: { method: 'PUT', fields: {}, headers: { 'content-type': 'text/csv' } } });
});

test.each<[string, unknown, { pointer: string; detail: string }[]]>([
  ['nothing in it', {}, [{ pointer: '/fileName', detail: 'is required' }, { pointer: '/contentType', detail: 'is required' }]],
  ['the wrong types', { fileName: 1, contentType: null }, [
    { pointer: '/fileName', detail: 'must be a string' }, { pointer: '/contentType', detail: 'must be a string' },
  ]],
  ['unknown properties', { ...CSV, 'multipart': true, 'a/b~c': 1 }, [
    { pointer: '/multipart', detail: 'is unknown' }, { pointer: '/a~1b~0c', detail: 'is unknown' },
  ]],
  ['half a byte', { ...CSV, size: 1.5 }, [{ pointer: '/size', detail: 'must be an integer' }]],
  ['a size that JSON cannot hold', { ...CSV, size: 1e300 }, [{ pointer: '/size', detail: 'must be an integer' }]],
  ['a negative size', { ...CSV, size: -1 }, [{ pointer: '/size', detail: 'must be at least 0' }]],
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
  expect(store.uploads.size).toBe(0);
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
  expect(await post({ ...CSV, size: 1001 })).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE', errors: [{ pointer: '/size' }] } });
  expect(await post({ ...CSV, contentType: 'text/plain' })).toMatchObject({ status: 415, body: { code: 'CONTENT_TYPE_NOT_ALLOWED' } });
});
