import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Hides a message for so many seconds from now. That it may be gone, or ours no longer, is no reason to fail. */
export async function postpone(client: SQSClient, queueUrl: string, receiptHandle: string, seconds: number): Promise<void> {
  try {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }));
  } catch {
    // The queue brings the message back by itself, only later.
  }
}
