import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { openObject } from '../../../../lambda-src/adapters/s3/s3-object-bytes';
import { withEngine } from '../../../support/with-engine';

const KEY = 'uploads/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv';
const BYTES = randomBytes(700_000);

const engine = withEngine();
let bucket: string;
beforeEach(async () => { bucket = await engine.resources.bucket(); });

const put = async (Body: Buffer | string, ContentType = 'text/csv; charset=utf-8') => {
  const { ETag } = await engine.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body, ContentType }));
  return ETag!.replaceAll('"', '');
};
const all = async (chunks: AsyncIterable<Buffer>) => {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
};

test('an object is what was put, from any byte on', async () => {
  const etag = await put(BYTES);
  const object = await openObject(bucket, KEY, etag);
  expect(object).toMatchObject({ size: BYTES.length, contentType: 'text/csv; charset=utf-8', etag });
  expect((await all(object.read(0))).equals(BYTES)).toBe(true);
  expect((await all(object.read(300_001))).equals(BYTES.subarray(300_001))).toBe(true);
  expect((await all(object.read(300_001, 300_002))).equals(BYTES.subarray(300_001, 300_002))).toBe(true);
  expect((await all(object.read(200_000, 400_000))).equals(BYTES.subarray(200_000, 400_000))).toBe(true);
});

test.each([0, 1])('an object of %d bytes is one, too', async (size) => {
  const etag = await put(Buffer.alloc(size, 'a'));
  for (const asked of [undefined, etag]) {
    const object = await openObject(bucket, KEY, asked);
    expect(object).toMatchObject({ size, contentType: 'text/csv; charset=utf-8', etag });
    expect(await all(object.read(0))).toHaveLength(size);
  }
});

test('one that was replaced is refused, when it is opened and when more of it is read', async () => {
  const etag = await put(BYTES);
  const object = await openObject(bucket, KEY);
  await put('something else');
  const replaced = { name: 'UploadFailure', code: 'FILE_REPLACED', message: 'the file was replaced before it was processed; start a new upload for the new one' };
  await expect(openObject(bucket, KEY, etag)).rejects.toMatchObject(replaced);
  await expect(all(object.read(0))).rejects.toMatchObject(replaced);
});

test('one that is gone is refused, when it is opened and when more of it is read', async () => {
  const gone = { name: 'UploadFailure', code: 'FILE_NOT_FOUND', message: 'the file was deleted before it was processed' };
  await expect(openObject(bucket, KEY)).rejects.toMatchObject(gone);
  const etag = await put(BYTES);
  const object = await openObject(bucket, KEY, etag);
  await engine.clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: KEY }));
  await expect(all(object.read(500_000))).rejects.toMatchObject(gone);
});

test('a bucket that is gone is an error of ours', async () => {
  await expect(openObject(`${bucket}-not`, KEY)).rejects.toMatchObject({ name: 'AwsError', code: 'NoSuchBucket' });
});

test('reading may end early', async () => {
  await put(BYTES);
  const object = await openObject(bucket, KEY);
  for await (const _ of object.read(600_000)) break;
  expect(await all(object.read(699_999))).toEqual(BYTES.subarray(699_999));
});
