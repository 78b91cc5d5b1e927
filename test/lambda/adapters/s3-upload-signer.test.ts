import { S3Client } from '@aws-sdk/client-s3';
import { S3UploadSigner } from '../../../lambda-src/adapters/s3-upload-signer';

const KEY = 'uploads/3f2b8c1e-0000-4000-8000-0123456789ab/Übersicht 1+2.csv';
const client = new S3Client({
  region: 'eu-central-1',
  requestChecksumCalculation: 'WHEN_REQUIRED',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
});
const signer = new S3UploadSigner(client, { bucketName: 'files', expirySeconds: 600 });

function policyOf(fields: Readonly<Record<string, string>>): { expiration: string; conditions: unknown[] } {
  return JSON.parse(Buffer.from(fields.Policy, 'base64').toString()) as { expiration: string; conditions: unknown[] };
}

describe('a form POST', () => {
  test('is limited by its policy to one key, one content type and a range of sizes', async () => {
    const { url, fields, headers, method } = await signer.signPost({ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 5000 });
    const { conditions } = policyOf(fields);
    expect(conditions).toEqual(expect.arrayContaining([
      { key: KEY }, { bucket: 'files' }, ['content-length-range', 0, 5000], ['eq', '$Content-Type', 'text/csv'],
    ]));
    expect(JSON.stringify(conditions)).not.toContain('starts-with');
    expect(fields).toMatchObject({ 'key': KEY, 'Content-Type': 'text/csv' });
    expect({ method, headers }).toEqual({ method: 'POST', headers: {} });
    expect(url).toMatch(/^https:\/\/files\.s3\.eu-central-1\.amazonaws\.com\/?$/);
  });

  test('takes exactly the size that was announced', async () => {
    const { fields } = await signer.signPost({ key: KEY, contentType: 'text/csv', minSize: 12, maxSize: 12 });
    expect(policyOf(fields).conditions).toContainEqual(['content-length-range', 12, 12]);
  });

  test('expires', async () => {
    const { fields } = await signer.signPost({ key: KEY, contentType: 'text/csv', minSize: 0, maxSize: 1 });
    const seconds = (Date.parse(policyOf(fields).expiration) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
  });
});

describe('a PUT', () => {
  test('is signed with its content type and size, only where nothing is yet, and without a checksum', async () => {
    const { url, fields, headers, method } = await signer.signPut({ key: KEY, contentType: 'text/csv; charset=utf-8', size: 12 });
    const { pathname, searchParams } = new URL(url);
    expect(decodeURIComponent(pathname)).toBe(`/${KEY}`);
    expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;if-none-match');
    expect(searchParams.get('X-Amz-Expires')).toBe('600');
    expect([...searchParams.keys()].filter((name) => /checksum|sdk-/i.test(name))).toEqual([]);
    expect({ method, fields, headers }).toEqual({
      method: 'PUT', fields: {}, headers: { 'content-type': 'text/csv; charset=utf-8', 'content-length': '12', 'if-none-match': '*' },
    });
  });
});
