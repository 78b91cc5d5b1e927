import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { Env, RECORD_MODEL_FILE, RecordModel } from '../../../src/private/contract';
import { LightDynamoDb } from '../../adapters/aws/dynamodb';
import { required, requiredInteger } from '../../adapters/environment';
import { openRows } from '../../adapters/rows/open-rows';
import { openObject } from '../../adapters/s3/s3-object-bytes';
import { S3RejectStore } from '../../adapters/s3/s3-reject-store';
import { RecordSender } from '../../adapters/tables/record-sender';
import { WorkTable } from '../../adapters/tables/work-table';
import { IngestRangePorts } from '../../application/fan-out/ingest-range';
import { IngestFilesPorts } from '../../application/ingest/ingest-files';
import { RecordWriter } from '../../application/sending/record-writer';
import { SendWindow } from '../../application/sending/send-window';
import { modelHash } from '../../domain/uploads/checkpoint';
import { rowTransformOf } from './row-transform';

export const bucket = required(Env.BUCKET);
export const statusTable = required(Env.STATUS_TABLE);
const keyNames = { partitionKey: required(Env.QUERY_PARTITION_KEY), sortKey: required(Env.QUERY_SORT_KEY) };

// Beside the bundle.
const modelText = readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8');
const model = JSON.parse(modelText) as RecordModel;

export const dynamodb = new LightDynamoDb();
export const records = new RecordSender(required(Env.QUERY_TABLE), keyNames);
export const newId = () => crypto.randomUUID();
const sleep = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });
/** One for all uploads: they share the table. */
const window = new SendWindow({ now: () => performance.now(), sleep, random: Math.random });

/** What is worked with wherever rows become records: one function may have all files of an upload, or one range of a file. */
export const ingestPorts = {
  uploads: new WorkTable(dynamodb, statusTable, newId),
  open: (key, etag) => openObject(bucket, key, etag),
  rowsOf: (bytes, file) => openRows(bytes, file, model),
  newTransform: rowTransformOf(model, { newId, sleep }),
  newWriter: () => new RecordWriter({ send: (batch) => records.send(batch), window, sleep }),
  rejects: new S3RejectStore(new S3Client({ responseChecksumValidation: 'WHEN_REQUIRED' }), bucket),
  now: () => new Date(),
  sleep,
} satisfies Partial<IngestFilesPorts & IngestRangePorts>;

export const ingestRules = {
  model,
  modelHash: modelHash(modelText),
  keyNames,
  shards: requiredInteger(Env.QUERY_SHARDS),
  retentionSeconds: requiredInteger(Env.RECORD_RETENTION_SECONDS),
};
