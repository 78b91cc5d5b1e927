import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { measured } from './measured';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** More than Lambda gives, so that a slow machine measures one invocation as well. */
const MILLISECONDS = 3 * 3_600_000;
let handler: Handler;

/** Calls the processor, as it is deployed, with the message that S3 sends when a file has come. */
async function ingest(bucket: string, key: string): Promise<void> {
  const until = Date.now() + MILLISECONDS;
  const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => until - Date.now() } as Context;
  const body = JSON.stringify({
    Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', eventTime: new Date().toISOString(), s3: { bucket: { name: bucket }, object: { key, eTag: 'sample' } } }],
  });
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
  const message = { messageId: 'm', receiptHandle: 'r', body, attributes, eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-central-1:1:q', messageAttributes: {} };
  const { batchItemFailures } = await handler({ Records: [message] } as unknown as SQSEvent, context);
  if (batchItemFailures.length > 0) throw new Error('the processor has failed');
}

void measured(({ bucket, key }) => ingest(bucket, key), async ({ bundle, bucket, warmUpKey }) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is made by the time that this runs
  ({ handler } = require(bundle!) as { handler: Handler });
  if (!warmUpKey) return;
  await ingest(bucket, warmUpKey);
  await fetch(`${process.env.AWS_ENDPOINT_URL}/begin`);
});
