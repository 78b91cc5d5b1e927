import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { rowTransformOf } from './row-transform';
import { Env, RECORD_MODEL_FILE, RecordModel } from '../../../src/private/contract';
import { LightDynamoDb } from '../../adapters/aws/dynamodb';
import { required, requiredInteger } from '../../adapters/environment';
import { RangeTable } from '../../adapters/range-table';
import { RecordSender } from '../../adapters/record-sender';
import { dialectOf } from '../../adapters/rows/file-dialect';
import { openRows } from '../../adapters/rows/open-rows';
import { pickFormat } from '../../adapters/rows/pick-format';
import { openObject } from '../../adapters/s3-object-bytes';
import { S3RejectStore } from '../../adapters/s3-reject-store';
import { WorkTable } from '../../adapters/work-table';
import { FinishUpload } from '../../application/fan-out/finish-upload';
import { IngestRange, IngestRangePorts } from '../../application/fan-out/ingest-range';
import { PlanPorts, PlanRanges } from '../../application/fan-out/plan-ranges';
import { SurveyPorts, SurveyRange } from '../../application/fan-out/survey-range';
import { RecordWriter } from '../../application/record-writer';
import { SendWindow } from '../../application/send-window';
import { modelHash } from '../../domain/checkpoint';
import { headerRows } from '../../domain/fan-out/file-dialect';

const bucket = required(Env.BUCKET);
const statusTable = required(Env.STATUS_TABLE);
const keyNames = { partitionKey: required(Env.QUERY_PARTITION_KEY), sortKey: required(Env.QUERY_SORT_KEY) };

// Beside the bundle.
const modelText = readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8');
const model = JSON.parse(modelText) as RecordModel;

const now = () => new Date();
const sleep = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });
const newId = () => crypto.randomUUID();
const dynamodb = new LightDynamoDb();
const ranges = new RangeTable(dynamodb, statusTable, { newId, now });
const records = new RecordSender(required(Env.QUERY_TABLE), keyNames);
const window = new SendWindow({ now: () => performance.now(), sleep, random: Math.random });

/** One range after the other is worked on in one function; no two rows of an upload that is fanned out depend on each other. */
const ports: SurveyPorts & PlanPorts & IngestRangePorts = {
  ranges,
  now,
  uploads: new WorkTable(dynamodb, statusTable, newId),
  open: (key, etag) => openObject(bucket, key, etag),
  dialectOf: (file, bytes) => dialectOf(pickFormat(model, file), bytes),
  headerRowsOf: (file) => headerRows(pickFormat(model, file)),
  rowsOf: (bytes, file) => openRows(bytes, file, model),
  newWriter: () => new RecordWriter({ send: (batch) => records.send(batch), window, sleep }),
  rejects: new S3RejectStore(new S3Client({ responseChecksumValidation: 'WHEN_REQUIRED' }), bucket),
  addProgress: (fanOut, progress) => ranges.addProgress(fanOut, progress),
  newTransform: rowTransformOf(model),
  sleep,
};
const rules = {
  model,
  modelHash: modelHash(modelText),
  keyNames,
  shards: requiredInteger(Env.QUERY_SHARDS),
  retentionSeconds: requiredInteger(Env.RECORD_RETENTION_SECONDS),
};

export const uploadPorts = ports;
export const surveyRange = new SurveyRange(ports, rules.modelHash);
export const planRanges = new PlanRanges(ports, model.maxRows);
export const ingestRange = new IngestRange(ports, rules);
export const finishUpload = new FinishUpload(ports, model.rejects);
