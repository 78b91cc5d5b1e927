import { StartUpload, StartUploadRequest } from '../../../lambda-src/application/start-upload';
import { InMemoryUploads } from '../../support/fakes/in-memory-uploads';
import { RecordingSigner } from '../../support/fakes/recording-signer';

const UPLOAD_ID = '3f2b8c1e-0000-4000-8000-0123456789ab';
const KEY = `uploads/${UPLOAD_ID}/a.csv`;
const CSV: StartUploadRequest = { fileName: 'a.csv', contentType: 'text/csv' };

function setUp() {
  const store = new InMemoryUploads();
  const signer = new RecordingSigner();
  const startUpload = new StartUpload(
    { store, signer, newId: () => UPLOAD_ID, now: () => new Date('2026-01-01T00:00:00.000Z') },
    { maxFileSize: 1000, contentTypes: ['text/csv', 'application/json'], urlExpirySeconds: 600, arrivalGraceSeconds: 3600 },
  );
  return { store, signer, start: (request: StartUploadRequest) => startUpload.run('acme', 'me', request) };
}

test('announces the upload and signs for its one file', async () => {
  const { store, signer, start } = setUp();
  const { upload, expiresAt, request } = await start({ ...CSV, metadata: { source: 'test' } });
  expect(upload).toMatchObject({
    uploadId: UPLOAD_ID,
    tenantId: 'acme',
    owner: 'me',
    status: 'PENDING',
    metadata: { source: 'test' },
    files: [{ name: 'file', fileName: 'a.csv', key: KEY, contentType: 'text/csv', size: null }],
    createdAt: '2026-01-01T00:00:00.000Z',
    deadline: '2026-01-01T01:10:00.000Z',
  });
  expect(store.uploads.get(UPLOAD_ID)).toEqual(upload);
  expect(expiresAt).toBe('2026-01-01T00:10:00.000Z');
  expect(request.method).toBe('POST');
  expect(signer.posts).toEqual([{ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 1000 }]);
});

test('a size that is known is the size that is signed', async () => {
  const { signer, start } = setUp();
  await start({ ...CSV, size: 12 });
  expect(signer.posts).toMatchObject([{ minSize: 12, maxSize: 12 }]);
  const put = setUp();
  expect((await put.start({ ...CSV, size: 12, method: 'PUT' })).request.method).toBe('PUT');
  expect(put.signer.puts).toEqual([{ key: KEY, contentType: 'text/csv', size: 12 }]);
});

test.each<Partial<StartUploadRequest>>([
  { size: 1 }, { size: 1000 }, { contentType: 'Text/CSV; charset=utf-8' }, { contentType: 'application/json' }, { fileName: 'Ü.csv' }, { method: 'POST' },
])('takes %j', async (changes) => {
  await expect(setUp().start({ ...CSV, ...changes })).resolves.toBeDefined();
});

test.each<[Partial<StartUploadRequest>, string, number, string]>([
  [{ size: 0 }, 'EMPTY_FILE', 400, "'size' must be at least 1: an empty file holds nothing to ingest"],
  [{ size: 1001 }, 'FILE_TOO_LARGE', 413, "'size' must be at most 1000 bytes"],
  [{ contentType: 'text/plain' }, 'CONTENT_TYPE_NOT_ALLOWED', 415, "'contentType' must be one of text/csv, application/json"],
  [{ contentType: 'csv' }, 'INVALID_REQUEST', 400, "'contentType' must be a media type such as 'text/csv'"],
  [{ fileName: '../a.csv' }, 'INVALID_FILE_NAME', 400, "'fileName' must not contain '/' or '\\'"],
  [{ method: 'PUT' }, 'INVALID_REQUEST', 400, "'size' is required for 'PUT': only a form POST can limit a size that is not known yet"],
])('refuses %j with %s', async (changes, code, status, message) => {
  const { store, signer, start } = setUp();
  await expect(start({ ...CSV, ...changes })).rejects.toMatchObject({ code, status, message });
  expect([store.uploads.size, signer.posts.length, signer.puts.length]).toEqual([0, 0, 0]);
});
