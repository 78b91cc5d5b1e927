import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { Env, RECORD_MODEL_FILE, RecordModel } from '../../../src/private/contract';
import { LightDynamoDb } from '../../adapters/aws/dynamodb';
import { LightSqs } from '../../adapters/aws/sqs';
import { required, requiredInteger, requiredList } from '../../adapters/environment';
import { RecordSender } from '../../adapters/record-sender';
import { openFile } from '../../adapters/s3-file';
import { S3ObjectStore } from '../../adapters/s3-object-store';
import { S3RejectFile } from '../../adapters/s3-reject-file';
import { SqsJobQueue } from '../../adapters/sqs-job-queue';
import { WorkTable } from '../../adapters/work-table';
import { BatchWriter } from '../../application/batch-writer';
import { IngestFiles } from '../../application/ingest-files';
import { ProcessUpload } from '../../application/process-upload';
import { sweepOverdue } from '../../application/sweep-overdue';
import { TakeArrival } from '../../application/take-arrival';

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

const worker = new IngestFiles({
  objects: ports.objects,
  open: (key, etag) => openFile(s3, bucket, key, etag),
  newWriter: () => new BatchWriter({ send: (items) => records.send(items), sleep, random: Math.random }),
  storedPosition: (item) => records.storedPosition(item),
  newRejectSink: (key) => new S3RejectFile(s3, bucket, key),
}, {
  // Beside the bundle.
  model: JSON.parse(readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8')) as RecordModel,
  keyNames,
  shards: requiredInteger(Env.QUERY_SHARDS),
  retentionSeconds: requiredInteger(Env.RECORD_RETENTION_SECONDS),
  maxFileSize: requiredInteger(Env.MAX_FILE_SIZE),
  contentTypes: requiredList(Env.CONTENT_TYPES),
});

export const processUpload = new ProcessUpload({ ...ports, worker });
export const takeArrival = new TakeArrival(ports, processUpload, { queuesJobs: required(Env.QUEUES_JOBS) === 'true' });
export const sweep = (askedFor: Date) => sweepOverdue(ports, askedFor);
