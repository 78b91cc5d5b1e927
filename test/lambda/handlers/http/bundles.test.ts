import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { buildSync } from 'esbuild';
import { toWire } from '../../../../lambda-src/adapters/aws/dynamodb';
import { toStatusItem } from '../../../../lambda-src/adapters/tables/status-item';
import { RouteFunction, RouteModel, ROUTES } from '../../../../src/private/api/routes';
import { Env, IDEMPOTENCY_FILE, OPENAPI_FILE, RECORD_MODEL_FILE, UPLOAD_MODEL_FILE } from '../../../../src/private/contract';
import { BUNDLE_OPTIONS, ROOT } from '../../../../tools/bundle-options';
import { aRecord, DIGITS } from '../../../support/contracts/record-store';
import { AwsAnswer, AwsCall, FakeAws } from '../../../support/fake-aws';
import { anUpload } from '../../../support/fakes/uploads';
import { httpEvent } from '../../../support/http-events';

const FUNCTIONS: readonly RouteFunction[] = ['upload-api', 'completion-api', 'query-api'];

/** Nothing of what is called so may be in a log. */
const SECRET = 'hush';

const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: `${SECRET}-key`,
  AWS_SESSION_TOKEN: `${SECRET}-session`,
  POWERTOOLS_SERVICE_NAME: 'pipeline',
  POWERTOOLS_METRICS_NAMESPACE: 'test',
  [Env.BUCKET]: 'files',
  [Env.STATUS_TABLE]: 'status',
  [Env.JOB_QUEUE_URL]: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs',
  [Env.MAX_FILE_SIZE]: '100000000',
  [Env.MAX_FILES]: '3',
  [Env.FILE_NAME_PATTERN]: '',
  [Env.CONTENT_TYPES]: '["text/csv"]',
  [Env.URL_EXPIRY_SECONDS]: '600',
  [Env.ARRIVAL_GRACE_SECONDS]: '3600',
  [Env.UPLOAD_EXPIRY_SECONDS]: '86400',
  [Env.SESSION_EXPIRY_SECONDS]: '3600',
  [Env.TENANCY]: '{"source":"single"}',
  [Env.QUERY_TABLE]: 'records',
  [Env.QUERY_PARTITION_KEY]: '_pk',
  [Env.QUERY_SORT_KEY]: '_sk',
  [Env.QUERY_RECENT_INDEX]: 'recent',
  [Env.QUERY_SHARDS]: '1',
  [Env.DEFAULT_PAGE_SIZE]: '100',
};

/** Calls a function's one file in a process of its own, as Lambda does, with one event after the other. */
const CALLER = `(async () => {
  const { readFileSync, writeFileSync } = require('fs');
  const [file, events, results] = process.argv.slice(1);
  const { handler } = require(file);
  const answers = [];
  for (const event of JSON.parse(readFileSync(events))) answers.push(await handler(event, { getRemainingTimeInMillis: () => 10000 }));
  writeFileSync(results, JSON.stringify(answers));
})();`;

const CSV = { fileName: `${SECRET}.csv`, contentType: 'text/csv', metadata: { note: SECRET } };
const PART = { multipart: { id: `${SECRET}-multipart`, partSize: 8_388_608, partCount: 2 }, size: 9_000_000 };
const UPLOAD = anUpload(1);
const STORED = { ...UPLOAD, files: [{ ...UPLOAD.files[0], ...PART, key: `uploads/${UPLOAD.uploadId}/${SECRET}.csv`, fileName: CSV.fileName }] };
const HEADERS = { 'authorization': `Bearer ${SECRET}`, 'idempotency-key': `${SECRET}-idempotency`, 'cookie': SECRET };

const BODIES: Readonly<Record<string, unknown>> = {
  StartUpload: { ...CSV, size: 9_000_000, multipart: true },
  UploadInline: { ...CSV, content: Buffer.from(SECRET).toString('base64') },
  StartSession: {},
  SignParts: { partNumbers: [1] },
  CompleteUpload: {},
  PresignRequest: { method: 'PUT', key: CSV.fileName, contentType: 'text/csv' },
  CreateUppyMultipart: { filename: CSV.fileName, type: 'text/csv' },
  CompleteUppyMultipart: { parts: [{ PartNumber: 1, ETag: SECRET }] },
};
const QUERIES: Readonly<Record<string, Record<string, string>>> = {
  GetUppyParams: { filename: CSV.fileName, type: 'text/csv' }, SignUppyParts: { key: STORED.files[0].key, partNumbers: '1' },
};

/** A request that the route takes. */
function eventFor({ id, method, path }: RouteModel): APIGatewayProxyEventV2 {
  const name = id.replace('Session', id === 'StartSession' ? 'Session' : '');
  const query = QUERIES[name] ?? (path.includes('{multipartId}') ? { key: STORED.files[0].key } : {});
  const values = { uploadId: UPLOAD.uploadId, multipartId: PART.multipart.id, partNumber: '1', token: `${SECRET}-token`, pk: SECRET, sk: SECRET };
  const params = Object.fromEntries(Object.entries(values).filter(([parameter]) => path.includes(`{${parameter}}`)));
  return httpEvent(`${method} ${path}`, { params, query, body: BODIES[name], headers: HEADERS });
}

/** An account where everything is there. */
function everything({ operation, path, input }: AwsCall): AwsAnswer {
  if (operation === 'GetItem') return { body: { Item: toWire(toStatusItem(STORED)) } };
  if (operation === 'Query') return { body: { Items: [input.TableName === 'status' ? toWire(toStatusItem(STORED)) : aRecord(1)] } };
  if (operation === 'POST' && path.includes('?uploads')) return { body: `<R><UploadId>${SECRET}-multipart</UploadId></R>` };
  if (operation === 'GET') return { body: '<R><IsTruncated>false</IsTruncated></R>' };
  return { headers: { etag: `"${SECRET}-etag"` } };
}

/** The functions as they are deployed: what they load later and their models beside them, and everything else from the environment. */
describe('the bundled functions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  const aws = new FakeAws();
  beforeAll(async () => {
    await aws.start();
    writeFileSync(join(folder, RECORD_MODEL_FILE), JSON.stringify({ columns: null, indexes: [] }));
    writeFileSync(join(folder, UPLOAD_MODEL_FILE), JSON.stringify({ metadata: null }));
    writeFileSync(join(folder, OPENAPI_FILE), '{}');
    const sources = { ...Object.fromEntries(FUNCTIONS.map((name) => [`${name}.js`, name])), [IDEMPOTENCY_FILE]: 'idempotency/idempotency' };
    for (const [file, source] of Object.entries(sources)) {
      buildSync({ ...BUNDLE_OPTIONS, entryPoints: [join(ROOT, 'lambda-src/handlers', `${source}.ts`)], outfile: join(folder, file), sourcemap: false });
    }
  });
  beforeEach(() => {
    aws.answer = everything;
    aws.calls.length = 0;
  });
  afterAll(() => {
    aws.stop();
    rmSync(folder, { recursive: true });
  });

  async function call(name: RouteFunction, events: readonly APIGatewayProxyEventV2[]) {
    const [eventsFile, resultsFile] = ['events', 'results'].map((kind) => join(folder, `${name}.${kind}.json`));
    writeFileSync(eventsFile, JSON.stringify(events));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', CALLER, join(folder, `${name}.js`), eventsFile, resultsFile], {
      env: { ...ENVIRONMENT, AWS_ENDPOINT_URL: aws.url },
    });
    jest.resetModules();
    const results = jest.requireActual<APIGatewayProxyStructuredResultV2[]>(resultsFile);
    return { results, lines: (stdout + stderr).split('\n').filter((line) => line !== '') };
  }

  test('upload-api writes the upload, signs for S3, and counts', async () => {
    const { results: [result], lines } = await call('upload-api', [httpEvent('POST /uploads', { body: CSV })]);
    expect(result.statusCode).toBe(201);
    expect(JSON.parse(result.body!)).toMatchObject({ status: 'PENDING', upload: { method: 'POST', fields: { bucket: 'files' } } });
    expect(aws.calls).toMatchObject([{ operation: 'PutItem', input: { TableName: 'status', ConditionExpression: 'attribute_not_exists(#id)' } }]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ UploadsStarted: 1, service: 'pipeline' }]);
  });

  test('query-api lists records with all of their digits, and logs nothing', async () => {
    const { results: [result], lines } = await call('query-api', [httpEvent('GET /records', { query: { limit: '1' } })]);
    expect(JSON.parse(result.body!)).toMatchObject({ items: [{ _pk: 'DRUG#1' }], nextToken: null });
    expect(result.body).toContain(`"price":${DIGITS}`);
    expect(aws.calls).toMatchObject([{ operation: 'Query', input: { TableName: 'records', IndexName: 'recent' } }]);
    expect(lines).toEqual([]);
  });

  test.each(FUNCTIONS)('%s serves its routes and no other', async (name) => {
    const { results } = await call(name, ROUTES.map(eventFor));
    const served = ROUTES.filter((_, nth) => !results[nth].body?.includes('ROUTE_NOT_FOUND'));
    expect(served.map(({ id }) => id)).toEqual(ROUTES.filter(({ servedBy }) => servedBy === name).map(({ id }) => id));
  });

  test.each<[string, boolean, (call: AwsCall) => AwsAnswer]>([
    ['all is well', false, everything],
    ['nothing is there', true, ({ operation }) => (operation === 'HEAD' ? { status: 404 } : {})],
    ['nothing is allowed', true, () => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'no' } })],
    ['what comes back is garbage', true, () => ({ body: `<${SECRET}` })],
  ])('when %s, no log tells a secret, and each of its lines which request it is about', async (_, isLogged, answer) => {
    aws.answer = answer;
    let count = 0;
    for (const name of FUNCTIONS) {
      const { results, lines } = await call(name, ROUTES.filter(({ servedBy }) => servedBy === name).map(eventFor));
      expect(results.every(({ statusCode, headers }) => statusCode! >= 200 && headers?.['x-request-id'])).toBe(true);
      expect(lines.filter((line) => line.includes(SECRET) || /X-Amz-|https?:/.test(line))).toEqual([]);
      const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => !('_aws' in line));
      expect(logged.filter((line) => line.correlation_id !== 'JKJaXmPLvHcESHA=')).toEqual([]);
      count += logged.length;
    }
    expect(count > 0).toBe(isLogged);
  });
});
