import type * as nodeFs from 'node:fs';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { LightDynamoDb } from '../../../lambda-src/adapters/aws/dynamodb';
import { StatusTable } from '../../../lambda-src/adapters/status-table';
import { WorkTable } from '../../../lambda-src/adapters/work-table';
import { positionOf } from '../../../lambda-src/domain/position';
import { announcedFile, newUpload, transition, Upload } from '../../../lambda-src/domain/upload';
import { CSV_CONTENT_TYPES, Env } from '../../../src/private/contract';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';
import { column, recordModel } from '../domain/record-models';

const mockModel = recordModel({
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
});
// The model lies beside the function's bundle, where a test has none.
jest.mock('node:fs', () => {
  const fs = jest.requireActual<typeof nodeFs>('node:fs');
  return {
    ...fs,
    readFileSync: (...args: Parameters<typeof fs.readFileSync>) =>
      (String(args[0]).endsWith('record-model.json') ? JSON.stringify(mockModel) : fs.readFileSync(...args)),
  };
});

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
type Metrics = Record<string, number>;

let resources: EngineResources;
let clients: ReturnType<typeof awsClients>;
let documents: DynamoDBDocumentClient;
let environment: Record<string, string>;
let handler: Handler;
const light = new LightDynamoDb();
const logged: string[] = [];

beforeAll(async () => {
  await ensureEngine();
  clients = awsClients();
  resources = new EngineResources(clients);
  documents = DynamoDBDocumentClient.from(clients.dynamodb);
  environment = {
    [Env.BUCKET]: await resources.bucket(),
    [Env.STATUS_TABLE]: await resources.table(['uploadId'], { recent: ['_list', '_pos'], deadline: ['deadlineShard', 'deadline'] }),
    [Env.QUERY_TABLE]: await resources.table(['_pk', '_sk'], { recent: ['_list', '_pos'] }),
    [Env.QUERY_PARTITION_KEY]: '_pk',
    [Env.QUERY_SORT_KEY]: '_sk',
    [Env.QUERY_SHARDS]: '4',
    [Env.RECORD_RETENTION_SECONDS]: '0',
    [Env.QUEUE_URL]: await resources.queue(),
    [Env.JOB_QUEUE_URL]: await resources.queue(),
    [Env.QUEUES_JOBS]: 'false',
    [Env.HANDLER_FUNCTION]: '',
    [Env.HANDLER_TIMEOUT_SECONDS]: '0',
    [Env.MAX_RECEIVE_COUNT]: '3',
    [Env.VISIBILITY_SECONDS]: '1800',
    [Env.MAX_FILE_SIZE]: '1000000',
    [Env.CONTENT_TYPES]: JSON.stringify(CSV_CONTENT_TYPES),
    POWERTOOLS_SERVICE_NAME: 'test',
    POWERTOOLS_METRICS_NAMESPACE: 'UploadIngest',
    // Logs and metrics go through the console, where the test can read them.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
  };
  handler = load();
}, 120_000);
afterAll(async () => resources.remove());
beforeEach(() => {
  logged.length = 0;
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation((...line: unknown[]) => { logged.push(line.join(' ')); });
  }
});
afterEach(() => jest.restoreAllMocks());

/** The function as a new sandbox has it. */
function load(changes: Record<string, string> = {}): Handler {
  jest.resetModules();
  Object.assign(process.env, environment, changes);
  return jest.requireActual<{ handler: Handler }>('../../../lambda-src/handlers/processor').handler;
}

async function announce(changes: Partial<Upload> = {}): Promise<Upload> {
  const uploadId = crypto.randomUUID();
  const upload = newUpload({
    uploadId,
    tenantId: '-',
    owner: null,
    files: [announcedFile({ name: 'file', fileName: 'ü + %.csv', key: `uploads/${uploadId}/ü + %.csv`, contentType: 'text/csv', size: null })],
    metadata: {},
    at: new Date().toISOString(),
    deadline: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await new StatusTable(light, environment[Env.STATUS_TABLE]).create({ ...upload, ...changes });
  return { ...upload, ...changes };
}

async function send(Body: string, upload?: Upload): Promise<Upload> {
  const announced = upload ?? await announce();
  await clients.s3.send(new PutObjectCommand({ Bucket: environment[Env.BUCKET], Key: announced.files[0].key, Body, ContentType: 'text/csv' }));
  return announced;
}

const current = async ({ uploadId }: Upload) => (await new StatusTable(light, environment[Env.STATUS_TABLE]).get(uploadId))!;

function arrival({ files: [{ key }] }: Upload): string {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return JSON.stringify({ Records: [{ eventTime: new Date().toISOString(), s3: { object: { key: encoded } } }] });
}

function message(body: string, attributes: Partial<SQSRecord['attributes']> = {}, changes: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: crypto.randomUUID(),
    receiptHandle: 'unknown',
    body,
    attributes: {
      ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()), SenderId: '', ApproximateFirstReceiveTimestamp: '', ...attributes,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'us-east-1',
    ...changes,
  };
}

/** Calls the function; returns the messages that come again, and what was counted. */
async function call(records: SQSRecord[], called = handler) {
  const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => 300_000 } as Context;
  const { batchItemFailures } = await called({ Records: records }, context);
  const counted: Metrics = {};
  for (const line of logged.filter((one) => one.includes('CloudWatchMetrics'))) {
    const { _aws: _, service: __, ...metrics } = JSON.parse(line) as Record<string, number>;
    Object.assign(counted, metrics);
  }
  return { again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), counted };
}

test('a file becomes records, rejects, a status and metrics', async () => {
  const upload = await send('name,price\naspirin,1.50\nbad,cheap\naspirin,2\n');
  expect(await call([message(arrival(upload))])).toEqual({ again: [], counted: { UploadsCompleted: 1, RowsAccepted: 1, RowsRejected: 2 } });
  expect(await current(upload)).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 1, rejected: 2 }, deadline: null });
  const { Item } = await documents.send(new GetCommand({ TableName: environment[Env.QUERY_TABLE], Key: { _pk: 'aspirin', _sk: 'INFO' } }));
  const { uploadedAt, uploadId } = await current(upload);
  expect(Item).toMatchObject({ name: 'aspirin', price: 1.5, _list: expect.stringMatching(/^[0-3]$/), _pos: positionOf({ at: uploadedAt!, uploadId, row: 1 }) });
  const rejects = await clients.s3.send(new GetObjectCommand({ Bucket: environment[Env.BUCKET], Key: `rejects/${uploadId}/ü + %.csv` }));
  expect(await rejects.Body!.transformToString()).toBe([
    'name,price,row,column,code,message',
    'bad,cheap,2,price,NOT_A_DECIMAL,"\'price\' must be a decimal number such as 12.5, got \'cheap\'"',
    'aspirin,2,3,,DUPLICATE_KEY,the row has the same key as an earlier row of the file',
    '',
  ].join('\r\n'));
  expect(logged.join()).not.toContain('aspirin');
});

test('delivered again it is skipped, and counted once', async () => {
  const upload = await send('name,price\na,1\n');
  await call([message(arrival(upload))]);
  logged.length = 0;
  const before = await current(upload);
  expect(await call([message(arrival(upload), { ApproximateReceiveCount: '2' })])).toEqual({ again: [], counted: {} });
  expect(await current(upload)).toEqual(before);
});

test('a file at fault fails at once: its message does not come again', async () => {
  const upload = await send('price\n1\n');
  expect(await call([message(arrival(upload))])).toEqual({ again: [], counted: { UploadsFailed: 1 } });
  expect(await current(upload)).toMatchObject({ status: 'FAILED', error: { code: 'MISSING_COLUMN', message: "the header lacks 'name'" } });
});

test('a message at fault comes again alone', async () => {
  const upload = await send('name,price\nfine,1\n');
  const poison = message('{"hello":"world"}');
  const { again } = await call([poison, message(arrival(upload)), message('{"Event":"s3:TestEvent"}')]);
  expect(again).toEqual([poison.messageId]);
  expect(await current(upload)).toMatchObject({ status: 'COMPLETED' });
});

test('an upload that somebody works on comes again', async () => {
  const upload = await send('name,price\nheld,1\n');
  const work = new WorkTable(light, environment[Env.STATUS_TABLE], () => crypto.randomUUID());
  const found = (await work.find(upload.uploadId))!;
  const processing = transition(transition(found.upload, 'UPLOADED', upload.createdAt), 'PROCESSING', upload.createdAt);
  await work.save({ ...found, upload: processing, lease: { holder: 'other', until: new Date(Date.now() + 60_000).toISOString() } });
  const waiting = message(arrival(upload));
  expect(await call([waiting])).toEqual({ again: [waiting.messageId], counted: {} });
  expect(logged.join()).toMatch(/"seconds": ?(60|59)/);
});

test('the last attempt that fails ends the upload, is counted, and goes to the dead-letter queue', async () => {
  const upload = await send('name,price\nlate,1\n');
  const broken = load({ [Env.QUERY_TABLE]: 'not-there' });
  const second = message(arrival(upload), { ApproximateReceiveCount: '2' });
  expect(await call([second], broken)).toEqual({ again: [second.messageId], counted: {} });
  expect(await current(upload)).toMatchObject({ status: 'PROCESSING' });

  const last = message(arrival(upload), { ApproximateReceiveCount: '3' });
  expect(await call([last], broken)).toEqual({ again: [last.messageId], counted: { UploadsFailed: 1 } });
  expect(await current(upload)).toMatchObject({ status: 'FAILED', deadline: null, error: { code: 'PROCESSING_FAILED' } });
  expect(logged.join()).toContain('ResourceNotFoundException');

  logged.length = 0;
  expect(await call([message(arrival(upload))], load())).toMatchObject({ again: [], counted: { UploadsCompleted: 1 } });
});

test('of several files in one message one that fails does not keep the others', async () => {
  const [gone, fine] = [await announce(), await send('name,price\nother,1\n')];
  const held = await announce();
  await new WorkTable(light, environment[Env.STATUS_TABLE], () => 'id').save({
    upload: { ...held, status: 'PROCESSING' }, revision: 0, state: null, lease: { holder: 'other', until: new Date(Date.now() + 60_000).toISOString() },
  });
  const Records = [held, gone, fine].flatMap((upload) => (JSON.parse(arrival(upload)) as { Records: unknown[] }).Records);
  const all = message(JSON.stringify({ Records }));
  expect((await call([all])).again).toEqual([all.messageId]);
  expect(await current(gone)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } });
  expect(await current(fine)).toMatchObject({ status: 'COMPLETED' });
});

test('an object that nobody announced is listed as failed', async () => {
  const Key = 'uploads/somebody put/this here.csv';
  await clients.s3.send(new PutObjectCommand({ Bucket: environment[Env.BUCKET], Key, Body: 'a\n1\n' }));
  const body = JSON.stringify({ 'source': 'aws.s3', 'detail-type': 'Object Created', 'time': '2026-01-01T00:00:00Z', 'detail': { object: { key: Key } } });
  expect(await call([message(body)])).toEqual({ again: [], counted: { UploadsFailed: 1 } });
  const { Items } = await documents.send(new ScanCommand({ TableName: environment[Env.STATUS_TABLE] }));
  expect(Items!.filter(({ error }) => error?.code === 'UPLOAD_NOT_REGISTERED')).toMatchObject([{ files: [{ key: Key, fileName: 'this here.csv' }] }]);
});

/** A job as a FIFO queue delivers it. */
function job({ uploadId, tenantId }: Upload, attributes: Partial<SQSRecord['attributes']> = {}, receiptHandle = 'unknown'): SQSRecord {
  const body = JSON.stringify({ job: 'ingest', uploadId, tenantId, files: [] });
  return message(body, { MessageGroupId: tenantId, ...attributes }, { eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:jobs.fifo', receiptHandle });
}

/** An upload of a tenant whose only file has arrived. */
async function arrived(tenantId: string, content: string): Promise<Upload> {
  const uploadId = crypto.randomUUID();
  const files = [announcedFile({ name: 'file', fileName: 'a.csv', key: `uploads/${tenantId}/${uploadId}/a.csv`, contentType: 'text/csv' })];
  const upload = await send(content, await announce({ uploadId, tenantId, files }));
  expect((await call([message(arrival(upload))])).again).toEqual([]);
  expect(await current(upload)).toMatchObject({ status: 'UPLOADED' });
  return upload;
}

test('a file of a tenant waits for a job, which is sent in the tenant\'s name', async () => {
  const upload = await arrived('acme', 'name,price\nof acme,1\n');
  const { Messages: [sent] = [] } = await clients.sqs.send(new ReceiveMessageCommand({
    QueueUrl: environment[Env.JOB_QUEUE_URL], WaitTimeSeconds: 2, MessageSystemAttributeNames: ['MessageGroupId'],
  }));
  expect(JSON.parse(sent.Body!)).toEqual({
    job: 'ingest', uploadId: upload.uploadId, tenantId: 'acme', files: [{ name: 'file', key: upload.files[0].key }],
  });
  expect(sent.Attributes?.MessageGroupId).toBe('acme');
  expect(await call([message(sent.Body!)])).toMatchObject({ again: [], counted: { UploadsCompleted: 1 } });
  expect(await current(upload)).toMatchObject({ status: 'COMPLETED', counts: { total: 1 } });
});

test('jobs of a FIFO queue keep the order of their tenant: those behind one that fails come again with it', async () => {
  const [first, second, other] = await Promise.all(['acme', 'acme', 'globex'].map((tenantId, nth) => arrived(tenantId, `name,price\nordered ${nth},1\n`)));
  // It waits for somebody who works on it.
  const work = new WorkTable(light, environment[Env.STATUS_TABLE], () => crypto.randomUUID());
  const found = (await work.find(first.uploadId))!;
  const held = await work.save({
    ...found,
    upload: transition(found.upload, 'PROCESSING', first.createdAt),
    lease: { holder: 'other', until: new Date(Date.now() + 60_000).toISOString() },
  });
  const jobs = [first, second, other].map((upload) => job(upload));
  expect((await call(jobs)).again.sort()).toEqual([jobs[0].messageId, jobs[1].messageId].sort());
  expect([await current(second), await current(other)].map(({ status }) => status)).toEqual(['UPLOADED', 'COMPLETED']);

  await work.save({ ...held, lease: null });
  expect((await call(jobs.slice(0, 2))).again).toEqual([]);
  const ends = (await Promise.all([first, second].map(current))).map(({ status, history }) => [status, history.at(-1)!.at]);
  expect(ends.map(([status]) => status)).toEqual(['COMPLETED', 'COMPLETED']);
  expect(ends[0][1] < ends[1][1]).toBe(true);
});

test('those behind one that fails are hidden no longer', async () => {
  const [first, second] = await Promise.all(['acme', 'acme'].map((tenantId) => arrived(tenantId, 'name,price\nx,1\n')));
  const QueueUrl = await resources.fifoQueue();
  const broken = load({ [Env.QUERY_TABLE]: 'not-there', [Env.JOB_QUEUE_URL]: QueueUrl });
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'second', MessageGroupId: 'acme', MessageDeduplicationId: 'second' }));
  const receive = async (VisibilityTimeout: number) => {
    const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, VisibilityTimeout }));
    return Messages;
  };
  const [received] = await receive(600);
  expect((await call([job(first), job(second, {}, received.ReceiptHandle)], broken)).again).toHaveLength(2);
  expect((await receive(1)).map(({ MessageId }) => MessageId)).toEqual([received.MessageId]);
  load();
});

test('a sweep ends what was overdue when it was asked for', async () => {
  const deadline = new Date(Date.now() - 60_000).toISOString();
  const overdue = await announce({ deadline });
  const early = message('{"job":"sweep"}', { SentTimestamp: String(Date.parse(deadline) - 1) });
  expect(await call([early])).toEqual({ again: [], counted: { UploadsFailed: 0 } });
  expect((await current(overdue)).status).toBe('PENDING');
  expect((await call([message('{"job":"sweep"}')])).again).toEqual([]);
  expect(await current(overdue)).toMatchObject({ status: 'EXPIRED', deadline: null });
});
