import { randomUUID } from 'node:crypto';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, ListObjectsV2Command, ListPartsCommand } from '@aws-sdk/client-s3';
import { CfnOutput, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Column, RecordIndex, RecordKeys, RecordSchema, Tenancy, UploadApi, UploadAuth, UploadIngestPipeline, UploadOwnership, UploadProcessor } from '../../src';
import { ROUTES } from '../../src/private/api/routes';
import { anonymous, ApiClient, withToken } from '../../tools/client';
import { reachableUrl } from '../../tools/local-engine';
import { attacksByStarting, attacksOnRecords, attacksOnUploads, attacksOnUppy, type Loot, NO_SESSION, type Request, run } from '../support/attacks';
import { ingest } from '../support/ingest';
import { awsClients, type Deployment, deployApp } from '../support/local-engine';
import { sharedSecretToken } from '../support/tokens';

const SECRET = 'a secret that only this test and its stacks know';
const RUN = randomUUID().slice(0, 8);
const LAB = `lab-${RUN}`;
/** As close to the other tenant as a name can be, so that a prefix without its end would show. */
const SPY = `lab-${RUN}x`;
const CSV = 'name,city,age\nAda,London,36\nAlan,London,41\nNobody,London,old\n';
/** The first part of a file of 12 MB; its URL is for so many bytes. */
const PART = Buffer.alloc(8 * 1024 ** 2, 'a');

let deployed: Deployment;
beforeAll(async () => {
  deployed = await deployApp((app) => {
    for (const ownership of [UploadOwnership.TENANT, UploadOwnership.USER]) {
      const stack = new Stack(app, `CrossTenant-${ownership}`);
      const secret = new secretsmanager.Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText(SECRET) });
      const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
        api: UploadApi.http({ auth: UploadAuth.sharedSecret(secret) }),
        tenancy: Tenancy.fromClaim('tenant', { ownership }),
        processor: UploadProcessor.records({
          schema: RecordSchema.of([Column.string('name'), Column.string('city'), Column.integer('age')]),
          keys: RecordKeys.of({ partitionKey: '{city}', sortKey: '{name}' }),
          indexes: [RecordIndex.of({ indexName: 'by-city', partitionKey: 'city', sortKey: 'age' })],
        }),
        removalPolicy: RemovalPolicy.DESTROY,
      });
      new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
      new CfnOutput(stack, 'BucketName', { value: pipeline.bucket.bucketName });
      new CfnOutput(stack, 'StatusTableName', { value: pipeline.statusTable.tableName });
      new CfnOutput(stack, 'QueryTableName', { value: pipeline.queryTable.tableName });
    }
  });
}, 600_000);

const outputsOf = (ownership: UploadOwnership) => deployed.stacks[`CrossTenant-${ownership}`];
const caller = (ownership: UploadOwnership, sub: string, tenant: string) => (
  new ApiClient(outputsOf(ownership).ApiUrl, withToken(sharedSecretToken(SECRET, { sub, tenant })))
);

async function fill(ada: ApiClient): Promise<Loot> {
  const completed = await ingest(ada, CSV);
  expect(completed).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 2, rejected: 1 } });
  const failed = await ingest(ada, 'nothing\nof this\n');
  expect(failed).toMatchObject({ status: 'FAILED' });
  const idempotencyKey = randomUUID();
  const { uploadId: pending } = await ada.startUpload(REQUEST, { idempotencyKey });
  const { uploadId: inParts } = await ada.startUpload({ ...REQUEST, size: 12_000_000, multipart: true });
  const [{ url }] = await ada.signParts(inParts, { partNumbers: [1] });
  expect((await fetch(url, { method: 'PUT', body: PART })).status).toBe(200);
  const uppy = await ada.call<{ key: string; uploadId: string }>('POST', '/s3/multipart', { body: { filename: 'a.csv', type: 'text/csv' } });
  const session = (await ada.startSession()).url;
  const { nextToken: uploadsToken } = await ada.listUploads({ limit: 1 });
  const { nextToken: recordsToken } = await ada.listRecords({ limit: 1 });
  return {
    tenant: LAB,
    completed,
    failed,
    pending,
    inParts,
    uppy,
    session,
    idempotencyKey,
    uploadsToken: uploadsToken!,
    recordsToken: recordsToken!,
  };
}

const REQUEST = { fileName: 'a.csv', contentType: 'text/csv' };

/** Everything of a tenant that is stored: items of both tables, objects, parts of objects. */
async function stored(ownership: UploadOwnership, tenant: string): Promise<unknown> {
  const { BucketName, StatusTableName, QueryTableName } = outputsOf(ownership);
  const { dynamodb, s3 } = awsClients();
  const items = async (TableName: string) => (await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [];
  // Uploads and sessions say whose they are; records and idempotency keys have it in what they hold.
  const isTheirs = (item: Record<string, AttributeValue>) => (
    item.tenantId ? item.tenantId.S === tenant : ['#', '/'].some((end) => JSON.stringify(item).includes(`${tenant}${end}`))
  );
  const all = (await Promise.all([StatusTableName, QueryTableName].map(items))).flat();
  const tables = all.filter(isTheirs).map((item) => JSON.stringify(item)).sort();
  const objects = await Promise.all([`uploads/${tenant}/`, `rejects/${tenant}/`].map(async (Prefix) => (
    (await s3.send(new ListObjectsV2Command({ Bucket: BucketName, Prefix }))).Contents ?? []).map(({ Key, ETag }) => `${Key} ${ETag}`)));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: BucketName, Prefix: `uploads/${tenant}/` }));
  const parts = await Promise.all(Uploads.map(async ({ Key, UploadId }) => (
    { UploadId, parts: (await s3.send(new ListPartsCommand({ Bucket: BucketName, Key, UploadId }))).Parts?.map(({ ETag }) => ETag) })));
  return { tables, objects, parts };
}

describe('another tenant', () => {
  let loot: Loot;
  let spy: ApiClient;
  let before: unknown;
  beforeAll(async () => {
    loot = await fill(caller(UploadOwnership.TENANT, 'ada', LAB));
    spy = caller(UploadOwnership.TENANT, 'ada', SPY);
    before = await stored(UploadOwnership.TENANT, LAB);
  }, 120_000);

  test('has something to find', async () => {
    expect(JSON.stringify(before).length).toBeGreaterThan(5_000);
    expect((await caller(UploadOwnership.TENANT, 'bob', LAB).getUpload(loot.completed.uploadId)).status).toBe('COMPLETED');
  });

  test('every route of the contract is tried', () => {
    const tried = [
      ...Object.keys({ ...attacksOnUploads(loot), ...attacksByStarting(loot), ...attacksOnRecords(loot), ...attacksOnUppy('Session', '', loot) }),
      // Tried with a token of nobody, below; the two public ones know no tenants.
      'SessionGetUppyParams', 'SessionCreateUppyMultipart', 'GetHealth', 'GetOpenApi',
    ].filter((id) => !id.includes(' '));
    expect([...new Set(tried)].sort()).toEqual(ROUTES.map(({ id }) => id).sort());
  });

  test('finds none of the uploads', () => run(spy, attacksOnUploads(loot), loot));

  test('starts uploads of its own, whatever it says', () => run(spy, attacksByStarting(loot), loot));

  test('finds none of the records', () => run(spy, attacksOnRecords(loot), loot));

  test('gets nowhere with a cursor of the other', async () => {
    await expect(spy.listUploads({ nextToken: loot.uploadsToken })).rejects.toMatchObject({ status: 400, code: 'INVALID_CURSOR' });
  });

  test('gets nowhere with a session of its own', async () => {
    const session = new ApiClient(reachableUrl((await spy.startSession()).url), anonymous());
    await run(session, attacksOnUppy('Session', '', loot), loot);
  });

  test('cannot guess a session, or make one of what it has', async () => {
    const token = loot.session.split('/').at(-1)!;
    const guesses = ['x'.repeat(43), token.slice(0, -1), `${token}x`, token.toLowerCase(), encodeURIComponent(`session#${token}`)];
    for (const guess of guesses.filter((each) => each !== token)) {
      const requests: Request[] = [
        ['GET', `/u/${guess}/s3/params`, { query: { filename: 'a.csv', type: 'text/csv' } }],
        ['POST', `/u/${guess}/s3/multipart`, { body: { filename: 'a.csv', type: 'text/csv' } }],
      ];
      const nobody = new ApiClient(outputsOf(UploadOwnership.TENANT).ApiUrl, anonymous());
      await run(nobody, { Session: { requests, expected: NO_SESSION } }, loot);
    }
  });

  test('sees only what it has made itself', async () => {
    const { items } = await spy.listUploads();
    expect(items.length).toBeGreaterThan(0);
    expect(items.flatMap(({ files }) => files).every(({ key }) => key.startsWith(`uploads/${SPY}/`))).toBe(true);
  });

  test('has changed nothing', async () => {
    expect(await stored(UploadOwnership.TENANT, LAB)).toEqual(before);
  });

  test('the owner still can do everything', async () => {
    const ada = caller(UploadOwnership.TENANT, 'ada', LAB);
    expect((await ada.listParts(loot.inParts)).uploaded).toMatchObject([{ partNumber: 1 }]);
    await ada.abortUpload(loot.inParts);
    expect(await ada.getUpload(loot.inParts)).toMatchObject({ status: 'ABORTED' });
    expect(await ada.getRejects(loot.completed.uploadId)).toMatchObject({ url: expect.stringContaining('rejects/') });
  });
});

describe('another user of the same tenant, where uploads are their owners’', () => {
  let loot: Loot;
  let before: unknown;
  beforeAll(async () => {
    loot = await fill(caller(UploadOwnership.USER, 'ada', LAB));
    before = await stored(UploadOwnership.USER, LAB);
  }, 120_000);
  const eve = () => caller(UploadOwnership.USER, 'eve', LAB);

  test('finds none of the uploads', () => run(eve(), attacksOnUploads(loot), loot));

  test('lists none of them', async () => {
    expect((await eve().listUploads()).items).toEqual([]);
    await expect(eve().listUploads({ nextToken: loot.uploadsToken })).rejects.toMatchObject({ status: 400, code: 'INVALID_CURSOR' });
  });

  test('has changed nothing', async () => {
    expect(await stored(UploadOwnership.USER, LAB)).toEqual(before);
  });

  test('reads the records, which are the tenant’s', async () => {
    expect((await eve().getRecords('London')).items).toMatchObject([{ name: 'Ada' }, { name: 'Alan' }]);
  });

  test('who does not say who it is has no uploads', async () => {
    const nameless = new ApiClient(outputsOf(UploadOwnership.USER).ApiUrl, withToken(sharedSecretToken(SECRET, { tenant: LAB })));
    await expect(nameless.listUploads()).rejects.toMatchObject({ status: 403, code: 'OWNER_MISSING' });
  });
});
