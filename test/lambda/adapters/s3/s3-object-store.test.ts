import { createHash } from 'node:crypto';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { S3ObjectStore } from '../../../../lambda-src/adapters/s3/s3-object-store';
import { S3UploadSigner } from '../../../../lambda-src/adapters/s3/s3-upload-signer';
import { ObjectStore } from '../../../../lambda-src/application/uploads/object-store';
import { describeObjectStore } from '../../../support/contracts/object-store';
import { withEngine } from '../../../support/with-engine';
import { withServer } from '../aws/aws-server';
import { FakeAws } from '../aws/fake-aws';

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('base64');
const error = (code: string, status = 400) => ({ status, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>` });

describe('answers that S3 may give', () => {
  const aws = withServer(new FakeAws());
  const store: ObjectStore = new S3ObjectStore('files');
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
  const engine = withEngine();

  describeObjectStore('S3ObjectStore', async () => {
    const bucketName = await engine.resources.bucket();
    const signer = new S3UploadSigner({ bucketName, expirySeconds: 60 });
    const put = async (url: string, content: Uint8Array, headers: Readonly<Record<string, string>> = {}) => {
      const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) });
      expect([response.status, await response.text()]).toEqual([200, '']);
    };
    return {
      store: new S3ObjectStore(bucketName),
      sendPart: async (key, multipartId, partNumber, content) =>
        put(await signer.signPart({ key, multipartId, partNumber, size: content.length }), content),
      send: async (key, content) => {
        const { url, headers } = await signer.signPut({ key, contentType: 'text/csv', size: content.length });
        await put(url, content, headers);
      },
    };
  });
});
