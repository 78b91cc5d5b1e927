import { randomUUID } from 'node:crypto';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Column, QueryTable, RecentIndex, RecordIndex, RecordKeys, RecordSchema, Tenancy, UploadApi, UploadAuth, UploadIngestPipeline,
  UploadProcessor,
} from '../../src';
import { ApiClient, withToken } from '../../tools/client';
import { ensureEngine } from '../../tools/local-engine';
import { allPages, columnsOf, ingest } from '../support/ingest';
import { deployApp } from '../support/local-engine';
import { OidcIssuer } from '../support/oidc-issuer';

const RUN = randomUUID().slice(0, 8);

let issuer: OidcIssuer;
let url: string;
beforeAll(async () => {
  await ensureEngine();
  issuer = await OidcIssuer.start();
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'TenancyRecords');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      api: UploadApi.http({ auth: UploadAuth.jwt({ issuer: issuer.url, audiences: ['files'] }) }),
      tenancy: Tenancy.fromClaim('tenant'),
      processor: UploadProcessor.records({
        schema: RecordSchema.of([Column.string('sku', { required: true }), Column.decimal('price')]),
        keys: RecordKeys.of({ partitionKey: 'SKU#{sku}' }),
        indexes: [RecordIndex.of({ indexName: 'by-price', partitionKey: 'price', sortKey: 'sku' })],
      }),
      queryTable: QueryTable.managed({ recentIndex: RecentIndex.sharded(2) }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
  });
  url = deployed.outputs.ApiUrl;
}, 300_000);
afterAll(() => issuer.stop());

const tenantOf = (name: string) => `${name}-${RUN}`;
const clientOf = (name: string) => new ApiClient(url, withToken(issuer.token({ aud: 'files', sub: 'ada', tenant: tenantOf(name) })));
const csv = (rows: number, price: (row: number) => string) => ['sku,price', ...Array.from({ length: rows }, (_, row) => `s${row},${price(row)}`)].join('\n');

describe('two tenants whose files have the same keys', () => {
  let acme: ApiClient;
  let globex: ApiClient;
  beforeAll(async () => {
    [acme, globex] = ['acme', 'globex'].map(clientOf);
    const [first, second] = await Promise.all([ingest(acme, csv(30, () => '1.50')), ingest(globex, csv(20, () => '1.5'))]);
    expect([first, second].map(({ status, counts }) => [status, counts?.accepted])).toEqual([['COMPLETED', 30], ['COMPLETED', 20]]);
  });

  test('each lists its own records only, in pages that add up', async () => {
    for (const [api, rows] of [[acme, 30], [globex, 20]] as const) {
      const records = await allPages((query) => api.listRecords({ limit: 7, ...query }));
      expect(records.map(({ sku }) => sku)).toEqual(Array.from({ length: rows }, (_, row) => `s${row}`));
      expect(records[0]).toEqual({ _pk: 'SKU#s0', _sk: 'RECORD', sku: 's0', price: 1.5 });
    }
  });

  test('each finds its own record by key, and in an index over numbers', async () => {
    expect(await acme.call('GET', '/records/SKU%23s25')).toMatchObject({ items: [{ sku: 's25' }] });
    expect(await globex.call('GET', '/records/SKU%23s25')).toEqual({ items: [], nextToken: null });
    expect(columnsOf(await globex.call('GET', '/records/SKU%23s3/RECORD'))).toEqual({ sku: 's3', price: 1.5 });
    const found = await allPages((query) => globex.listRecords({ ...query, index: 'by-price', key: '1.500', limit: 6 }));
    expect(found).toHaveLength(20);
  });

  test('no key, index or token of one reaches the other', async () => {
    for (const key of [`${tenantOf('globex')}#SKU#s3`, `#${tenantOf('globex')}#SKU#s3`]) {
      expect(await acme.call('GET', '/records', { query: { pk: key } })).toEqual({ items: [], nextToken: null });
    }
    expect(await acme.listRecords({ index: 'by-price', key: '1.51' })).toEqual({ items: [], nextToken: null });
    const { nextToken } = await acme.listRecords({ limit: 1 });
    await expect(globex.listRecords({ limit: 1, nextToken: nextToken! })).rejects.toMatchObject({ status: 400, code: 'INVALID_CURSOR' });
  });

  test('uploads of the other do not exist', async () => {
    const { uploadId } = await acme.startUpload({ fileName: 'a.csv', contentType: 'text/csv' });
    await expect(globex.getUpload(uploadId)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
    const own = (await acme.getUpload(uploadId)).files[0];
    expect(own.key).toBe(`uploads/${tenantOf('acme')}/${uploadId}/a.csv`);
  });
});

test('a new file replaces a tenant\'s own records', async () => {
  const [one, other] = ['replacing', 'staying'].map(clientOf);
  await Promise.all([one, other].map((api) => ingest(api, csv(3, () => '1'))));
  await ingest(one, csv(3, (row) => String(row + 10)));
  expect((await allPages((query) => one.listRecords(query))).map(({ price }) => price)).toEqual([10, 11, 12]);
  expect((await allPages((query) => other.listRecords(query))).map(({ price }) => price)).toEqual([1, 1, 1]);
});
