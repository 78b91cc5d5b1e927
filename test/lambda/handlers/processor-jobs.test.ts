import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { announcedFile, Upload } from '../../../lambda-src/domain/uploads/upload';
import { Env } from '../../../src/private/contract';
import { arrival, message, withProcessor } from '../../support/processor-function';
import { column, recordModel } from '../domain/records/record-models';

const fn = withProcessor(recordModel({
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
}));

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

test('a job comes again while somebody else works on its upload, but not into the dead-letter queue: nothing has failed', async () => {
  const upload = await arrived('acme', 'name,price\nx,1\n');
  await fn.hold(upload);
  const waiting = job(upload, { ApproximateReceiveCount: '2' });
  expect(await fn.call([waiting])).toEqual({ again: [waiting.messageId], counted: {} });
  expect(await fn.call([job(upload, { ApproximateReceiveCount: '3' })])).toEqual({ again: [], counted: {} });
  expect(await fn.current(upload)).toMatchObject({ status: 'PROCESSING' });
});

test('a notice of a file does not end there either, unless another file of it has failed', async () => {
  const upload = await fn.send('name,price\nx,1\n');
  await fn.hold(upload);
  const { Records } = JSON.parse(arrival(upload)) as { Records: object[] };
  const last = { ApproximateReceiveCount: '3' };
  expect((await fn.call([message(JSON.stringify({ Records }), last)])).again).toEqual([]);
  const failing = await fn.send('name,price\ny,1\n');
  const both = message(JSON.stringify({ Records: [...Records, ...(JSON.parse(arrival(failing)) as { Records: object[] }).Records] }), last);
  expect((await fn.call([both], fn.load({ [Env.QUERY_TABLE]: 'not-there' }))).again).toEqual([both.messageId]);
  fn.load();
});

test('the visibility of a job is changed in its own queue', async () => {
  const upload = await arrived('acme', 'name,price\nx,1\n');
  const QueueUrl = await fn.resources.fifoQueue();
  const broken = fn.load({ [Env.QUERY_TABLE]: 'not-there', [Env.JOB_QUEUE_URL]: QueueUrl, [Env.VISIBILITY_SECONDS]: '1' });
  await fn.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'acme', MessageDeduplicationId: 'x' }));
  const receive = async (VisibilityTimeout: number) => {
    const { Messages = [] } = await fn.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 3, VisibilityTimeout }));
    return Messages;
  };
  const [received] = await receive(600);
  expect((await fn.call([job(upload, {}, received.ReceiptHandle)], broken)).again).toHaveLength(1);
  expect((await receive(1)).map(({ MessageId }) => MessageId)).toEqual([received.MessageId]);
  fn.load();
});
