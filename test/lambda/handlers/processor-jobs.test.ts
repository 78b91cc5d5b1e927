import type * as nodeFs from 'node:fs';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { announcedFile, transition, Upload } from '../../../lambda-src/domain/upload';
import { Env } from '../../../src/private/contract';
import { arrival, message, ProcessorFunction } from '../../support/processor-function';
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

let fn: ProcessorFunction;
beforeAll(async () => {
  fn = await ProcessorFunction.start();
}, 120_000);
afterAll(async () => fn.resources.remove());
beforeEach(() => fn.listen());
afterEach(() => jest.restoreAllMocks());

/** A job as a FIFO queue delivers it. */
function job({ uploadId, tenantId }: Upload, attributes: Partial<SQSRecord['attributes']> = {}, receiptHandle = 'unknown'): SQSRecord {
  const body = JSON.stringify({ job: 'ingest', uploadId, tenantId, files: [] });
  return message(body, { MessageGroupId: tenantId, ...attributes }, { eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:jobs.fifo', receiptHandle });
}

/** An upload of a tenant whose only file has arrived. */
async function arrived(tenantId: string, content: string): Promise<Upload> {
  const uploadId = crypto.randomUUID();
  const files = [announcedFile({ name: 'file', fileName: 'a.csv', key: `uploads/${tenantId}/${uploadId}/a.csv`, contentType: 'text/csv' })];
  const upload = await fn.send(content, await fn.announce({ uploadId, tenantId, files }));
  expect((await fn.call([message(arrival(upload))])).again).toEqual([]);
  expect(await fn.current(upload)).toMatchObject({ status: 'UPLOADED' });
  return upload;
}

test('a file of a tenant waits for a job, which is sent in the tenant\'s name', async () => {
  const upload = await arrived('acme', 'name,price\nof acme,1\n');
  const { Messages: [sent] = [] } = await fn.clients.sqs.send(new ReceiveMessageCommand({
    QueueUrl: fn.environment[Env.JOB_QUEUE_URL], WaitTimeSeconds: 2, MessageSystemAttributeNames: ['MessageGroupId'],
  }));
  expect(JSON.parse(sent.Body!)).toEqual({
    job: 'ingest', uploadId: upload.uploadId, tenantId: 'acme', files: [{ name: 'file', key: upload.files[0].key }],
  });
  expect(sent.Attributes?.MessageGroupId).toBe('acme');
  expect(await fn.call([message(sent.Body!)])).toMatchObject({ again: [], counted: { UploadsCompleted: 1 } });
  expect(await fn.current(upload)).toMatchObject({ status: 'COMPLETED', counts: { total: 1 } });
});

test('jobs of a FIFO queue keep the order of their tenant: those behind one that fails come again with it', async () => {
  const [first, second, other] = await Promise.all(
    ['acme', 'acme', 'globex'].map((tenantId, nth) => arrived(tenantId, `name,price\nordered ${nth},1\n`)),
  );
  // It waits for somebody who works on it.
  const { work } = fn;
  const found = (await work.find(first.uploadId))!;
  const held = await work.save({
    ...found,
    upload: transition(found.upload, 'PROCESSING', first.createdAt),
    lease: { holder: 'other', until: new Date(Date.now() + 60_000).toISOString() },
  });
  const jobs = [first, second, other].map((upload) => job(upload));
  expect((await fn.call(jobs)).again.sort()).toEqual([jobs[0].messageId, jobs[1].messageId].sort());
  expect([await fn.current(second), await fn.current(other)].map(({ status }) => status)).toEqual(['UPLOADED', 'COMPLETED']);

  await work.save({ ...held, lease: null });
  expect((await fn.call(jobs.slice(0, 2))).again).toEqual([]);
  const ended = await Promise.all([first, second].map((upload) => fn.current(upload)));
  const ends = ended.map(({ status, history }) => [status, history.at(-1)!.at]);
  expect(ends.map(([status]) => status)).toEqual(['COMPLETED', 'COMPLETED']);
  expect(ends[0][1] < ends[1][1]).toBe(true);
});

test('those behind one that fails are hidden no longer', async () => {
  const [first, second] = await Promise.all(['acme', 'acme'].map((tenantId) => arrived(tenantId, 'name,price\nx,1\n')));
  const QueueUrl = await fn.resources.fifoQueue();
  const broken = fn.load({ [Env.QUERY_TABLE]: 'not-there', [Env.JOB_QUEUE_URL]: QueueUrl });
  const group = { MessageGroupId: 'acme', MessageDeduplicationId: 'second' };
  await fn.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'second', ...group }));
  const receive = async (VisibilityTimeout: number) => {
    const { Messages = [] } = await fn.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, VisibilityTimeout }));
    return Messages;
  };
  const [received] = await receive(600);
  expect((await fn.call([job(first), job(second, {}, received.ReceiptHandle)], broken)).again).toHaveLength(2);
  expect((await receive(1)).map(({ MessageId }) => MessageId)).toEqual([received.MessageId]);
  fn.load();
});
