import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CfnOutput, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { UploadApi, UploadAuth, UploadIngestPipeline } from '../../src';
import { type ApiClient, type Problem } from '../../tools/client';
import { ingest } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';

const CSV = { fileName: 'a.csv', contentType: 'text/csv' };

let api: ApiClient;
let names: Readonly<Record<string, string>>;
let uploadId: string;
beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'Hostile');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      api: UploadApi.http({ auth: UploadAuth.none() }), maxFileSize: Size.mebibytes(8), removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
    new CfnOutput(stack, 'Bucket', { value: pipeline.bucket.bucketName });
    new CfnOutput(stack, 'StatusTable', { value: pipeline.statusTable.tableName });
    new CfnOutput(stack, 'QueryTable', { value: pipeline.queryTable!.tableName });
  });
  api = deployed.api();
  names = deployed.outputs;
  ({ uploadId } = await ingest(api, 'a\n1\n2\n'));
}, 300_000);

/** Everything that is stored anywhere. */
async function stored(): Promise<unknown> {
  const { s3, dynamodb } = awsClients();
  const objects = await s3.send(new ListObjectsV2Command({ Bucket: names.Bucket }));
  const tables = [names.StatusTable, names.QueryTable];
  const scans = await Promise.all(tables.map(async (TableName) => dynamodb.send(new ScanCommand({ TableName }))));
  return [objects.Contents?.map(({ Key, ETag }) => [Key, ETag]), ...scans.map(({ Items }) => Items)];
}

interface Hostile {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const post = (path: string, body: unknown, headers = {}): Hostile => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const TOKEN = Buffer.from('{"v":1,"after":"x"}').toString('base64url');

const CASES: [string, () => Hostile, number, string][] = [
  ['an id that is not one', () => ({ path: '/uploads/x' }), 404, 'UPLOAD_NOT_FOUND'],
  ['an id with one digit changed', () => ({ path: `/uploads/${uploadId.slice(0, -1)}${uploadId.endsWith('0') ? '1' : '0'}` }), 404, 'UPLOAD_NOT_FOUND'],
  ['an id in capitals', () => ({ path: `/uploads/${uploadId.toUpperCase()}x` }), 404, 'UPLOAD_NOT_FOUND'],
  ['an id that leads to a helper item', () => ({ path: '/uploads/session%23x' }), 404, 'UPLOAD_NOT_FOUND'],
  ['an id of an encoded NUL', () => ({ path: '/uploads/%00' }), 404, 'UPLOAD_NOT_FOUND'],
  ['an id that climbs', () => ({ path: '/uploads/..%2f..%2frecords' }), 404, 'NOT_FOUND'],
  ['an id of 6,000 characters', () => ({ path: `/uploads/${'a'.repeat(6000)}` }), 404, 'UPLOAD_NOT_FOUND'],
  ['aborting an upload of nobody', () => ({ method: 'DELETE', path: '/uploads/00000000-0000-4000-8000-000000000000' }), 404, 'UPLOAD_NOT_FOUND'],
  ['aborting what is done', () => ({ method: 'DELETE', path: `/uploads/${uploadId}` }), 409, 'UPLOAD_ENDED'],
  ['parts of what is done', () => post(`/uploads/${uploadId}/parts`, { partNumbers: [1] }), 409, 'UPLOAD_ENDED'],
  ['a million part numbers', () => post(`/uploads/${uploadId}/parts`, { partNumbers: Array(200_000).fill(1) }), 400, 'INVALID_REQUEST'],
  ['a cursor of ours that is none', () => ({ path: `/uploads?nextToken=${TOKEN}` }), 400, 'INVALID_CURSOR'],
  ['a cursor of blanks', () => ({ path: '/records?nextToken=%20' }), 400, 'INVALID_CURSOR'],
  ['a limit in other digits', () => ({ path: '/records?limit=%D9%A1' }), 400, 'INVALID_LIMIT'],
  ['a limit that overflows', () => ({ path: '/records?limit=99999999999999999999' }), 400, 'INVALID_LIMIT'],
  ['a parameter that nobody knows', () => ({ path: '/records?__proto__=x' }), 400, 'INVALID_REQUEST'],
  ['an index called like a member of an object', () => ({ path: '/records?index=constructor&key=x' }), 400, 'UNKNOWN_INDEX'],
  ['a record by keys of a helper', () => ({ path: '/records/idempotency%23x/y' }), 404, 'RECORD_NOT_FOUND'],
  ['a name that climbs', () => post('/uploads', { ...CSV, fileName: '../../a.csv' }), 400, 'INVALID_FILE_NAME'],
  ['a name with a backslash', () => post('/uploads', { ...CSV, fileName: '..\\a.csv' }), 400, 'INVALID_FILE_NAME'],
  ['a name of 10,000 characters', () => post('/uploads', { ...CSV, fileName: 'a'.repeat(10_000) }), 400, 'INVALID_FILE_NAME'],
  ['a name with a control character', () => post('/uploads', { ...CSV, fileName: 'a\u0000.csv' }), 400, 'INVALID_FILE_NAME'],
  ['a name that S3 would replace', () => post('/uploads', { ...CSV, fileName: '${filename}' }), 400, 'INVALID_FILE_NAME'],
  ['half a character', () => post('/uploads', '{"fileName":"\\ud800.csv","contentType":"text/csv"}'), 400, 'INVALID_FILE_NAME'],
  ['one bad name among several', () => post('/uploads', { files: [{ name: 'a', ...CSV }, { name: 'b', ...CSV, fileName: '/b' }] }), 400, 'INVALID_FILE_NAME'],
  ['a bad name inline', () => post('/uploads/inline', { ...CSV, fileName: 'a/b', content: 'YQox' }), 400, 'INVALID_FILE_NAME'],
  ['a bad name in the query', () => ({ ...post('/uploads/inline?fileName=..%2Fa.csv', 'a\n1\n'), headers: { 'content-type': 'text/csv' } }), 400, 'INVALID_FILE_NAME'],
  ['a bad name from Uppy', () => post('/s3/multipart', { filename: 'a/../b.csv', type: 'text/csv' }), 400, 'INVALID_FILE_NAME'],
  ['a key of another upload', () => ({ path: `/s3/multipart/x?key=uploads/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}/a.csv` }), 404, 'UPLOAD_NOT_FOUND'],
  ['a key outside of the uploads', () => ({ path: '/s3/multipart/x?key=rejects/../uploads/a' }), 404, 'UPLOAD_NOT_FOUND'],
  ['a session that nobody opened', () => ({ path: `/u/${'A'.repeat(43)}/s3/params?filename=a.csv` }), 404, 'SESSION_NOT_FOUND'],
  ['metadata of 100 KB', () => post('/uploads', { ...CSV, metadata: { a: 'x'.repeat(100_000) } }), 400, 'INVALID_REQUEST'],
  ['metadata called __proto__', () => post('/uploads', '{"fileName":"a.csv","contentType":"text/csv","metadata":{"__proto__":"x"}}'), 400, 'INVALID_REQUEST'],
  ['JSON of 2 MB', () => post('/uploads', { ...CSV, junk: 'x'.repeat(2_000_000) }), 400, 'INVALID_REQUEST'],
  ['JSON 100,000 levels deep', () => post('/uploads', '['.repeat(100_000) + ']'.repeat(100_000)), 400, 'INVALID_REQUEST'],
  ['a list of 100,000 files', () => post('/uploads', { files: Array(20_000).fill({ name: 'a', ...CSV }) }), 400, 'TOO_MANY_FILES'],
  ['a body that is no JSON', () => post('/uploads', '{"fileName":'), 400, 'INVALID_JSON'],
  ['no body', () => post('/uploads', ''), 400, 'INVALID_JSON'],
  ['wrong types', () => post('/uploads', { fileName: ['a.csv'], contentType: {}, size: '1', metadata: 1 }), 400, 'INVALID_REQUEST'],
  ['a size that is no number of bytes', () => post('/uploads', { ...CSV, size: 1e308 }), 400, 'INVALID_REQUEST'],
  ['content that is no base64', () => post('/uploads/inline', { ...CSV, content: '%%%' }), 400, 'INVALID_CONTENT'],
  ['an idempotency key of 300 characters', () => post('/uploads', CSV, { 'idempotency-key': 'k'.repeat(300) }), 400, 'INVALID_IDEMPOTENCY_KEY'],
  ['a route that is none', () => ({ path: '/uploads/x/y/z' }), 404, 'ROUTE_NOT_FOUND'],
  ['a method that is none', () => ({ method: 'PATCH', path: `/uploads/${uploadId}` }), 404, 'ROUTE_NOT_FOUND'],
];

describe('is refused with a stable code, and nothing is written', () => {
  let before: unknown;
  beforeAll(async () => { before = await stored(); });

  test.each(CASES)('%s', async (_, hostile, status, code) => {
    const { method = 'GET', path, body, headers } = hostile();
    const answer = await fetch(`${api.baseUrl}${path}`, { method, body, headers });
    const problem = await answer.json() as Problem;
    expect({ status: answer.status, code: problem.code }).toEqual({ status, code: code === 'NOT_FOUND' ? expect.stringMatching(/_NOT_FOUND$/) : code });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    // Whatever was sent does not come back in full.
    expect(JSON.stringify(problem).length).toBeLessThan(10_000);
  });

  test('and everything is as it was', async () => expect(await stored()).toEqual(before));
});
