import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, GetObjectCommand, ListMultipartUploadsCommand, ListPartsCommand,
  MultipartUpload,
} from '@aws-sdk/client-s3';
import { CfnOutput, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { UploadIngestPipeline, UploadProcessor } from '../../src';
import { type ApiClient } from '../../tools/client';
import { sendUntilKilled } from '../support/dying-sender';
import { withFile } from '../support/ingest';
import { inlineFunction } from '../support/inline-function';
import { awsClients, deployApp } from '../support/local-engine';

const MIB = 1024 ** 2;
const PART = 8 * MIB;
const FILM = { fileName: 'film.bin', contentType: 'application/octet-stream', multipart: true } as const;

let api: ApiClient;
let bucket: string;
beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'Multipart');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      contentTypes: ['application/octet-stream'],
      maxFileSize: Size.gibibytes(20),
      maxFiles: 2,
      processor: UploadProcessor.handler(inlineFunction(stack, 'Sizes', 'exports.handler = async ({ files }) => ({ result: files.map(({ size }) => size) });')),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
    new CfnOutput(stack, 'Bucket', { value: pipeline.bucket.bucketName });
  });
  api = deployed.api();
  bucket = deployed.outputs.Bucket;
}, 300_000);

async function stored(uploadId: string): Promise<Buffer> {
  const { Body } = await awsClients().s3.send(new GetObjectCommand({ Bucket: bucket, Key: `uploads/${uploadId}/film.bin` }));
  return Buffer.from(await Body!.transformToByteArray());
}

/** What S3 has of files that are not put together yet. */
async function begun(uploadId: string): Promise<MultipartUpload[]> {
  return (await awsClients().s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: `uploads/${uploadId}/` }))).Uploads ?? [];
}

/** The same on every run, so that a failure can be looked at. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

test.each([1, 2, 3])('a sender that is killed anywhere, again and again, leaves nothing that its successor cannot finish (seed %d)', async (seed) => {
  const random = randomOf(seed);
  const content = randomBytes(3 * PART + 1 + Math.floor(random() * PART));
  const { uploadId, multipart } = await api.startUpload({ ...FILM, size: content.length });
  expect(multipart).toEqual({ partSize: PART, partCount: 5 - Number(content.length <= 4 * PART) });

  await withFile(content, async (path) => {
    for (let life = 1; life <= 4; life++) {
      const { missing, uploaded } = await api.listParts(uploadId);
      // Some of what is there is sent once more, in any order: it replaces itself.
      const again = uploaded.map(({ partNumber }) => partNumber).filter(() => random() < 0.3);
      const numbers = [...missing, ...again].sort(() => random() - 0.5);
      if (missing.length === 0 || numbers.length === 0) break;
      const parts = (await api.signParts(uploadId, { partNumbers: numbers })).map(({ partNumber, url }) => (
        { url, start: (partNumber - 1) * PART, end: Math.min(partNumber * PART, content.length) }
      ));
      const bytes = parts.reduce((sum, { start, end }) => sum + end - start, 0);
      await sendUntilKilled(path, parts, Math.ceil(random() * bytes));
      const { missing: still } = await api.listParts(uploadId);
      if (still.length > 0) await expect(api.completeUpload(uploadId)).rejects.toMatchObject({ status: 409, code: 'PARTS_MISSING' });
    }
    await api.sendInParts(uploadId, path);
  });
  const [first, second] = await Promise.all([api.completeUpload(uploadId), api.completeUpload(uploadId)]);
  for (const { status } of [first, second]) expect(['UPLOADED', 'PROCESSING', 'COMPLETED']).toContain(status);

  expect((await stored(uploadId)).equals(content)).toBe(true);
  const upload = await api.waitForUpload(uploadId);
  expect(upload).toMatchObject({ status: 'COMPLETED', result: [content.length] });
  expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  await expect(api.completeUpload(uploadId)).resolves.toEqual({ uploadId, status: 'COMPLETED' });
}, 120_000);

test('an upload of more than a request can hold goes in parts only', async () => {
  await expect(api.startUpload({ ...FILM, multipart: false, size: 5 * 1024 * MIB + 1 })).rejects.toMatchObject({ code: 'MULTIPART_REQUIRED' });
  const { uploadId, multipart } = await api.startUpload({ ...FILM, size: 20 * 1024 * MIB });
  expect(multipart).toEqual({ partSize: PART, partCount: 2560 });
  expect(await api.signParts(uploadId, { partNumbers: Array.from({ length: 1000 }, (_, nth) => nth + 1) })).toHaveLength(1000);
  await api.abortUpload(uploadId);
});

test('a part has the size of its place, and its URL is for that place', async () => {
  const { uploadId } = await api.startUpload({ ...FILM, size: PART + 1 });
  const [{ url }] = await api.signParts(uploadId, { partNumbers: [2] });
  expect((await fetch(url, { method: 'PUT', body: 'xy' })).status).toBe(403);
  expect((await fetch(url.replace('partNumber=2', 'partNumber=1'), { method: 'PUT', body: 'x' })).status).toBe(403);
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
  expect(await api.listParts(uploadId)).toMatchObject({ uploaded: [{ partNumber: 2, size: 1 }], missing: [1] });
  await api.abortUpload(uploadId);
});

test('what is aborted is gone, parts and all, and takes no more', async () => {
  const { s3 } = awsClients();
  const { uploadId } = await api.startUpload({ ...FILM, size: PART + 1 });
  const [{ url }] = await api.signParts(uploadId, { partNumbers: [2] });
  await fetch(url, { method: 'PUT', body: 'x' });
  const Key = `uploads/${uploadId}/film.bin`;
  const [{ UploadId }] = await begun(uploadId);
  expect((await s3.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }))).Parts).toHaveLength(1);

  for (const _ of [1, 2]) expect((await api.send('DELETE', `/uploads/${uploadId}`)).status).toBe(204);
  expect(await begun(uploadId)).toEqual([]);
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(404);
  await expect(api.signParts(uploadId, { partNumbers: [1] })).rejects.toMatchObject({ status: 409, code: 'UPLOAD_ENDED' });
  await expect(api.completeUpload(uploadId)).rejects.toMatchObject({ status: 409, code: 'UPLOAD_ENDED' });
});

describe('whoever comes back after something has happened at S3 itself', () => {
  const two = [{ ...FILM, name: 'film', size: PART + 1 }, { name: 'still', fileName: 'still.bin', contentType: FILM.contentType }];

  test('finds that all parts of a file are there, which was put together', async () => {
    const { uploadId } = await api.startUpload({ files: two });
    const parts = await api.signParts(uploadId, { file: 'film', partNumbers: [1, 2] });
    for (const [nth, size] of [PART, 1].entries()) await fetch(parts[nth].url, { method: 'PUT', body: new Uint8Array(size) });
    const { uploaded } = await api.listParts(uploadId, 'film');
    const [{ Key, UploadId }] = await begun(uploadId);
    const Parts = uploaded.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag! }));
    await awsClients().s3.send(new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: { Parts } }));
    expect(await api.listParts(uploadId, 'film')).toMatchObject({
      uploaded: [{ partNumber: 1, etag: null, size: PART }, { partNumber: 2, etag: null, size: 1 }], missing: [],
    });
    await api.abortUpload(uploadId);
  });

  test('is told that parts are gone, which were given up', async () => {
    const { uploadId } = await api.startUpload({ ...FILM, size: PART + 1 });
    const { key, uploadId: UploadId } = await api.call<{ key: string; uploadId: string }>('POST', '/s3/multipart', { body: { filename: 'film.bin', type: FILM.contentType } });
    const [ours] = await begun(uploadId);
    for (const gone of [ours, { Key: key, UploadId }]) {
      await awsClients().s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: gone.Key, UploadId: gone.UploadId }));
    }
    await expect(api.listParts(uploadId)).rejects.toMatchObject({ status: 409, code: 'UPLOAD_ENDED' });
    await expect(api.call('GET', `/s3/multipart/${UploadId}`, { query: { key } })).rejects.toMatchObject({ status: 409, code: 'UPLOAD_ENDED' });
    await api.abortUpload(uploadId);
  });
});
