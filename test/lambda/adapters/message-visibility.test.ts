import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { hideUntil, postpone } from '../../../lambda-src/adapters/message-visibility';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';

let resources: EngineResources;
let client: SQSClient;
beforeAll(async () => {
  await ensureEngine();
  const clients = awsClients();
  client = clients.sqs;
  resources = new EngineResources(clients);
}, 120_000);
afterAll(async () => resources.remove());

const receive = async (QueueUrl: string) => (await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }))).Messages ?? [];

test('a message comes again when it is told to, and not when its queue would bring it', async () => {
  const queue = await resources.queue(600);
  await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'again' }));
  const [first] = await receive(queue);
  expect(await receive(queue)).toEqual([]);
  await postpone(client, queue, first.ReceiptHandle!, 0);
  expect(await receive(queue)).toMatchObject([{ Body: 'again' }]);
});

test('one that is worked on comes again when that must have ended, however often it is said', async () => {
  const queue = await resources.queue(600);
  await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'again' }));
  const [{ ReceiptHandle }] = await receive(queue);
  const stillAtWork = hideUntil(client, { queueUrl: queue, receiptHandle: ReceiptHandle! }, new Date(Date.now() - 60_000));
  await Promise.all([stillAtWork(), stillAtWork()]);
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 20 }));
  expect(Messages).toMatchObject([{ Body: 'again' }]);
});

test('a message that is gone, or no longer ours, is no reason to fail', async () => {
  const queue = await resources.queue();
  await expect(postpone(client, queue, 'unknown', 30)).resolves.toBeUndefined();
  await expect(postpone(client, `${queue}-not`, 'unknown', 30)).resolves.toBeUndefined();
});
