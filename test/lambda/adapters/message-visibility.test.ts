import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { hideUntil, postpone } from '../../../lambda-src/adapters/message-visibility';
import { withEngine } from '../../support/with-engine';

const engine = withEngine();

async function receive(QueueUrl: string) {
  const { Messages = [] } = await engine.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
  return Messages;
}

test('a message comes again when it is told to, and not when its queue would bring it', async () => {
  const queue = await engine.resources.queue(600);
  await engine.clients.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'again' }));
  const [first] = await receive(queue);
  expect(await receive(queue)).toEqual([]);
  await postpone(engine.clients.sqs, queue, first.ReceiptHandle!, 0);
  expect(await receive(queue)).toMatchObject([{ Body: 'again' }]);
});

test('one that is worked on comes again when that must have ended, however often it is said', async () => {
  const queue = await engine.resources.queue(600);
  await engine.clients.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'again' }));
  const [{ ReceiptHandle }] = await receive(queue);
  const stillAtWork = hideUntil(engine.clients.sqs, { queueUrl: queue, receiptHandle: ReceiptHandle! }, new Date(Date.now() - 60_000));
  await Promise.all([stillAtWork(), stillAtWork()]);
  const { Messages } = await engine.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 20 }));
  expect(Messages).toMatchObject([{ Body: 'again' }]);
});

test('a message that is gone, or no longer ours, is no reason to fail', async () => {
  const queue = await engine.resources.queue();
  await expect(postpone(engine.clients.sqs, queue, 'unknown', 30)).resolves.toBeUndefined();
  await expect(postpone(engine.clients.sqs, `${queue}-not`, 'unknown', 30)).resolves.toBeUndefined();
});
