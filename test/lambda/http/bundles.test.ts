import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { buildSync } from 'esbuild';
import { Env, RECORD_MODEL_FILE } from '../../../src/private/contract';
import { aRecord, DIGITS } from '../../support/contracts/record-store';
import { answer, httpEvent } from '../../support/http-events';

const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  [Env.BUCKET]: 'files',
  [Env.STATUS_TABLE]: 'status',
  [Env.MAX_FILE_SIZE]: '1000',
  [Env.CONTENT_TYPES]: '["text/csv"]',
  [Env.URL_EXPIRY_SECONDS]: '600',
  [Env.ARRIVAL_GRACE_SECONDS]: '3600',
  [Env.QUERY_TABLE]: 'records',
  [Env.QUERY_PARTITION_KEY]: '_pk',
  [Env.QUERY_SORT_KEY]: '_sk',
  [Env.QUERY_RECENT_INDEX]: 'recent',
  [Env.QUERY_SHARDS]: '1',
  [Env.DEFAULT_PAGE_SIZE]: '100',
};

/** Calls a function's one file in a process of its own, as Lambda does. */
const CALLER = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), {}).then((result) => {
  require('fs').writeFileSync(process.argv[3], JSON.stringify(result));
});`;

/** The functions as they are deployed: one file each, a record model beside it, and everything else from the environment. */
describe('the bundled functions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  let dynamodb: Server;

  beforeAll(async () => {
    dynamodb = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const operation = String(request.headers['x-amz-target']).split('.')[1];
        calls.push({ operation, input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> });
        response.setHeader('content-type', 'application/x-amz-json-1.0');
        response.end(JSON.stringify(operation === 'Query' ? { Items: [aRecord(1)] } : {}));
      });
    });
    await new Promise<void>((resolve) => dynamodb.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(folder, RECORD_MODEL_FILE), JSON.stringify({ columns: null, indexes: [] }));
  });

  afterAll(() => {
    dynamodb.close();
    rmSync(folder, { recursive: true });
  });

  async function call(name: string, event: APIGatewayProxyEventV2) {
    const outfile = join(folder, `${name}.js`);
    buildSync({
      entryPoints: [join(__dirname, '../../../lambda-src/handlers', `${name}.ts`)],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      mainFields: ['module', 'main'],
    });
    const resultFile = join(folder, `${name}.result.json`);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', CALLER, outfile, JSON.stringify(event), resultFile], {
      env: { ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(dynamodb.address() as AddressInfo).port}` },
    });
    const result = jest.requireActual<APIGatewayProxyStructuredResultV2>(resultFile);
    return { ...answer(result), text: result.body, logged: stdout + stderr };
  }

  test('upload-api writes the upload and signs for S3, and logs nothing of it', async () => {
    const { status, body, logged } = await call('upload-api', httpEvent('POST /uploads', { body: { fileName: 'a.csv', contentType: 'text/csv' } }));
    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'PENDING', upload: { method: 'POST', fields: { bucket: 'files' } } } });
    expect(calls.at(-1)).toMatchObject({ operation: 'PutItem', input: { TableName: 'status', ConditionExpression: 'attribute_not_exists(#id)' } });
    expect(logged).toBe('');
  });

  test('query-api lists records with all of their digits', async () => {
    const { status, body, text, logged } = await call('query-api', httpEvent('GET /records', { query: { limit: '1' } }));
    expect({ status, body }).toMatchObject({ status: 200, body: { items: [{ _pk: 'DRUG#1' }], nextToken: null } });
    expect(text).toContain(`"price":${DIGITS}`);
    expect(calls.at(-1)).toMatchObject({ operation: 'Query', input: { TableName: 'records', IndexName: 'recent' } });
    expect(logged).toBe('');
  });
});
