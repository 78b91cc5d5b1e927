import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CfnOutput, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { UploadIngestPipeline } from '../../src';
import { type ApiClient, type ApiRecord } from '../../tools/client';
import { PROJECT_ROOT } from '../../tools/local-engine';
import { ingest, ingestFile, parseWithPython, recordsOf, withFile } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';

const DATA = join(PROJECT_ROOT, 'node_modules', 'vega-datasets', 'data');

let api: ApiClient;
let bucket: string;
beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'AnyCsv');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', { maxFileSize: Size.mebibytes(8), removalPolicy: RemovalPolicy.DESTROY });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
    new CfnOutput(stack, 'BucketName', { value: pipeline.bucket.bucketName });
  });
  api = deployed.api();
  bucket = deployed.outputs.BucketName;
}, 300_000);

describe('public data sets, against an independent parse', () => {
  test.each([
    ['airports.csv', 3376],
    ['seattle-weather.csv', 1461],
    ['disasters.csv', 803],
    ['gapminder-health-income.csv', 187],
    ['la-riots.csv', 63],
  ])('%s: every one of its %d rows, in the order of the file', async (name, rows) => {
    const path = join(DATA, name);
    const upload = await ingestFile(api, path, { fileName: name });
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: rows, accepted: rows, rejected: 0 } });
    expect(await recordsOf(api, upload)).toEqual(await parseWithPython(path));
  });

  test('a PUT does as well as a form', async () => {
    const upload = await ingest(api, 'a,b\n1,2\n', { method: 'PUT', size: 8 });
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 1, accepted: 1, rejected: 0 } });
  });
});

describe('a file of any shape', () => {
  test.each<[string, string | Buffer, ApiRecord[]]>([
    ['CRLF, quoted newlines and empty lines', 'a,b\r\n"1\n2",x\r\n\r\n"say ""hi""",\r\n', [{ a: '1\n2', b: 'x' }, { a: 'say "hi"', b: '' }]],
    ['CR alone', 'a,b\r1,2\r3,4', [{ a: '1', b: '2' }, { a: '3', b: '4' }]],
    ['a byte order mark and spaces around names', '\uFEFF a , b\n1,2\n', [{ a: '1', b: '2' }]],
    ['a column without a name, as pandas writes it', ',a\n0,x\n', [{ column_1: '0', a: 'x' }]],
    ['columns called like members of an object', 'constructor,toString\nx,y\n', [{ constructor: 'x', toString: 'y' }]],
    ['a header and nothing else', 'a,b\n', []],
  ])('%s', async (_, content, expected) => {
    const upload = await ingest(api, content);
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: expected.length, accepted: expected.length, rejected: 0 } });
    // A file without rows has no records to look for.
    if (expected.length > 0) expect(await recordsOf(api, upload)).toEqual(expected);
  });

  test.each(['with space.csv', 'a+b=c&d.csv', 'über 50%.csv', '%2B%20.csv', "it's (1).csv", '数据.csv'])('under the name %s', async (fileName) => {
    const upload = await ingest(api, 'a\n1\n', { fileName });
    expect(upload).toMatchObject({ status: 'COMPLETED', files: [{ fileName, key: `uploads/${upload.uploadId}/${fileName}` }] });
  });
});

describe('bad input ends with a reason', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
  test.each<[string, string | Buffer, string]>([
    ['a PNG', png, 'NOT_A_TEXT_FILE'],
    ['no bytes at all', '', 'EMPTY_FILE'],
    ['only blank lines', '\n\n\r\n', 'EMPTY_FILE'],
    ['a header with the same name twice', 'a,b,a\n1,2,3\n', 'DUPLICATE_COLUMN'],
    ['a name of ours', 'a,_pk\n1,2\n', 'RESERVED_COLUMN'],
    ['a name that the AWS SDK cannot read back', 'a,__proto__\n1,2\n', 'RESERVED_COLUMN'],
    ['a quote that is never closed', 'a,b\n1,"2\n3,4\n', 'UNTERMINATED_QUOTE'],
    ['a header of 5 MB', `a,"${'x'.repeat(5 * 1024 * 1024)}"\n1,2\n`, 'ROW_TOO_LARGE'],
    ['Latin-1', Buffer.from('a,b\nM\xfcnchen,1\n', 'latin1'), 'INVALID_ENCODING'],
    ['a quote inside a field', 'a,b\n5" pipe,1\n', 'MALFORMED_CSV'],
  ])('%s', async (_, content, code) => {
    const upload = await ingest(api, content);
    expect(upload).toMatchObject({ status: 'FAILED', error: { code, message: expect.any(String) } });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED']);
  });

  test('a field of 5 MB is that of a reject', async () => {
    const upload = await ingest(api, `a,b\n1,"${'x'.repeat(5 * 1024 * 1024)}"\n2,3\n`);
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 1, rejected: 1 } });
  });

  test('a content type that is not allowed, announced', async () => {
    await expect(api.startUpload({ fileName: 'a.png', contentType: 'image/png' }))
      .rejects.toMatchObject({ status: 415, code: 'CONTENT_TYPE_NOT_ALLOWED' });
  });

  test('a file that is larger than announced, or than allowed, is refused by S3', async () => {
    const { upload: announced } = await api.startUpload({ fileName: 'a.csv', contentType: 'text/csv', size: 4 });
    await withFile('a,b\n1,2\n', (path) => expect(api.sendFile(announced!, path)).rejects.toMatchObject({ code: 'EntityTooLarge' }));
  });

  test('what came past the API is checked again: content type and size', async () => {
    const { s3 } = awsClients();
    const send = async (ContentType: string, Body: string | Buffer) => {
      const { uploadId } = await api.startUpload({ fileName: 'a.csv', contentType: 'text/csv' });
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `uploads/${uploadId}/a.csv`, Body, ContentType }));
      return api.waitForUpload(uploadId);
    };
    expect(await send('image/png', 'a\n1\n')).toMatchObject({ status: 'FAILED', error: { code: 'CONTENT_TYPE_NOT_ALLOWED' } });
    expect(await send('text/csv', Buffer.alloc(8 * 1024 * 1024 + 1, 'a'))).toMatchObject({ status: 'FAILED', error: { code: 'FILE_TOO_LARGE' } });
  });

  test('an object that nobody announced is listed as failed, and is not ingested', async () => {
    const { s3 } = awsClients();
    const key = `uploads/somebody else/${Date.now()}.csv`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'a\n1\n', ContentType: 'text/csv' }));
    const found = await eventually(async () => (await api.listUploads({ limit: 20, status: 'FAILED' })).items.find(({ files }) => files[0].key === key));
    expect(found).toMatchObject({ error: { code: 'UPLOAD_NOT_REGISTERED' }, counts: null });
  });
});

/** Asks again, at once, until there is an answer; the test's own time limit ends it. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
}
