import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Column, UploadIngestPipeline } from '../../src';
import { type ApiClient, type StartedUpload } from '../../tools/client';
import { recordsOf, withFile } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';

const CSV = { fileName: 'a.csv', contentType: 'text/csv' };

let api: ApiClient;
let bucket: string;
beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'UploadApi');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      maxFiles: 4,
      fileNamePattern: '[\\w .+%-]+\\.(csv|bin)',
      contentTypes: ['text/csv', 'application/octet-stream'],
      metadata: [Column.integer('year'), Column.string('lab')],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
    new CfnOutput(stack, 'Bucket', { value: pipeline.bucket.bucketName });
  });
  api = deployed.api();
  bucket = deployed.outputs.Bucket;
}, 300_000);

const metadata = { year: '2026' };
const send = async ({ upload }: Pick<StartedUpload, 'upload'>, content: string) => withFile(content, (path) => api.sendFile(upload!, path));
const isThere = async (uploadId: string) => (
  awsClients().s3.send(new HeadObjectCommand({ Bucket: bucket, Key: `uploads/${uploadId}/a.csv` })).then(() => true, () => false)
);

describe('several files', () => {
  const files = ['a', 'b', 'c'].map((name) => ({ ...CSV, name, fileName: `${name}.csv` }));
  const contents = { a: 'x\n1\n', b: 'x\n2\n3\n', c: 'x\n4\n' };

  test.each([
    ['a form, a PUT and parts', [{}, { method: 'PUT', size: 6 }, { multipart: true, size: 4 }]],
    ['forms', [{}, {}, {}]],
  ] as const)('as %s are one upload, worked on when all are there', async (_, ways) => {
    const started = await api.startUpload({ files: files.map((file, nth) => ({ ...file, ...ways[nth] })), metadata });
    expect(started.files!.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    await expect(api.completeUpload(started.uploadId)).rejects.toMatchObject({ status: 409, code: 'FILES_MISSING' });
    const [first, ...others] = started.files!;
    await send(first, contents.a);
    expect(await api.getUpload(started.uploadId)).toMatchObject({ status: 'PENDING' });
    for (const file of others) {
      const content = contents[file.name as keyof typeof contents];
      if (file.upload) await send(file, content);
      else await withFile(content, (path) => api.sendInParts(started.uploadId, path, { file: file.name }));
    }
    await api.completeUpload(started.uploadId);
    const upload = await api.waitForUpload(started.uploadId);
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 4, accepted: 4, rejected: 0 }, metadata });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
    expect((await recordsOf(api, upload)).map(({ x }) => x).sort()).toEqual(['1', '2', '3', '4']);
  });

  test.each([
    [[...files, ...files], 'TOO_MANY_FILES', 400],
    [[files[0], { ...files[1], name: 'a' }], 'DUPLICATE_FILE', 400],
    [[files[0], { ...files[1], fileName: 'a.csv' }], 'DUPLICATE_FILE', 400],
    [[files[0], { ...files[1], fileName: 'b.exe' }], 'INVALID_FILE_NAME', 400],
  ])('%#: %s', async (wrong, code, status) => {
    await expect(api.startUpload({ files: wrong, metadata })).rejects.toMatchObject({ code, status });
  });
});

test('metadata is what the pipeline declares', async () => {
  await expect(api.startUpload({ ...CSV, metadata: { year: 'x', lap: 'y' } })).rejects.toMatchObject({
    status: 400, code: 'INVALID_METADATA', problem: { errors: [{ pointer: '/metadata/year' }, { pointer: '/metadata/lap' }] },
  });
});

describe('completing', () => {
  test('before S3 has said anything, after, and again: one and the same upload', async () => {
    const started = await api.startUpload({ ...CSV, size: 4, method: 'PUT', metadata });
    await expect(api.completeUpload(started.uploadId)).rejects.toMatchObject({ status: 409, code: 'FILES_MISSING' });
    await send(started, 'x\n1\n');
    const states = await Promise.all([1, 2, 3, 4].map(() => api.completeUpload(started.uploadId)));
    expect(states.every(({ uploadId }) => uploadId === started.uploadId)).toBe(true);
    const upload = await api.waitForUpload(started.uploadId);
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
    expect(await api.completeUpload(started.uploadId)).toEqual({ uploadId: started.uploadId, status: 'COMPLETED' });
    expect(await recordsOf(api, upload)).toEqual([{ x: '1' }]);
  });

  test('is not needed for one file', async () => {
    const started = await api.startUpload({ ...CSV, metadata });
    await send(started, 'x\n1\n');
    expect(await api.waitForUpload(started.uploadId)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a checksum', () => {
  const sha256 = (content: string) => ({ algorithm: 'SHA256' as const, value: createHash('sha256').update(content).digest('base64') });

  test.each(['PUT', 'POST'] as const)('is one that S3 enforces, with %s', async (method) => {
    const started = await api.startUpload({ ...CSV, size: 4, method, checksum: sha256('x\n1\n'), metadata });
    await expect(send(started, 'x\n2\n')).rejects.toThrow();
    expect(await isThere(started.uploadId)).toBe(false);
    await send(started, 'x\n1\n');
    await api.completeUpload(started.uploadId);
    expect(await api.waitForUpload(started.uploadId)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('aborting', () => {
  test('leaves no object, can be repeated, and ends the right to complete', async () => {
    const started = await api.startUpload({ ...CSV, metadata, files: undefined });
    await api.abortUpload(started.uploadId);
    // Whoever has the URL can still send; what comes is not kept.
    await send(started, 'x\n1\n').catch(() => undefined);
    await api.abortUpload(started.uploadId);
    expect(await isThere(started.uploadId)).toBe(false);
    expect(await api.getUpload(started.uploadId)).toMatchObject({ status: 'ABORTED' });
    await expect(api.completeUpload(started.uploadId)).rejects.toMatchObject({ status: 409, code: 'UPLOAD_ENDED' });
  });

  test('of some files that are there leaves none', async () => {
    const started = await api.startUpload({ files: ['a', 'b'].map((name) => ({ ...CSV, name, fileName: `${name}.csv` })), metadata });
    await send(started.files![0], 'x\n1\n');
    expect(await isThere(started.uploadId)).toBe(true);
    await api.abortUpload(started.uploadId);
    expect(await isThere(started.uploadId)).toBe(false);
  });

  test('is too late for what is done', async () => {
    const { uploadId } = await api.uploadInline({ ...CSV, content: Buffer.from('x\n1\n').toString('base64'), metadata });
    await api.waitForUpload(uploadId);
    await expect(api.abortUpload(uploadId)).rejects.toMatchObject({ status: 409, code: 'UPLOAD_ENDED' });
    expect(await isThere(uploadId)).toBe(true);
  });
});

describe('a file in the request itself', () => {
  test('is worked on like any other', async () => {
    const content = Buffer.from('x,y\n1,ü\n').toString('base64');
    const { uploadId, status } = await api.uploadInline({ ...CSV, content, metadata });
    // Or further: the processor may have been quicker than the answer.
    expect(['UPLOADED', 'PROCESSING', 'COMPLETED']).toContain(status);
    const upload = await api.waitForUpload(uploadId);
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 1, accepted: 1, rejected: 0 }, metadata });
    expect(await recordsOf(api, upload)).toEqual([{ x: '1', y: 'ü' }]);
  });

  test('keeps every byte, whatever they are', async () => {
    const content = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), randomBytes(100_000)]);
    const { uploadId } = await api.uploadInline({ fileName: 'a b+c%.bin', contentType: 'application/octet-stream', content });
    const { Body } = await awsClients().s3.send(new GetObjectCommand({ Bucket: bucket, Key: `uploads/${uploadId}/a b+c%.bin` }));
    expect(content.equals(Buffer.from(await Body!.transformToByteArray()))).toBe(true);
  });

  test('of text is text, or is refused', async () => {
    const { uploadId } = await api.uploadInline({ ...CSV, content: Buffer.from('x\nÜ語\n') });
    expect(await recordsOf(api, await api.waitForUpload(uploadId))).toEqual([{ x: 'Ü語' }]);
    await expect(api.uploadInline({ ...CSV, content: Buffer.from('x\nÜ\n', 'latin1') })).rejects.toMatchObject({ status: 400, code: 'INVALID_CONTENT' });
  });

  test('that is refused leaves nothing', async () => {
    await expect(api.uploadInline({ ...CSV, content: 'YQ', metadata })).rejects.toMatchObject({ status: 400, code: 'INVALID_CONTENT' });
    await expect(api.uploadInline({ ...CSV, content: '', metadata })).rejects.toMatchObject({ status: 400, code: 'EMPTY_FILE' });
  });
});

describe('with an Idempotency-Key', () => {
  test('a repeated start is the same upload, and another one is refused', async () => {
    const idempotencyKey = randomUUID();
    const start = async (fileName: string) => api.startUpload({ ...CSV, fileName, metadata }, { idempotencyKey });
    const first = await start('a.csv');
    expect(await start('a.csv')).toEqual(first);
    await expect(start('b.csv')).rejects.toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    await send(first, 'x\n1\n');
    expect(await api.waitForUpload(first.uploadId)).toMatchObject({ status: 'COMPLETED' });
  });

  test('of many at once one is served; the others are answered alike, or told to wait', async () => {
    const idempotencyKey = randomUUID();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => api.startUpload({ ...CSV, metadata }, { idempotencyKey })));
    const ids = new Set(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.uploadId] : [])));
    const codes = new Set(results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code: string }).code] : [])));
    expect(ids.size).toBe(1);
    expect([...codes].filter((code) => code !== 'REQUEST_IN_PROGRESS')).toEqual([]);
  });

  test('a file in the request is taken once', async () => {
    const idempotencyKey = randomUUID();
    const request = { ...CSV, content: Buffer.from('x\n1\n').toString('base64'), metadata };
    const first = await api.uploadInline(request, { idempotencyKey });
    expect(await api.uploadInline(request, { idempotencyKey })).toEqual(first);
  });
});

test('rejected rows are where the answer leads to, of one of several files too', async () => {
  const files = [{ ...CSV, name: 'good' }, { ...CSV, name: 'bad', fileName: 'bad rows.csv' }];
  const started = await api.startUpload({ files, metadata });
  await send(started.files![0], 'x,y\n1,2\n');
  await send(started.files![1], 'x,y\n1,2,3\n4,5\n');
  await api.completeUpload(started.uploadId);
  expect(await api.waitForUpload(started.uploadId)).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 2, rejected: 1 } });

  const response = await api.send('GET', `/uploads/${started.uploadId}/rejects`, { query: { file: 'bad' } });
  const { url } = await api.getRejects(started.uploadId, 'bad');
  expect([response.status, response.headers.get('location')!.split('?')[0]]).toEqual([303, url.split('?')[0]]);
  const csv = await fetch(url);
  expect(csv.headers.get('content-disposition')).toContain('bad rows.rejects.csv');
  expect((await csv.text()).split('\r\n').slice(0, 2)).toEqual(['x,y,row,column,code,message', expect.stringContaining('WRONG_FIELD_COUNT')]);
  await expect(api.getRejects(started.uploadId)).rejects.toMatchObject({ status: 400, code: 'UNKNOWN_FILE' });
  await expect(api.getRejects(started.uploadId, 'good')).rejects.toMatchObject({ status: 404, code: 'REJECTS_NOT_FOUND' });
});

test('a failed upload is worked on again without being sent again', async () => {
  const { uploadId } = await api.uploadInline({ ...CSV, content: Buffer.from('x,x\n1,2\n').toString('base64'), metadata });
  expect(await api.waitForUpload(uploadId)).toMatchObject({ status: 'FAILED', error: { code: 'DUPLICATE_COLUMN' } });
  expect(await api.reprocessUpload(uploadId)).toMatchObject({ uploadId, status: 'UPLOADED' });
  const upload = await api.waitForUpload(uploadId);
  expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED', 'UPLOADED', 'PROCESSING', 'FAILED']);
});

test('an object that nobody announced cannot be completed, aborted or processed by its name', async () => {
  const uploadId = randomUUID();
  await awsClients().s3.send(new PutObjectCommand({ Bucket: bucket, Key: `uploads/${uploadId}/a.csv`, Body: 'x\n1\n', ContentType: 'text/csv' }));
  await expect(api.completeUpload(uploadId)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
  await expect(api.abortUpload(uploadId)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
  await expect(api.reprocessUpload(uploadId)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
});

test('two hundred uploads at once are all completed: none lost, none twice', async () => {
  const left = Array.from({ length: 200 }, (_, nth) => nth);
  const ids: string[] = [];
  const work = async (): Promise<void> => {
    for (let nth = left.pop(); nth !== undefined; nth = left.pop()) {
      const content = `x\n${nth}\n`;
      const started = await api.startUpload({ ...CSV, metadata, size: content.length, method: nth % 2 ? 'PUT' : 'POST' });
      await send(started, content);
      // Half of them S3 alone tells of.
      if (nth % 4 < 2) await api.completeUpload(started.uploadId);
      ids[nth] = started.uploadId;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  for (const [nth, uploadId] of ids.entries()) {
    const upload = await api.waitForUpload(uploadId, { deadlineMilliseconds: 240_000 });
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 1, accepted: 1, rejected: 0 } });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
    expect(await api.getRecord(`${uploadId}#1`, 'RECORD')).toMatchObject({ x: String(nth) });
  }
}, 480_000);
