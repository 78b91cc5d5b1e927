import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { FakeAws } from './aws/fake-aws';
import { S3ObjectStore } from '../../../lambda-src/adapters/s3-object-store';
import { ObjectStore } from '../../../lambda-src/application/object-store';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';

const KEY = 'uploads/00000000-0000-4000-8000-000000000001/Müsli + 100%?#&.csv';
const PART = 5 * 1024 ** 2;
const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('base64');
const error = (code: string, status = 400) => ({ status, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>` });

describe('answers that S3 may give', () => {
  const aws = new FakeAws();
  const environment = { ...process.env };
  const store: ObjectStore = new S3ObjectStore('files');
  beforeAll(() => aws.start());
  afterAll(async () => {
    await aws.stop();
    process.env = environment;
  });
  const complete = (changes = {}) => store.completeMultipart({ key: 'k', multipartId: 'm', parts: [{ partNumber: 2, etag: 'b' }, { partNumber: 1, etag: 'a' }], ...changes });
  const COMPLETED = '<CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>&quot;x-2&quot;</ETag></CompleteMultipartUploadResult>';

  test('a multipart upload is completed with its parts in order, where nothing is yet', async () => {
    aws.answer({ body: COMPLETED });
    expect(await complete({ size: 7, checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } })).toBe('completed');
    expect(aws.requests).toMatchObject([{
      method: 'POST',
      url: '/files/k?uploadId=m',
      headers: { 'if-none-match': '*', 'x-amz-mp-object-size': '7', 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=', 'x-amz-checksum-type': 'FULL_OBJECT' },
      body: '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part>'
        + '<Part><PartNumber>2</PartNumber><ETag>"b"</ETag></Part></CompleteMultipartUpload>',
    }]);
  });

  test.each([
    ['PreconditionFailed', 412, 'exists'], ['NoSuchUpload', 404, 'gone'], ['BadDigest', 400, 'mismatch'], ['InvalidPart', 400, 'invalid'],
    ['InvalidPartOrder', 400, 'invalid'], ['EntityTooSmall', 400, 'invalid'], ['MalformedXML', 400, 'invalid'],
  ])('%s (%s) of a completion is %j, also when the answer began with 200', async (code, status, completion) => {
    aws.answer(error(code, status));
    expect(await complete()).toBe(completion);
    aws.answer({ ...error(code), status: 200 });
    expect(await complete()).toBe(completion);
    expect(aws.requests).toHaveLength(1);
  });

  test('an error of S3 after its 200 is tried again', async () => {
    aws.answer({ ...error('InternalError'), status: 200 }, { body: COMPLETED });
    expect(await complete()).toBe('completed');
    expect(aws.requests).toHaveLength(2);
  });

  test('an invalid request is a size that does not match only if there was one', async () => {
    aws.answer(error('InvalidRequest'));
    expect(await complete({ size: 7 })).toBe('mismatch');
    await expect(complete()).rejects.toMatchObject({ code: 'InvalidRequest', status: 400, operation: 'CompleteMultipartUpload' });
  });

  test('an object whose checksum S3 computed otherwise is taken away', async () => {
    const checksum = { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } as const;
    aws.answer({ body: COMPLETED.replace('<ETag>', '<ChecksumCRC64NVME>BBBBBBBBBBB=</ChecksumCRC64NVME><ETag>') }, { status: 204 });
    expect(await complete({ checksum })).toBe('mismatch');
    expect(aws.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /files/k?uploadId=m', 'DELETE /files/k']);
    aws.answer({ body: COMPLETED.replace('<ETag>', '<ChecksumCRC64NVME>AAAAAAAAAAA=</ChecksumCRC64NVME><ETag>') });
    expect(await complete({ checksum })).toBe('completed');
  });

  test('parts come in pages', async () => {
    const page = (more: string, ...parts: number[]) => ({
      body: `<ListPartsResult>${parts.map((nth) => `<Part><PartNumber>${nth}</PartNumber><ETag>&quot;e${nth}&quot;</ETag><Size>${nth}</Size></Part>`).join('')}${more}</ListPartsResult>`,
    });
    aws.answer(
      page('<IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker>', 1, 2),
      page('<IsTruncated>false</IsTruncated><NextPartNumberMarker>5</NextPartNumberMarker>', 5),
    );
    expect(await store.listParts('k', 'm')).toEqual([1, 2, 5].map((nth) => ({ partNumber: nth, etag: `e${nth}`, size: nth })));
    expect(aws.requests.map(({ url }) => url)).toEqual(['/files/k?part-number-marker=0&uploadId=m', '/files/k?part-number-marker=2&uploadId=m']);
  });

  test('a bucket that is gone is no multipart upload that is gone', async () => {
    aws.answer(error('NoSuchBucket', 404));
    await expect(store.listParts('k', 'm')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(store.abortMultipart('k', 'm')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(complete()).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });

  test('what is no XML is an error', async () => {
    aws.answer({ body: 'hello' });
    await expect(store.listParts('k', 'm')).rejects.toThrow('S3 answered with no XML');
    aws.answer({ body: '<InitiateMultipartUploadResult/>' });
    await expect(store.createMultipart({ key: 'k', contentType: 'text/csv' })).rejects.toThrow('the answer has no UploadId');
  });

  test('an object that may not be seen is an error, not a missing one', async () => {
    aws.answer({ status: 403 });
    await expect(store.head('k')).rejects.toMatchObject({ status: 403, code: 'Http403', operation: 'HeadObject' });
  });

  test.each([
    [{ 'x-amz-checksum-sha256': 'abc=', 'x-amz-checksum-type': 'FULL_OBJECT' }, { algorithm: 'SHA256', value: 'abc=' }],
    [{ 'x-amz-checksum-crc64nvme': 'abc=' }, { algorithm: 'CRC64NVME', value: 'abc=' }],
    [{ 'x-amz-checksum-sha256': 'abc=-3', 'x-amz-checksum-type': 'COMPOSITE' }, null],
    [{ 'x-amz-checksum-sha256': 'abc=-3' }, null],
    [{ 'x-amz-checksum-crc32': 'abc=' }, null],
  ])('the checksum in %j is %j', async (headers, checksum) => {
    aws.answer({ headers: { 'content-length': '0', 'content-type': 'text/csv', 'etag': '"e"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', ...headers } });
    expect(await store.headWithChecksum('k')).toEqual({ size: 0, contentType: 'text/csv', etag: 'e', checksum, lastModified: '2026-01-01T00:00:00.000Z' });
    expect(aws.requests[0].headers).toHaveProperty('x-amz-checksum-mode', 'ENABLED');
  });

  test('an object that is met by its own repeat is put, but another one stays', async () => {
    const body = Buffer.from('text');
    const stored = (value: string) => ({ headers: { 'etag': '"e"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', 'x-amz-checksum-sha256': value } });
    const put = () => store.put({ key: 'k', contentType: 'text/csv', body });
    aws.answer({ lost: true }, error('PreconditionFailed', 412), stored(sha256(body)));
    expect(await put()).toEqual({ etag: 'e' });
    aws.answer(error('PreconditionFailed', 412), stored('other'));
    await expect(put()).rejects.toMatchObject({ name: 'ObjectRefused', reason: 'exists' });
    aws.answer(error('PreconditionFailed', 412), { status: 404 });
    await expect(put()).rejects.toMatchObject({ name: 'ObjectRefused', reason: 'exists' });
    aws.answer(error('BadDigest'));
    await expect(put()).rejects.toMatchObject({ name: 'ObjectRefused', reason: 'mismatch' });
    aws.answer(error('AccessDenied', 403));
    await expect(put()).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  test('every key is asked for as the SDK asks for it', async () => {
    aws.answer({ status: 404 });
    const sdk = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL, responseChecksumValidation: 'WHEN_REQUIRED' });
    const key = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: fc.constantFrom(...' +%#?&=;:,@!~*\'()[]{}|\\^`"<>/._-aü😀'), minLength: 1 }))
      .filter((text) => text.isWellFormed() && !text.split('/').some((segment) => segment === '.' || segment === '..'));
    await fc.assert(fc.asyncProperty(key, async (Key) => {
      aws.requests.length = 0;
      expect(await store.head(Key)).toBeUndefined();
      await sdk.send(new HeadObjectCommand({ Bucket: 'files', Key })).catch(() => undefined);
      const [ours, theirs] = aws.requests.map(({ url }) => url);
      expect(ours).toBe(theirs);
    }), { numRuns: 200 });
    sdk.destroy();
  });
});

describe('on the local engine', () => {
  let resources: EngineResources;
  let client: S3Client;
  let bucket: string;
  let store: ObjectStore;
  beforeAll(async () => {
    await ensureEngine();
    const clients = awsClients();
    client = clients.s3;
    resources = new EngineResources(clients);
    bucket = await resources.bucket();
    store = new S3ObjectStore(bucket);
  }, 120_000);
  afterAll(async () => resources.remove());
  afterEach(() => store.delete(KEY));

  const sendPart = async (UploadId: string, PartNumber: number, Body: Uint8Array) => {
    await client.send(new UploadPartCommand({ Bucket: bucket, Key: KEY, UploadId, PartNumber, Body }));
  };
  const content = async () => (await client.send(new GetObjectCommand({ Bucket: bucket, Key: KEY }))).Body!.transformToByteArray();
  const PARTS = [randomBytes(PART), randomBytes(100)];
  const SIZE = PART + 100;
  const begun = async () => {
    const id = await store.createMultipart({ key: KEY, contentType: 'text/csv; charset=utf-8' });
    for (const [at, part] of PARTS.entries()) await sendPart(id, at + 1, part);
    return id;
  };

  test('a multipart upload goes from its first to its last call', async () => {
    const multipartId = await begun();
    const parts = (await store.listParts(KEY, multipartId))!;
    expect(parts).toEqual([1, 2].map((partNumber) => ({ partNumber, etag: expect.stringMatching(/^[0-9a-f]+$/), size: PARTS[partNumber - 1].length })));
    expect(await store.head(KEY)).toBeUndefined();
    expect(await store.completeMultipart({ key: KEY, multipartId, parts: [...parts].reverse(), size: SIZE })).toBe('completed');
    expect(await store.head(KEY)).toMatchObject({ size: SIZE, contentType: 'text/csv; charset=utf-8', etag: expect.stringMatching(/-2$/) });
    expect(Buffer.from(await content()).equals(Buffer.concat(PARTS))).toBe(true);
    // S3 remembers for some time what it completed.
    expect(['completed', 'gone', 'exists']).toContain(await store.completeMultipart({ key: KEY, multipartId, parts }));
    expect(await store.listParts(KEY, multipartId)).toBeUndefined();
    await store.abortMultipart(KEY, multipartId);
    expect(await store.head(KEY)).toBeDefined();
  });

  test('an object that is there is not replaced', async () => {
    const multipartId = await begun();
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: 'first' }));
    expect(await store.completeMultipart({ key: KEY, multipartId, parts: (await store.listParts(KEY, multipartId))! })).toBe('exists');
    expect(Buffer.from(await content()).toString()).toBe('first');
    await store.abortMultipart(KEY, multipartId);
  });

  test('parts that are not there complete nothing', async () => {
    const multipartId = await begun();
    expect(await store.completeMultipart({ key: KEY, multipartId, parts: [{ partNumber: 1, etag: 'f'.repeat(32) }] })).toBe('invalid');
    expect(await store.completeMultipart({ key: KEY, multipartId, parts: [{ partNumber: 7, etag: 'f'.repeat(32) }] })).toBe('invalid');
    await store.abortMultipart(KEY, multipartId);
    expect(await store.listParts(KEY, multipartId)).toBeUndefined();
    await store.abortMultipart(KEY, multipartId);
  });

  test('a body is put once, with its checksum, and repeated without harm', async () => {
    const body = Buffer.from('a,b\n1,ü\n');
    const { etag } = await store.put({ key: KEY, contentType: 'text/csv', body });
    expect(await store.headWithChecksum(KEY)).toMatchObject({ size: body.length, contentType: 'text/csv', etag, checksum: { algorithm: 'SHA256', value: sha256(body) } });
    expect(await store.put({ key: KEY, contentType: 'text/csv', body })).toEqual({ etag });
    await expect(store.put({ key: KEY, contentType: 'text/csv', body: Buffer.from('other') })).rejects.toMatchObject({ reason: 'exists' });
    expect(Buffer.from(await content())).toEqual(body);
  });

  test('bytes that do not add up are refused', async () => {
    const checksum = { algorithm: 'SHA256', value: sha256(Buffer.from('other')) } as const;
    await expect(store.put({ key: KEY, contentType: 'text/csv', body: Buffer.from('x'), checksum })).rejects.toMatchObject({ reason: 'mismatch' });
    expect(await store.head(KEY)).toBeUndefined();
  });

  test('an object that is not there is deleted without complaint', async () => {
    await store.delete(KEY);
    await store.delete(KEY);
  });
});
