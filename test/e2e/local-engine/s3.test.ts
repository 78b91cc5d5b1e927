import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';

const SMALLEST_PART = Buffer.alloc(5 * 1024 * 1024, 'a');
/** The text that every CRC is published for. */
const DIGITS = '123456789';
const CRC_OF_DIGITS = Buffer.from('ae8b14860a799888', 'hex').toString('base64');
const OTHER_CRC = Buffer.alloc(8).toString('base64');

let s3: S3Client;
let resources: EngineResources;
let Bucket: string;

beforeAll(async () => {
  await ensureEngine();
  s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  resources = new EngineResources({ ...awsClients(), s3 });
  Bucket = await resources.bucket();
}, 300_000);

afterAll(() => resources.remove());

async function sendParts(Key: string, bodies: readonly (string | Buffer)[], declared: object = {}) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...declared }));
  const Parts = await Promise.all(bodies.map(async (Body, nth) => {
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: nth + 1, Body }));
    return { PartNumber: nth + 1, ETag };
  }));
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
}

const complete = (input: Awaited<ReturnType<typeof sendParts>>, more: object = {}) => (
  s3.send(new CompleteMultipartUploadCommand({ ...input, ...more }))
);
const checksumsOf = async (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));

test('only the last part may be small, and there must be one', async () => {
  await expect(complete(await sendParts('small', ['a', 'b']))).rejects.toMatchObject({ name: 'EntityTooSmall' });
  await expect(complete(await sendParts('none', []))).rejects.toMatchObject({ name: 'MalformedXML' });
  await complete(await sendParts('large', [SMALLEST_PART, 'b']));
  expect(await checksumsOf('large')).toMatchObject({ ContentLength: SMALLEST_PART.length + 1 });
});

test.each([['declared at the start', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' }], ['not declared', {}]])(
  'the checksum of a whole object in parts is checked: %s', async (name, declared) => {
    const upload = await sendParts(name, [DIGITS], declared);
    await expect(complete(upload, { ChecksumCRC64NVME: OTHER_CRC, ChecksumType: 'FULL_OBJECT' })).rejects.toMatchObject({ name: 'BadDigest' });
    await complete(upload, { ChecksumCRC64NVME: CRC_OF_DIGITS, ChecksumType: 'FULL_OBJECT' });
    expect(await checksumsOf(name)).toMatchObject({ ChecksumCRC64NVME: CRC_OF_DIGITS, ChecksumType: 'FULL_OBJECT' });
  });

test('the checksum in a form is checked', async () => {
  const checksum = createHash('sha256').update(DIGITS).digest('base64');
  const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'form', Fields: { 'x-amz-checksum-sha256': checksum } });
  const send = async (content: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([content]));
    return (await fetch(url, { method: 'POST', body: form })).status;
  };
  expect(await send('987654321')).toBe(400);
  expect(await send(DIGITS)).toBe(204);
  expect(await checksumsOf('form')).toMatchObject({ ChecksumSHA256: checksum });
});
