import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { Env, RECORD_MODEL_FILE, RecordModel } from '../../../src/private/contract';
import { LightDynamoDb } from '../../adapters/aws/dynamodb';
import { LightSqs } from '../../adapters/aws/sqs';
import { required, requiredInteger, requiredList } from '../../adapters/environment';
import { LambdaInvoker } from '../../adapters/lambda-invoker';
import { RecordSender } from '../../adapters/record-sender';
import { openFile } from '../../adapters/s3-file';
import { S3ObjectStore } from '../../adapters/s3-object-store';
import { S3RejectFile } from '../../adapters/s3-reject-file';
import { SqsJobQueue } from '../../adapters/sqs-job-queue';
import { WorkTable } from '../../adapters/work-table';
import { BatchWriter } from '../../application/batch-writer';
import { CallHandler } from '../../application/call-handler';
import { IngestFiles } from '../../application/ingest-files';
import { ProcessUpload } from '../../application/process-upload';
import { sweepOverdue } from '../../application/sweep-overdue';
import { TakeArrival } from '../../application/take-arrival';
import { WireItem } from '../../domain/wire';

const LONGEST_TIMEOUT_SECONDS = 900;

const bucket = required(Env.BUCKET);
const keyNames = { partitionKey: required(Env.QUERY_PARTITION_KEY), sortKey: required(Env.QUERY_SORT_KEY) };

const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({ responseChecksumValidation: 'WHEN_REQUIRED' });
const records = new RecordSender(dynamodb, required(Env.QUERY_TABLE), keyNames);
const sleep = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });

const ports = {
  uploads: new WorkTable(new LightDynamoDb(), required(Env.STATUS_TABLE), () => crypto.randomUUID()),
  objects: new S3ObjectStore(bucket),
  jobs: new SqsJobQueue(new LightSqs(), required(Env.JOB_QUEUE_URL)),
  now: () => new Date(),
};

const recordPorts = {
  objects: ports.objects,
  newWriter: () => new BatchWriter({ send: (items) => records.send(items), sleep, random: Math.random }),
  storedPosition: (item: WireItem) => records.storedPosition(item),
  newRejectSink: (key: string) => new S3RejectFile(s3, bucket, key),
};
const rules = {
  // Beside the bundle.
  model: JSON.parse(readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8')) as RecordModel,
  keyNames,
  shards: requiredInteger(Env.QUERY_SHARDS),
  retentionSeconds: requiredInteger(Env.RECORD_RETENTION_SECONDS),
  maxFileSize: requiredInteger(Env.MAX_FILE_SIZE),
  contentTypes: requiredList(Env.CONTENT_TYPES),
};

const handlerFunction = required(Env.HANDLER_FUNCTION);
const handlerSeconds = requiredInteger(Env.HANDLER_TIMEOUT_SECONDS);

function workerOfUsers(): CallHandler {
  const invoker = new LambdaInvoker(handlerFunction);
  // Of a function whose limit is not known, Lambda's own is assumed, and it gets an invocation of ours for every call.
  const callMilliseconds = 1000 * (handlerSeconds || LONGEST_TIMEOUT_SECONDS);
  return new CallHandler({ ...recordPorts, invoke: (event, time) => invoker.invoke(event, time) }, { ...rules, bucket, callMilliseconds });
}

const worker = handlerFunction === ''
  ? new IngestFiles({ ...recordPorts, open: (key, etag) => openFile(s3, bucket, key, etag) }, rules)
  : workerOfUsers();

/** How much of an invocation's time is for work: after rows are read others are still on their way, but one answer is all there is. */
export const timeForWork = (milliseconds: number) => (
  handlerFunction === '' ? milliseconds * 0.9 : milliseconds - Math.min(10_000, milliseconds / 2)
);

export const processUpload = new ProcessUpload({ ...ports, worker });
export const takeArrival = new TakeArrival(ports, processUpload, { queuesJobs: required(Env.QUEUES_JOBS) === 'true' });
export const sweep = (askedFor: Date, stopAt: Date) => sweepOverdue(ports, askedFor, stopAt);
