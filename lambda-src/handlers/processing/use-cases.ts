import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { rowTransformOf } from './row-transform';
import { Env, RECORD_MODEL_FILE, RecordModel } from '../../../src/private/contract';
import { LightDynamoDb } from '../../adapters/aws/dynamodb';
import { LightSqs } from '../../adapters/aws/sqs';
import { required, requiredInteger, requiredList } from '../../adapters/environment';
import { LambdaInvoker } from '../../adapters/lambda-invoker';
import { RecordSender } from '../../adapters/record-sender';
import { openRows } from '../../adapters/rows/open-rows';
import { openObject } from '../../adapters/s3-object-bytes';
import { S3ObjectStore } from '../../adapters/s3-object-store';
import { S3RejectStore } from '../../adapters/s3-reject-store';
import { SqsJobQueue } from '../../adapters/sqs-job-queue';
import { StepFunctionsFanOut } from '../../adapters/step-functions';
import { WorkTable } from '../../adapters/work-table';
import { CallHandler } from '../../application/call-handler';
import { IngestFiles, IngestFilesPorts } from '../../application/ingest-files';
import { IngestPassPorts } from '../../application/ingest-pass';
import { OpenBytes } from '../../application/object-bytes';
import { ProcessUpload } from '../../application/process-upload';
import { RecordWriter } from '../../application/record-writer';
import { SendWindow } from '../../application/send-window';
import { sweepOverdue } from '../../application/sweep-overdue';
import { TakeArrival } from '../../application/take-arrival';
import { modelHash } from '../../domain/checkpoint';

const LONGEST_TIMEOUT_SECONDS = 900;

const bucket = required(Env.BUCKET);
const keyNames = { partitionKey: required(Env.QUERY_PARTITION_KEY), sortKey: required(Env.QUERY_SORT_KEY) };

const s3 = new S3Client({ responseChecksumValidation: 'WHEN_REQUIRED' });
const records = new RecordSender(required(Env.QUERY_TABLE), keyNames);
const sleep = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });
/** One for all uploads: they share the table. */
const window = new SendWindow({ now: () => performance.now(), sleep, random: Math.random });

// Beside the bundle.
const modelText = readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8');
const model = JSON.parse(modelText) as RecordModel;

const ports = {
  uploads: new WorkTable(new LightDynamoDb(), required(Env.STATUS_TABLE), () => crypto.randomUUID()),
  objects: new S3ObjectStore(bucket),
  jobs: new SqsJobQueue(new LightSqs(), required(Env.JOB_QUEUE_URL)),
  now: () => new Date(),
};

const recordPorts: IngestPassPorts & Pick<IngestFilesPorts, 'objects'> = {
  objects: ports.objects,
  newWriter: () => new RecordWriter({ send: (batch) => records.send(batch), window, sleep }),
  storedPosition: (record) => records.storedPosition(record),
  rejects: new S3RejectStore(s3, bucket),
  sleep,
  newTransform: rowTransformOf(model),
};
const rules = {
  model,
  modelHash: modelHash(modelText),
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

const stateMachineArn = required(Env.FAN_OUT_MACHINE);
const open: OpenBytes = (key, etag) => openObject(bucket, key, etag);
const fanOut = stateMachineArn === ''
  ? undefined
  : new StepFunctionsFanOut({ stateMachineArn, above: requiredInteger(Env.FAN_OUT_ABOVE), model, open });

const worker = handlerFunction === ''
  ? new IngestFiles({ ...recordPorts, open, fanOut, rowsOf: (bytes, file) => openRows(bytes, file, model) }, rules)
  : workerOfUsers();

/** How much of an invocation's time is for work: after rows are read others are still on their way, but one answer is all there is. */
export const timeForWork = (milliseconds: number) => (
  milliseconds - (handlerFunction === '' ? Math.min(20_000, milliseconds / 5) : Math.min(10_000, milliseconds / 2))
);

export const processUpload = new ProcessUpload({ ...ports, worker, fanOut });
export const takeArrival = new TakeArrival(ports, processUpload, { queuesJobs: required(Env.QUEUES_JOBS) === 'true' });
export const sweep = (askedFor: Date, stopAt: Date) => sweepOverdue({ ...ports, fanOut }, askedFor, stopAt);
