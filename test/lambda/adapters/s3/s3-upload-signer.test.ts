import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, ListPartsCommand,
  PutObjectCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { S3ObjectStore } from '../../../../lambda-src/adapters/s3/s3-object-store';
import { S3UploadSigner } from '../../../../lambda-src/adapters/s3/s3-upload-signer';
import { ensureEngine } from '../../../../tools/local-engine';
import { EngineResources } from '../../../support/engine-resources';
import { awsClients } from '../../../support/local-engine';
import { lambdaEnvironment } from '../aws/aws-server';

const KEY = 'uploads/3f2b8c1e-0000-4000-8000-0123456789ab/Übersicht 1+2.csv';
const NOW = new Date('2026-03-04T05:06:07.890Z');
const signer = new S3UploadSigner({ bucketName: 'files', expirySeconds: 600, now: () => NOW });

beforeEach(() => {
  Object.assign(process.env, lambdaEnvironment());
  jest.spyOn(Date, 'now').mockReturnValue(NOW.getTime());
});
afterEach(() => jest.restoreAllMocks());

function policyOf(fields: Readonly<Record<string, string>>): { expiration: string; conditions: unknown[] } {
  return JSON.parse(Buffer.from(fields.Policy, 'base64').toString()) as { expiration: string; conditions: unknown[] };
}

describe('a form POST', () => {
  test('is limited by its policy to one key, one content type and a range of sizes', async () => {
    const { url, fields, headers, method } = await signer.signPost({ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 5000 });
    const { conditions, expiration } = policyOf(fields);
    expect(conditions).toEqual(expect.arrayContaining([
      { key: KEY }, { bucket: 'files' }, ['content-length-range', 0, 5000], ['eq', '$Content-Type', 'text/csv'],
    ]));
    expect(JSON.stringify(conditions)).not.toContain('starts-with');
    expect(expiration).toBe('2026-03-04T05:16:07Z');
    expect(fields).toMatchObject({ 'key': KEY, 'Content-Type': 'text/csv' });
    expect({ method, headers }).toEqual({ method: 'POST', headers: {} });
    expect(url).toBe('https://files.s3.eu-central-1.amazonaws.com/');
  });

  test('takes exactly the bytes that were announced', async () => {
    const checksum = { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } as const;
    const { fields } = await signer.signPost({ key: KEY, contentType: 'text/csv', minSize: 12, maxSize: 12, checksum });
    expect(policyOf(fields).conditions).toEqual(expect.arrayContaining([
      ['content-length-range', 12, 12], { 'x-amz-checksum-algorithm': 'CRC64NVME' }, { 'x-amz-checksum-crc64nvme': checksum.value },
    ]));
    expect(fields).toMatchObject({ 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-crc64nvme': checksum.value });
  });
});

test('an expiry that is asked for can only be shorter', async () => {
  const target = { key: KEY, multipartId: 'id' };
  const expiryOf = (url: string) => new URL(url).searchParams.get('X-Amz-Expires');
  for (const [expiresIn, seconds] of [[60, '60'], [601, '600'], [undefined, '600']] as const) {
    expect(expiryOf(await signer.signPart({ ...target, partNumber: 1, expiresIn }))).toBe(seconds);
    expect(expiryOf(await signer.signCreateMultipart({ key: KEY, expiresIn }))).toBe(seconds);
    expect(expiryOf(await signer.signListParts({ ...target, expiresIn }))).toBe(seconds);
    expect(expiryOf(await signer.signCompleteMultipart({ ...target, expiresIn }))).toBe(seconds);
    expect(expiryOf(await signer.signAbortMultipart({ ...target, expiresIn }))).toBe(seconds);
  }
  const { fields } = await signer.signPost({ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 1, expiresIn: 60 });
  expect(policyOf(fields).expiration).toBe('2026-03-04T05:07:07Z');
});

describe('a PUT', () => {
  test('is signed with its content type, size and checksum, and only where nothing is yet', async () => {
    const checksum = { algorithm: 'SHA256', value: 'abc=' } as const;
    const { url, fields, headers, method } = await signer.signPut({ key: KEY, contentType: 'text/csv; charset=utf-8', size: 12, checksum });
    const { pathname, searchParams } = new URL(url);
    expect(decodeURIComponent(pathname)).toBe(`/${KEY}`);
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;if-none-match;x-amz-checksum-sha256');
    expect(searchParams.get('X-Amz-Expires')).toBe('600');
    expect({ method, fields, headers }).toEqual({
      method: 'PUT',
      fields: {},
      headers: {
        'content-type': 'text/csv; charset=utf-8', 'content-length': '12', 'if-none-match': '*', 'x-amz-checksum-sha256': 'abc=',
      },
    });
  });

  test('without a checksum has none, not even that of an empty body', async () => {
    const { url } = await signer.signPut({ key: KEY, contentType: 'text/csv', size: 12 });
    expect(url).not.toMatch(/checksum|sdk-/i);
  });
});

test('a download is saved under its own name, whatever that is', async () => {
  const url = await signer.signDownload({ key: 'rejects/a.csv', fileName: 'Übersicht "1".csv' });
  expect(new URL(url).searchParams.get('response-content-disposition'))
    .toBe('attachment; filename="_bersicht _1_.csv"; filename*=UTF-8\'\'%C3%9Cbersicht%20%221%22.csv');
});

test.each(['.', '..', 'a/../b', './a', 'a/.'])('a key %j, which no URL can name, is refused', async (key) => {
  await expect(signer.signPut({ key, contentType: 'text/csv', size: 1 })).rejects.toThrow("an object key with a segment '.' or '..' has no URL");
});

describe('is byte for byte as the SDK signs', () => {
  const keys = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'aZ0 +%#?&=;:,$@!~*\'()[]{}|\\^`"<>/._-üßЖ日😀\n\t'), minLength: 1, maxLength: 60 }),
  ).filter((key) => key.isWellFormed() && !key.split('/').some((segment) => segment === '.' || segment === '..') && !key.endsWith('${filename}'));
  const token = fc.option(fc.base64String({ minLength: 4 }), { nil: '' });
  const bucket = fc.constantFrom('files', 'my.files');
  const region = fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-east-1');
  const endpoint = fc.constantFrom('', 'http://127.0.0.1:4566', 'https://s3.example.com/base');
  const headerText = fc.string({ unit: fc.constantFrom(...'abc/;= 09+'), minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
  const uploadId = fc.string({ minLength: 1 });
  const partNumber = fc.integer({ min: 1, max: 10_000 });
  const scene = fc.record({ key: keys, token, bucket, region, endpoint, contentType: headerText, size: fc.nat(), uploadId, partNumber });
  type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

  function prepare(where: Scene): { client: S3Client; ours: S3UploadSigner } {
    Object.assign(process.env, { AWS_SESSION_TOKEN: where.token, AWS_REGION: where.region, AWS_ENDPOINT_URL: where.endpoint });
    const client = new S3Client({
      region: where.region,
      endpoint: where.endpoint || undefined,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'very secret', ...(where.token ? { sessionToken: where.token } : {}) },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return { client, ours: new S3UploadSigner({ bucketName: where.bucket, expirySeconds: 600, now: () => NOW }) };
  }

  const sign = (client: S3Client, command: object, ...headers: string[]) => getSignedUrl(client, command as PutObjectCommand, {
    expiresIn: 600, signingDate: NOW, signableHeaders: new Set(['host', ...headers]), unhoistableHeaders: new Set(headers),
  });
  type Check = (where: Scene, client: S3Client, ours: S3UploadSigner) => Promise<void>;
  const forAll = (check: Check) => fc.assert(fc.asyncProperty(scene, async (where) => {
    const { client, ours } = prepare(where);
    await check(where, client, ours);
  }), { numRuns: 60 });

  test('a form', () => forAll(async ({ key, bucket: Bucket, contentType, size }, client, ours) => {
    const checksum = { algorithm: 'SHA256', value: 'abc=' } as const;
    const { url, fields } = await ours.signPost({ key, contentType, minSize: 1, maxSize: size, checksum });
    expect({ url, fields }).toEqual(await createPresignedPost(client, {
      Bucket,
      Key: key,
      Fields: { 'Content-Type': contentType, 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': checksum.value },
      Conditions: [['content-length-range', 1, size], ['eq', '$Content-Type', contentType]],
      Expires: 600,
    }));
  }));

  test('a PUT', () => forAll(async ({ key: Key, bucket: Bucket, contentType, size }, client, ours) => {
    const { url, headers } = await ours.signPut({ key: Key, contentType, size, checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' } });
    const command = new PutObjectCommand({ Bucket, Key, ContentType: contentType, ContentLength: size, IfNoneMatch: '*', ChecksumCRC64NVME: 'AAAAAAAAAAA=' });
    expect(url).toBe(await sign(client, command, ...Object.keys(headers)));
  }));

  test('a part', () => forAll(async ({ key: Key, bucket: Bucket, uploadId: UploadId, partNumber: PartNumber, size }, client, ours) => {
    const target = { key: Key, multipartId: UploadId, partNumber: PartNumber };
    const command = (ContentLength?: number) => new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ContentLength });
    expect(await ours.signPart(target)).toBe(await sign(client, command()));
    expect(await ours.signPart({ ...target, size })).toBe(await sign(client, command(size), 'content-length'));
  }));

  test('what else a multipart upload takes', () => forAll(async ({ key: Key, bucket: Bucket, uploadId: UploadId, contentType }, client, ours) => {
    const target = { key: Key, multipartId: UploadId };
    expect(await ours.signCreateMultipart({ key: Key, contentType }))
      .toBe(await sign(client, new CreateMultipartUploadCommand({ Bucket, Key, ContentType: contentType }), 'content-type'));
    expect(await ours.signListParts(target)).toBe(await sign(client, new ListPartsCommand({ Bucket, Key, UploadId })));
    expect(await ours.signCompleteMultipart(target))
      .toBe(await sign(client, new CompleteMultipartUploadCommand({ Bucket, Key, UploadId })));
    expect(await ours.signAbortMultipart(target))
      .toBe(await sign(client, new AbortMultipartUploadCommand({ Bucket, Key, UploadId })));
  }));

  test('a download', () => forAll(async ({ key: Key, bucket: Bucket }, client, ours) => {
    const ResponseContentDisposition = 'attachment; filename="a b.csv"; filename*=UTF-8\'\'a%20b.csv';
    expect(await ours.signDownload({ key: Key, fileName: 'a b.csv' }))
      .toBe(await sign(client, new GetObjectCommand({ Bucket, Key, ResponseContentDisposition })));
  }));
});

describe('on the local engine', () => {
  const environment = { ...process.env };
  let resources: EngineResources;
  let ours: S3UploadSigner;
  let store: S3ObjectStore;
  beforeEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...environment };
    await ensureEngine();
    resources = new EngineResources(awsClients());
    const bucketName = await resources.bucket();
    ours = new S3UploadSigner({ bucketName, expirySeconds: 60 });
    store = new S3ObjectStore(bucketName);
  }, 120_000);
  afterEach(async () => resources.remove());

  const BODY = Buffer.from('a,b\n1,ü\n');
  const CHECKSUM = { algorithm: 'SHA256', value: createHash('sha256').update(BODY).digest('base64') } as const;

  test('a form is taken, and the file can be downloaded under its name', async () => {
    const { url, fields } = await ours.signPost({ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 100, checksum: CHECKSUM });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([BODY]));
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
    expect(await store.head(KEY)).toMatchObject({ size: BODY.length, contentType: 'text/csv' });
    const download = await fetch(await ours.signDownload({ key: KEY, fileName: 'ü.csv' }));
    expect(Buffer.from(await download.arrayBuffer())).toEqual(BODY);
    expect(download.headers.get('content-disposition')).toBe("attachment; filename=\"_.csv\"; filename*=UTF-8''%C3%BC.csv");
  });

  test('a PUT is taken once, with the headers it was signed with', async () => {
    const put = async (headers: Readonly<Record<string, string>>, body = BODY) => {
      const { url } = signed;
      return (await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) })).status;
    };
    const signed = await ours.signPut({ key: KEY, contentType: 'text/csv', size: BODY.length, checksum: CHECKSUM });
    expect(await put({ ...signed.headers, 'content-type': 'text/html' })).toBe(403);
    expect(await put(signed.headers)).toBe(200);
    expect(await put(signed.headers)).toBe(412);
    expect(await store.headWithChecksum(KEY)).toMatchObject({ contentType: 'text/csv', checksum: CHECKSUM });
  });

  test('a client that speaks S3 runs a multipart upload on its own', async () => {
    const text = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();
    const created = await text(await ours.signCreateMultipart({ key: KEY, contentType: 'text/csv' }), { method: 'POST', headers: { 'content-type': 'text/csv' } });
    const target = { key: KEY, multipartId: /<UploadId>([^<]+)</.exec(created)![1] };
    const part = await fetch(await ours.signPart({ ...target, partNumber: 1 }), { method: 'PUT', body: new Uint8Array(BODY) });
    expect(await text(await ours.signListParts(target))).toContain('<PartNumber>1</PartNumber>');
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.get('etag')}</ETag></Part></CompleteMultipartUpload>`;
    expect(await text(await ours.signCompleteMultipart(target), { method: 'POST', body })).toContain('CompleteMultipartUploadResult');
    expect(await store.head(KEY)).toMatchObject({ size: BODY.length, contentType: 'text/csv' });

    const another = { key: KEY, multipartId: await store.createMultipart({ key: KEY, contentType: 'text/csv' }) };
    expect((await fetch(await ours.signAbortMultipart(another), { method: 'DELETE' })).status).toBe(204);
    expect(await store.listParts(KEY, another.multipartId)).toBeUndefined();
  });
});
