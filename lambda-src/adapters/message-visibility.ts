import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';

/** What SQS needs to know of a message that was received. */
export interface ReceivedMessage {
  readonly queueUrl: string;
  readonly receiptHandle: string;
}

/** The message must not be back at the very moment at which another invocation may begin. */
const MARGIN_SECONDS = 2;

/**
 * Hides a message until the invocation that works on it must have ended, and no longer: neither is it back before, whatever the
 * queue's own timeout, nor does an invocation that is killed keep the next one waiting. The first call does it. As an invocation
 * takes 15 minutes at most this stays far below the 12 hours for which SQS hides a message; a FIFO queue holds the messages behind it
 * back for as long.
 */
export function hideUntil(client: SQSClient, { queueUrl, receiptHandle }: ReceivedMessage, end: Date): () => Promise<void> {
  let hidden: Promise<void> | undefined;
  return () => {
    const seconds = Math.max(0, Math.ceil((end.getTime() - Date.now()) / 1000)) + MARGIN_SECONDS;
    hidden ??= postpone(client, queueUrl, receiptHandle, seconds);
    return hidden;
  };
}

/** Hides a message for so many seconds from now. That it may be gone, or ours no longer, is no reason to fail. */
export async function postpone(client: SQSClient, queueUrl: string, receiptHandle: string, seconds: number): Promise<void> {
  try {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }));
  } catch {
    // The queue brings the message back by itself, only later.
  }
}
