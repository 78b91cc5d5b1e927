import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/**
 * Waits for the message of an upload in a dead-letter queue, and takes it out. So goes what is before it, which nobody waits for: it would
 * be received again and again where that is slower than it comes back.
 */
export async function deadLetterOf(uploadId: string, sqs: SQSClient, QueueUrl: string): Promise<string> {
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const found = Messages.find(({ Body }) => Body?.includes(uploadId));
    if (found) return found.Body!;
  }
}
