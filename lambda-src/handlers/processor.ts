import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Env, Metric } from '../../src/private/contract';
import { required, requiredInteger } from '../adapters/environment';
import { hideUntil, postpone } from '../adapters/message-visibility';
import { Delivery, LastAttemptFailed, Outcome, StillWorking } from '../application/ingest/process-upload';
import { ArrivedFile, parseMessage } from '../domain/uploads/message';
import { processUpload, sweep, takeArrival, timeForWork } from './processing/use-cases';
import { withTracing } from './tracing/with-tracing';

const logger = new Logger();
const metrics = new Metrics();
const batch = new BatchProcessor(EventType.SQS);
const sqs = new SQSClient({});

const maxReceiveCount = requiredInteger(Env.MAX_RECEIVE_COUNT);
const visibilitySeconds = requiredInteger(Env.VISIBILITY_SECONDS);
const queueUrls = { standard: required(Env.QUEUE_URL), fifo: required(Env.JOB_QUEUE_URL) };

/** Takes the messages of the ingest queue, or queues. One that fails comes again; a FIFO queue sends them one by one. */
export const handler = withTracing(async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  logger.addContext(context);
  try {
    const taking = (record: SQSRecord) => take(record, context);
    return await processPartialResponse(event, taking, batch, { context, throwOnFullBatchFailure: false });
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
});

async function take(record: SQSRecord, context: Context): Promise<void> {
  const delivery = deliveryOf(record, context);
  try {
    const message = parseMessage(record.body);
    if (message.kind === 'sweep') await sweepUp(record, delivery);
    if (message.kind === 'files') await takeFiles(message.files, delivery);
    if (message.kind === 'ingest') await measure(processUpload.run(message, delivery));
  } catch (error) {
    if (error instanceof StillWorking && delivery.isLast) {
      // Nothing has failed, so this is nothing for the dead-letter queue: whoever works has a message of its own, or the sweeper comes.
      logger.info('The message has waited long enough for another invocation', { messageId: record.messageId });
      return;
    }
    await comeAgain(record, error);
    throw error;
  }
}

async function sweepUp({ attributes }: SQSRecord, { stopAt }: Delivery): Promise<void> {
  const { failed, expired, errors } = await sweep(new Date(Number(attributes.SentTimestamp)), stopAt);
  const some = errors.slice(0, MOST_LOGGED_ERRORS);
  logger[errors.length > 0 ? 'warn' : 'info']('Uploads past their deadline were ended', { failed, expired, failures: errors.length, errors: some });
  count(Metric.UPLOADS_FAILED, failed);
}

/** S3 announces one file at a time, but may announce several; one that fails brings the message back, not the others down. */
async function takeFiles(files: readonly ArrivedFile[], delivery: Delivery): Promise<void> {
  const failures: unknown[] = [];
  for (const file of files) {
    try {
      await measure(takeArrival.run(file, delivery));
    } catch (error) {
      failures.push(error);
    }
  }
  // A failure comes before somebody to wait for.
  if (failures.length > 0) throw failures.find((failure) => !(failure instanceof StillWorking)) ?? failures[0];
}

function deliveryOf(record: SQSRecord, context: Context): Delivery {
  const started = Date.now();
  const remaining = context.getRemainingTimeInMillis();
  const until = new Date(started + remaining);
  return {
    holder: context.awsRequestId,
    until,
    stillAtWork: hideUntil(sqs, { queueUrl: queueOf(record), receiptHandle: record.receiptHandle }, until),
    stopAt: new Date(started + timeForWork(remaining)),
    // A killed invocation says nothing; its message is back when the queue stops hiding it, and has then been taken for long.
    deadline: new Date(started + 1000 * (visibilitySeconds + GRACE_SECONDS)),
    isLast: maxReceiveCount > 0 && Number(record.attributes.ApproximateReceiveCount) >= maxReceiveCount,
  };
}

const GRACE_SECONDS = 900;
const LONGEST_PAUSE_SECONDS = 900;
const MOST_LOGGED_ERRORS = 10;

/** Without this the message stays hidden for the whole visibility timeout, which is made for invocations that are killed. */
async function comeAgain(record: SQSRecord, error: unknown): Promise<void> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const pause = Math.min(visibilitySeconds, LONGEST_PAUSE_SECONDS, 5 * 2 ** attempt);
  const waits = error instanceof StillWorking;
  const seconds = waits ? secondsUntil(error.until) : pause;
  logger[waits ? 'info' : 'error']('The message comes again', { messageId: record.messageId, attempt, seconds, error: error as Error });
  await postpone(sqs, queueOf(record), record.receiptHandle, seconds);
}

function secondsUntil(time: string): number {
  return Math.max(1, Math.ceil((Date.parse(time) - Date.now()) / 1000));
}

function isOrdered({ eventSourceARN }: SQSRecord): boolean {
  return eventSourceARN.endsWith('.fifo');
}

function queueOf(record: SQSRecord): string {
  return isOrdered(record) ? queueUrls.fifo : queueUrls.standard;
}

async function measure(work: Promise<Outcome>): Promise<void> {
  const outcome = await work.catch((error: unknown) => {
    if (error instanceof LastAttemptFailed) count(Metric.UPLOADS_FAILED, 1);
    throw error;
  });
  logger.info('Message done', { outcome });
  if (outcome.outcome === 'failed') count(Metric.UPLOADS_FAILED, 1);
  if (outcome.outcome !== 'completed') return;
  count(Metric.UPLOADS_COMPLETED, 1);
  if (!outcome.counts) return;
  count(Metric.ROWS_ACCEPTED, outcome.counts.accepted);
  count(Metric.ROWS_REJECTED, outcome.counts.rejected);
}

function count(metric: string, value: number): void {
  metrics.addMetric(metric, MetricUnit.Count, value);
}
