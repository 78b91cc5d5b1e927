import { StartUpload, StartUploadRequest } from '../../../../lambda-src/application/uploads/start-upload';
import { FileRequest, UploadRules, UploadRulesProps } from '../../../../lambda-src/application/uploads/upload-rules';
import { announcedFile } from '../../../../lambda-src/domain/uploads/upload';
import { InMemoryObjects } from '../../../support/fakes/in-memory-objects';
import { InMemoryUploads } from '../../../support/fakes/in-memory-uploads';
import { RecordingSigner } from '../../../support/fakes/recording-signer';

const UPLOAD_ID = '3f2b8c1e-0000-4000-8000-0123456789ab';
const KEY = `uploads/acme/${UPLOAD_ID}/a.csv`;
const CSV: FileRequest = { fileName: 'a.csv', contentType: 'text/csv' };
const CALLER = { tenantId: 'acme', owner: 'me', ownUploadsOnly: false };
const SHA256 = { algorithm: 'SHA256', value: `${'A'.repeat(43)}=` } as const;
const CRC = { algorithm: 'CRC64NVME', value: `${'A'.repeat(11)}=` } as const;
const MIB = 1024 ** 2;

function setUp(rules: Partial<UploadRulesProps> = {}) {
  const store = new InMemoryUploads();
  const signer = new RecordingSigner();
  const objects = new InMemoryObjects();
  const startUpload = new StartUpload(
    { store, signer, objects, newId: () => UPLOAD_ID, now: () => new Date('2026-01-01T00:00:00.000Z') },
    new UploadRules({
      maxFileSize: 1000, contentTypes: ['text/csv', 'application/json'], fileNamePattern: '', maxFiles: 3, model: { metadata: null }, ...rules,
    }),
    { urlExpirySeconds: 600, arrivalGraceSeconds: 3600, uploadExpirySeconds: 86_400 },
  );
  return { store, signer, objects, start: async (request: StartUploadRequest) => startUpload.run(CALLER, request) };
}

test('announces the upload and signs for its one file', async () => {
  const { store, signer, start } = setUp();
  const { upload, expiresAt, files } = await start({ ...CSV, metadata: { source: 'test' } });
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
  expect(files).toMatchObject([{ name: 'file', upload: { method: 'POST' } }]);
  expect(signer.posts).toEqual([{ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 1000 }]);
});

test('a size that is known is the size that is signed', async () => {
  const { signer, start } = setUp();
  await start({ ...CSV, size: 12 });
  expect(signer.posts).toMatchObject([{ minSize: 12, maxSize: 12 }]);
  const put = setUp();
  expect((await put.start({ ...CSV, size: 12, method: 'PUT' })).files).toMatchObject([{ upload: { method: 'PUT' } }]);
  expect(put.signer.puts).toEqual([{ key: KEY, contentType: 'text/csv', size: 12 }]);
});

test.each<Partial<FileRequest>>([
  { size: 1 }, { size: 1000 }, { contentType: 'Text/CSV; charset=utf-8' }, { contentType: 'application/json' }, { fileName: 'Ü.csv' }, { method: 'POST' },
])('takes %j', async (changes) => {
  await expect(setUp().start({ ...CSV, ...changes })).resolves.toBeDefined();
});

test.each<[Partial<FileRequest>, string, number, string]>([
  [{ size: 0 }, 'EMPTY_FILE', 400, "'size' must be at least 1: an empty file holds nothing to ingest"],
  [{ size: 1001 }, 'FILE_TOO_LARGE', 413, "'size' must be at most 1000 bytes"],
  [{ contentType: 'text/plain' }, 'CONTENT_TYPE_NOT_ALLOWED', 415, "'contentType' must be one of text/csv, application/json"],
  [{ contentType: 'csv' }, 'INVALID_REQUEST', 400, "'contentType' must be a media type such as 'text/csv'"],
  [{ fileName: '../a.csv' }, 'INVALID_FILE_NAME', 400, "'fileName' must not contain '/' or '\\'"],
  [{ multipart: true }, 'INVALID_REQUEST', 400, "'size' is required for multipart: it decides the size of the parts"],
  [{ multipart: true, size: 9, method: 'POST' }, 'INVALID_REQUEST', 400, "'method' must be 'PUT' for multipart: that is how S3 takes parts"],
  [{ multipart: true, size: 9, checksum: SHA256 }, 'INVALID_REQUEST', 400,
    "'checksum' must be 'CRC64NVME' for multipart: S3 has no SHA-256 of an object in parts"],
  [{ method: 'PUT' }, 'INVALID_REQUEST', 400, "'size' is required for 'PUT': only a form POST can limit a size that is not known yet"],
])('refuses %j with %s', async (changes, code, status, message) => {
  const { store, signer, objects, start } = setUp();
  await expect(start({ ...CSV, ...changes })).rejects.toMatchObject({ code, status, message });
  expect([store.uploads.size, signer.posts.length, signer.puts.length]).toEqual([0, 0, 0]);
  expect(objects.isEmpty).toBe(true);
});

test('a checksum is signed for, so that S3 takes no other bytes', async () => {
  const { signer, store, start } = setUp();
  await start({ ...CSV, size: 12, checksum: SHA256 });
  expect(signer.posts).toMatchObject([{ checksum: SHA256 }]);
  expect(store.uploads.get(UPLOAD_ID)?.files).toMatchObject([{ checksum: SHA256 }]);
  const put = setUp();
  await put.start({ ...CSV, size: 12, method: 'PUT', checksum: CRC });
  expect(put.signer.puts).toMatchObject([{ checksum: CRC }]);
});

test('a file name keeps the pattern of the pipeline, as a whole', async () => {
  const rules = { fileNamePattern: '[a-z]+\\.csv' };
  await expect(setUp(rules).start(CSV)).resolves.toBeDefined();
  await expect(setUp(rules).start({ ...CSV, fileName: 'a.csv.exe' })).rejects.toMatchObject({ code: 'INVALID_FILE_NAME', status: 400 });
  expect(() => setUp({ fileNamePattern: '[' })).toThrow('the pattern of file names must be a regular expression');
});

test('metadata is what the pipeline declares', async () => {
  const rules = { model: { metadata: [{ name: 'lab', type: 'integer', required: true }] } } as const;
  const { store, start } = setUp(rules);
  await start({ ...CSV, metadata: { lab: ' 07 ' } });
  expect(store.uploads.get(UPLOAD_ID)).toMatchObject({ metadata: { lab: '7' } });
  await expect(setUp(rules).start({ ...CSV, metadata: { lap: '7' } })).rejects.toMatchObject({
    code: 'INVALID_METADATA', status: 400, errors: [{ pointer: '/metadata/lab' }, { pointer: '/metadata/lap' }],
  });
});

describe('a file in parts', () => {
  const large = { ...CSV, size: 8 * MIB + 1, multipart: true, checksum: CRC };
  const rules = { maxFileSize: 20 * MIB };

  test('is begun at S3, and has a plan and more time', async () => {
    const { store, signer, objects, start } = setUp(rules);
    expect(await start(large)).toMatchObject({
      expiresAt: '2026-01-02T00:00:00.000Z', files: [{ name: 'file', multipart: { partSize: 8 * MIB, partCount: 2 } }],
    });
    expect(objects.begun.get('multipart-1')).toMatchObject({ key: KEY, contentType: 'text/csv' });
    expect(store.uploads.get(UPLOAD_ID)).toMatchObject({
      deadline: '2026-01-02T00:00:00.000Z',
      files: [announcedFile({
        name: 'file',
        fileName: 'a.csv',
        key: KEY,
        contentType: 'text/csv',
        size: 8 * MIB + 1,
        checksum: CRC,
        multipart: { id: 'multipart-1', partSize: 8 * MIB, partCount: 2 },
      })],
    });
    expect([...signer.posts, ...signer.puts]).toEqual([]);
  });

  test('is given up at S3 when the upload cannot be announced', async () => {
    const { store, objects, start } = setUp(rules);
    jest.spyOn(store, 'create').mockRejectedValue(new Error('no table'));
    await expect(start(large)).rejects.toThrow('no table');
    expect(objects.isEmpty).toBe(true);
  });

  test('is given up at S3 when another of the upload cannot be begun', async () => {
    const { store, objects, start } = setUp(rules);
    const create = objects.createMultipart.bind(objects);
    jest.spyOn(objects, 'createMultipart').mockImplementation(async (request) => {
      if (request.key.endsWith('b.csv')) throw new Error('no bucket');
      return create(request);
    });
    const files = ['a', 'b', 'c'].map((name) => ({ ...large, name, fileName: `${name}.csv` }));
    await expect(start({ files })).rejects.toThrow('no bucket');
    expect([objects.isEmpty, store.uploads.size]).toEqual([true, 0]);
  });

  test.each([[5 * 1024 * MIB, undefined], [5 * 1024 * MIB + 1, 'MULTIPART_REQUIRED']])('%d bytes in one request: %s', async (size, code) => {
    const started = setUp({ maxFileSize: 10 * 1024 * MIB }).start({ ...CSV, size });
    await (code ? expect(started).rejects.toMatchObject({ code, status: 400, errors: [{ pointer: '/size' }] }) : expect(started).resolves.toBeDefined());
  });

  test('without a size a form takes what one request can hold', async () => {
    const { signer, start } = setUp({ maxFileSize: 10 * 1024 * MIB });
    await start(CSV);
    expect(signer.posts).toMatchObject([{ minSize: 0, maxSize: 5 * 1024 * MIB }]);
  });
});

describe('several files', () => {
  const file = (name: string, changes: Partial<FileRequest> = {}) => ({ ...CSV, name, fileName: `${name}.csv`, ...changes });

  test('each has its own way to S3, and the upload the time of the slowest', async () => {
    const { store, start } = setUp();
    const started = await start({ files: [file('a'), file('b', { size: 3, method: 'PUT' }), file('c', { size: 5, multipart: true })] });
    expect(started).toMatchObject({
      expiresAt: '2026-01-01T00:10:00.000Z',
      files: [{ name: 'a', upload: { method: 'POST' } }, { name: 'b', upload: { method: 'PUT' } }, { name: 'c', multipart: { partSize: 8 * MIB, partCount: 1 } }],
    });
    expect(store.uploads.get(UPLOAD_ID)).toMatchObject({
      deadline: '2026-01-02T00:00:00.000Z',
      progress: { bytes: 0, totalBytes: 8 },
      files: [{ key: `uploads/acme/${UPLOAD_ID}/a.csv` }, { name: 'b' }, { name: 'c', multipart: { id: 'multipart-1' } }],
    });
  });

  test.each([
    [[file('a'), file('b'), file('c'), file('d')], 'TOO_MANY_FILES', '/files'],
    [[file('a'), file('b'), file('a', { fileName: 'c.csv' })], 'DUPLICATE_FILE', '/files/2/name'],
    [[file('a'), file('b', { fileName: 'a.csv' })], 'DUPLICATE_FILE', '/files/1/fileName'],
    [[file('a'), file('b', { size: 0 })], 'EMPTY_FILE', '/files/1/size'],
    [[file('a'), file('b', { contentType: 'text/plain' })], 'CONTENT_TYPE_NOT_ALLOWED', '/files/1/contentType'],
  ])('%# are refused with %s', async (files, code, pointer) => {
    const { store, start } = setUp();
    await expect(start({ files })).rejects.toMatchObject({ code, errors: [{ pointer }] });
    expect(store.uploads.size).toBe(0);
  });
});
