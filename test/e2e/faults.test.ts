import { setTimeout as delay } from 'node:timers/promises';
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Column, IngestQueue, RecordKeys, RecordSchema, UploadIngestPipeline, UploadProcessor } from '../../src';
import type { ApiClient, Upload } from '../../tools/client';
import { deadLetterOf } from '../support/dead-letters';
import { FaultyProxy } from '../support/faulty-proxy';
import { ingest, recordsOf, withFile } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';
import { StoredUploads } from '../support/stored-uploads';

const ROWS = 2_000;
const ROW = (row: number) => ({ sku: `SKU-${row}`, price: row / 100 });
const CSV = ['sku,price', ...Array.from({ length: ROWS }, (_, row) => `${ROW(row).sku},${ROW(row).price}`)].join('\n');

let api: ApiClient;
let names: Readonly<Record<string, string>>;
let lambda: LambdaClient;
let sqs: SQSClient;
let stored: StoredUploads;
/** Between the function and its tables, where it is told that DynamoDB is there. */
let proxy: FaultyProxy;

beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'Faults');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      queue: IngestQueue.standard({ visibilityTimeout: Duration.seconds(6), maxReceiveCount: 2 }),
      processor: UploadProcessor.records({
        schema: RecordSchema.of([Column.string('sku'), Column.decimal('price')]),
        keys: RecordKeys.of({ partitionKey: '{uploadId}#{sku}' }),
        timeout: Duration.seconds(6),
      }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const outputs = {
      ApiUrl: pipeline.apiUrl!,
      Bucket: pipeline.bucket.bucketName,
      Processor: pipeline.processor.functionName,
      Queue: pipeline.queue.queueUrl,
      DeadLetterQueue: pipeline.deadLetterQueue!.queueUrl,
      StatusTable: pipeline.statusTable.tableName,
      QueryTable: pipeline.queryTable.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
  });
  api = deployed.api();
  names = deployed.outputs;
  const clients = awsClients();
  sqs = clients.sqs;
  stored = new StoredUploads(clients.dynamodb, names.StatusTable);
  lambda = new LambdaClient({});
  proxy = await FaultyProxy.start();
}, 300_000);
afterAll(() => proxy.stop());

/** An engine that is used again still has what the last test did to the function. */
beforeEach(() => configure({ Timeout: 30, table: names.QueryTable, statusTable: names.StatusTable, dynamodb: '' }));

/** Accounts for every row: each in the table once, and nothing else. */
async function expectExact(upload: Upload): Promise<void> {
  expect(upload).toMatchObject({ status: 'COMPLETED', error: null, counts: { total: ROWS, accepted: ROWS, rejected: 0 } });
  expect(await recordsOf(api, upload)).toEqual(Array.from({ length: ROWS }, (_, row) => ROW(row)));
}

interface Configuration {
  readonly Timeout?: number;
  readonly table?: string;
  readonly statusTable?: string;
  /** Where DynamoDB is; empty: where it is otherwise. */
  readonly dynamodb?: string;
}

async function configure({ Timeout, table, statusTable, dynamodb }: Configuration): Promise<void> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: names.Processor }));
  const Variables = {
    ...Environment?.Variables,
    ...(table ? { QUERY_TABLE_NAME: table } : {}),
    ...(statusTable ? { STATUS_TABLE_NAME: statusTable } : {}),
    ...(dynamodb === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: dynamodb }),
  };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: names.Processor, Timeout, Environment: { Variables } }));
}

const arrival = (key: string) => JSON.stringify({
  Records: [{ eventTime: new Date().toISOString(), s3: { object: { key: encodeURIComponent(key) } } }],
});

const deadLetter = (uploadId: string) => deadLetterOf(uploadId, sqs, names.DeadLetterQueue);

/** Longer than it takes to write some records, and over before the message comes again. */
const SHORT = 3;

/** A table that takes some records and answers no more: whoever waits for it is killed. Resolves when somebody does. */
function silentTable(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let batches = 0;
  proxy.fault = async ({ operation }, forward) => {
    if (operation !== 'BatchWriteItem' || ++batches <= 3) return forward();
    resolve();
    return new Promise<never>(() => undefined);
  };
  return promise;
}

/** Waits until nothing is left of what was sent. */
async function allDelivered(): Promise<void> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
  for (;;) {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: names.Queue, AttributeNames: [...AttributeNames] }));
    if (AttributeNames.every((name) => Attributes![name] === '0')) return;
    await delay(100);
  }
}

/** What `StartMessageMoveTask` does, which the local engine does not have. */
const redrive = (body: string) => sqs.send(new SendMessageCommand({ QueueUrl: names.Queue, MessageBody: body }));

async function until(uploadId: string, is: (upload: Upload) => boolean): Promise<Upload> {
  for (;;) {
    const upload = await api.getUpload(uploadId);
    if (is(upload)) return upload;
  }
}

test('a message that is delivered ten times is one upload', async () => {
  // Those that come while the first is worked on wait for as long as that may take.
  await configure({ Timeout: 6 });
  const { uploadId } = await api.startUpload({ fileName: 'prices.csv', contentType: 'text/csv' });
  const key = `uploads/${uploadId}/prices.csv`;
  await awsClients().s3.send(new PutObjectCommand({ Bucket: names.Bucket, Key: key, Body: CSV, ContentType: 'text/csv' }));
  await Promise.all(Array.from({ length: 10 }, () => redrive(arrival(key))));
  const upload = await api.waitForUpload(uploadId);
  await allDelivered();
  await redrive(arrival(key));
  await allDelivered();
  expect(await api.getUpload(uploadId)).toEqual(upload);
  await expectExact(upload);
});

test('a processor that is killed in the middle begins again, and no row counts twice', async () => {
  const silent = silentTable();
  await configure({ Timeout: SHORT, dynamodb: proxy.url });
  const { uploadId } = await api.startUpload({ fileName: 'prices.csv', contentType: 'text/csv' });
  await awsClients().s3.send(new PutObjectCommand({ Bucket: names.Bucket, Key: `uploads/${uploadId}/prices.csv`, Body: CSV, ContentType: 'text/csv' }));
  await silent;
  // Only a second attempt can complete it, and takes the lease over from the first, which never gives it back.
  expect(await stored.leaseHolder(uploadId)).toEqual(expect.any(String));
  await configure({ Timeout: 60, dynamodb: '' });
  await expectExact(await api.waitForUpload(uploadId));
});

test('a file that cannot be processed reaches the dead-letter queue as FAILED, and after a fix it is ingested without being sent again', async () => {
  await configure({ table: 'there-is-no-such-table' });
  const failed = await ingest(api, CSV);
  expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_FAILED' } });
  const message = await deadLetter(failed.uploadId);

  await configure({ table: names.QueryTable });
  await redrive(message);
  const again = await until(failed.uploadId, ({ status }) => status === 'COMPLETED');
  await expectExact(again);
  expect(again.history.map(({ status }) => status))
    .toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
});

const sweep = () => sqs.send(new SendMessageCommand({ QueueUrl: names.Queue, MessageBody: '{"job":"sweep"}' }));

describe('the sweep ends what is past its deadline', () => {
  const statuses = ({ history }: Upload) => history.map(({ status }) => status);

  test('a file that never came: EXPIRED', async () => {
    const { uploadId } = await api.startUpload({ fileName: 'a.csv', contentType: 'text/csv' });
    const { uploadId: other } = await api.startUpload({ fileName: 'a.csv', contentType: 'text/csv' });
    await stored.passDeadline(uploadId);
    await sweep();
    expect(await api.waitForUpload(uploadId)).toMatchObject({ status: 'EXPIRED', error: null });
    expect(await api.getUpload(other)).toMatchObject({ status: 'PENDING' });
  });

  test('a file whose message never reached its upload: EXPIRED, and ingested after all when the message is redriven', async () => {
    await configure({ statusTable: 'there-is-no-such-table' });
    const { uploadId, upload: target } = await api.startUpload({ fileName: 'late.csv', contentType: 'text/csv' });
    await withFile(CSV, (path) => api.sendFile(target!, path));
    const message = await deadLetter(uploadId);
    await configure({ statusTable: names.StatusTable });
    await stored.passDeadline(uploadId);
    await sweep();
    expect(await api.waitForUpload(uploadId)).toMatchObject({ status: 'EXPIRED' });

    await redrive(message);
    const upload = await until(uploadId, ({ status }) => status === 'COMPLETED');
    await expectExact(upload);
    expect(statuses(upload)).toEqual(['PENDING', 'EXPIRED', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  });

  test('a processor that is killed at every attempt: FAILED, and ingested when its message is redriven', async () => {
    void silentTable();
    await configure({ Timeout: SHORT, dynamodb: proxy.url });
    const { uploadId } = await api.startUpload({ fileName: 'slow.csv', contentType: 'text/csv' });
    const object = { Bucket: names.Bucket, Key: `uploads/${uploadId}/slow.csv`, ContentType: 'text/csv' };
    await awsClients().s3.send(new PutObjectCommand({ ...object, Body: CSV }));
    const message = await deadLetter(uploadId);
    const stuck = await api.getUpload(uploadId);
    if (stuck.status === 'PROCESSING') {
      await stored.passDeadline(uploadId);
      await sweep();
    }
    expect(await api.waitForUpload(uploadId)).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_TIMED_OUT' } });

    await configure({ Timeout: 60, dynamodb: '' });
    await redrive(message);
    const upload = await until(uploadId, ({ status }) => status === 'COMPLETED');
    await expectExact(upload);
    expect(statuses(upload)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  }, 180_000);
});

describe('what an upload leaves behind that never was complete', () => {
  const two = ['one', 'two'].map((name) => ({ name, fileName: `${name}.csv`, contentType: 'text/csv', size: CSV.length }));
  const isThere = (Key: string) => (
    awsClients().s3.send(new HeadObjectCommand({ Bucket: names.Bucket, Key })).then(() => true, () => false)
  );
  const put = (Key: string) => awsClients().s3.send(new PutObjectCommand({ Bucket: names.Bucket, Key, Body: CSV, ContentType: 'text/csv' }));

  test('its files and parts are gone when it has expired, and a file that comes then goes, too', async () => {
    const { uploadId } = await api.startUpload({ files: two });
    const keys = two.map(({ fileName }) => `uploads/${uploadId}/${fileName}`);
    await put(keys[0]);
    await stored.noted(uploadId, keys[0]);
    const parts = await api.startUpload({ fileName: 'parts.csv', contentType: 'text/csv', size: 6 * 1024 ** 2, multipart: true });
    for (const id of [uploadId, parts.uploadId]) await stored.passDeadline(id);
    await sweep();
    expect(await api.waitForUpload(uploadId)).toMatchObject({ status: 'EXPIRED', error: null });
    expect(await api.waitForUpload(parts.uploadId)).toMatchObject({ status: 'EXPIRED' });
    while (await isThere(keys[0])) await delay(100);
    const listed = { Bucket: names.Bucket, Prefix: `uploads/${parts.uploadId}/` };
    const underWay = async () => (await awsClients().s3.send(new ListMultipartUploadsCommand(listed))).Uploads ?? [];
    while ((await underWay()).length > 0) await delay(100);

    await put(keys[1]);
    while (await isThere(keys[1])) await delay(100);
    expect(await api.getUpload(uploadId)).toMatchObject({ status: 'EXPIRED' });
  });

  test('a file that comes when its upload was aborted is deleted', async () => {
    const { uploadId } = await api.startUpload({ fileName: 'late.csv', contentType: 'text/csv' });
    await api.call('DELETE', `/uploads/${uploadId}`);
    const key = `uploads/${uploadId}/late.csv`;
    await put(key);
    while (await isThere(key)) await delay(100);
    expect(await api.getUpload(uploadId)).toMatchObject({ status: 'ABORTED' });
  });
});

test('an object that is deleted before its turn is a failed upload', async () => {
  const { uploadId } = await api.startUpload({ fileName: 'gone.csv', contentType: 'text/csv' });
  const { s3 } = awsClients();
  const object = { Bucket: names.Bucket, Key: `uploads/${uploadId}/gone.csv` };
  let writes = 0;
  // The first attempt fails on the table; when the second one comes, the object is gone.
  proxy.fault = async ({ operation }, forward) => {
    if (operation !== 'BatchWriteItem') return forward();
    writes++;
    await s3.send(new DeleteObjectCommand(object));
    return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Buffer.from('{"__type":"#ValidationException"}') };
  };
  await configure({ dynamodb: proxy.url });
  await s3.send(new PutObjectCommand({ ...object, Body: CSV, ContentType: 'text/csv' }));
  expect(await api.waitForUpload(uploadId)).toMatchObject({ status: 'FAILED', error: { code: 'FILE_NOT_FOUND' } });
  expect(writes).toBeGreaterThan(0);
});
