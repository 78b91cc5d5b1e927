import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Env, Metric, RECORD_MODEL_FILE, RecordModel } from '../../src/private/contract';
import { LightDynamoDb } from '../adapters/aws/dynamodb';
import { required, requiredInteger, requiredList } from '../adapters/environment';
import { postpone } from '../adapters/message-visibility';
import { RecordSender } from '../adapters/record-sender';
import { openFile } from '../adapters/s3-file';
import { S3RejectFile } from '../adapters/s3-reject-file';
import { WorkTable } from '../adapters/work-table';
import { BatchWriter } from '../application/batch-writer';
import { Delivery, LastAttemptFailed, Outcome, ProcessFile, StillWorking } from '../application/process-file';
import { sweepOverdue } from '../application/sweep-overdue';
import { ArrivedFile, parseMessage } from '../domain/message';

const logger = new Logger();
const metrics = new Metrics();
const batch = new BatchProcessor(EventType.SQS);

const bucket = required(Env.BUCKET);
const keyNames = { partitionKey: required(Env.QUERY_PARTITION_KEY), sortKey: required(Env.QUERY_SORT_KEY) };
const maxReceiveCount = requiredInteger(Env.MAX_RECEIVE_COUNT);
const visibilitySeconds = requiredInteger(Env.VISIBILITY_SECONDS);
const queueUrl = required(Env.QUEUE_URL);

const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({ responseChecksumValidation: 'WHEN_REQUIRED' });
const sqs = new SQSClient({});
const uploads = new WorkTable(new LightDynamoDb(), required(Env.STATUS_TABLE), () => crypto.randomUUID());
const records = new RecordSender(dynamodb, required(Env.QUERY_TABLE), keyNames);
const now = () => new Date();
const sleep = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });

const processFile = new ProcessFile({
  uploads,
  now,
  open: (key, etag) => openFile(s3, bucket, key, etag),
  newWriter: () => new BatchWriter({ send: (items) => records.send(items), sleep, random: Math.random }),
  storedPosition: (item) => records.storedPosition(item),
  newRejectSink: (key) => new S3RejectFile(s3, bucket, key),
}, {
  model: JSON.parse(readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8')) as RecordModel,
  keyNames,
  shards: requiredInteger(Env.QUERY_SHARDS),
  maxFileSize: requiredInteger(Env.MAX_FILE_SIZE),
  contentTypes: requiredList(Env.CONTENT_TYPES),
});

/** Takes the messages of the ingest queue. A message that fails comes again alone; the others are done. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  try {
    const taking = (record: SQSRecord) => take(record, context);
    return await processPartialResponse(event, taking, batch, { context, throwOnFullBatchFailure: false });
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}

async function take(record: SQSRecord, context: Context): Promise<void> {
  try {
    const message = parseMessage(record.body);
    if (message.kind === 'sweep') await sweep(record);
    if (message.kind === 'files') await ingest(message.files, record, context);
  } catch (error) {
    await comeAgain(record, error);
    throw error;
  }
}

async function sweep({ attributes }: SQSRecord): Promise<void> {
  const { failed, expired, errors } = await sweepOverdue({ uploads, now }, new Date(Number(attributes.SentTimestamp)));
  logger[errors.length > 0 ? 'warn' : 'info']('Uploads past their deadline were ended', { failed, expired, errors });
  count(Metric.UPLOADS_FAILED, failed);
}

/** S3 announces one file at a time, but may announce several; one that fails brings the message back, not the others down. */
async function ingest(files: readonly ArrivedFile[], record: SQSRecord, context: Context): Promise<void> {
  const failures: unknown[] = [];
  for (const file of files) {
    try {
      measure(await processFile.run(file, deliveryOf(record, context)));
    } catch (error) {
      if (error instanceof LastAttemptFailed) count(Metric.UPLOADS_FAILED, 1);
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function deliveryOf(record: SQSRecord, context: Context): Delivery {
  const started = now().getTime();
  const remaining = context.getRemainingTimeInMillis();
  return {
    holder: context.awsRequestId,
    until: new Date(started + remaining),
    stopAt: new Date(started + remaining * SHARE_FOR_WORK),
    // A killed invocation says nothing; its message is back when the queue stops hiding it, and has then been taken for long.
    deadline: new Date(started + 1000 * (visibilitySeconds + GRACE_SECONDS)),
    isLast: maxReceiveCount > 0 && Number(record.attributes.ApproximateReceiveCount) >= maxReceiveCount,
  };
}

const GRACE_SECONDS = 900;
const SHARE_FOR_WORK = 0.9;
const LONGEST_PAUSE_SECONDS = 900;

/** Without this the message stays hidden for the whole visibility timeout, which is made for invocations that are killed. */
async function comeAgain(record: SQSRecord, error: unknown): Promise<void> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const pause = Math.min(visibilitySeconds, LONGEST_PAUSE_SECONDS, 5 * 2 ** attempt);
  const waits = error instanceof StillWorking;
  const seconds = waits ? secondsUntil(error.until) : pause;
  logger[waits ? 'info' : 'error']('The message comes again', { messageId: record.messageId, attempt, seconds, error: error as Error });
  await postpone(sqs, queueUrl, record.receiptHandle, seconds);
}

function secondsUntil(time: string): number {
  return Math.max(1, Math.ceil((Date.parse(time) - now().getTime()) / 1000));
}

function measure(outcome: Outcome): void {
  logger.info('File processed', { outcome });
  if (outcome.outcome === 'failed') count(Metric.UPLOADS_FAILED, 1);
  if (outcome.outcome !== 'completed') return;
  count(Metric.UPLOADS_COMPLETED, 1);
  count(Metric.ROWS_ACCEPTED, outcome.counts.accepted);
  count(Metric.ROWS_REJECTED, outcome.counts.rejected);
}

function count(metric: string, value: number): void {
  metrics.addMetric(metric, MetricUnit.Count, value);
}
