import { randomUUID } from 'node:crypto';
import { Env, Metric, UPLOAD_MODEL_FILE, UploadModel } from '../../src/private/contract';
import { LightDynamoDb } from '../adapters/aws/dynamodb';
import { bucketEndpoint, urlOf } from '../adapters/aws/endpoint';
import { LightSqs } from '../adapters/aws/sqs';
import { keyPath } from '../adapters/aws/uri';
import { required, requiredInteger, requiredList } from '../adapters/environment';
import { S3ObjectStore } from '../adapters/s3/s3-object-store';
import { SqsJobQueue } from '../adapters/sqs-job-queue';
import { SessionTable } from '../adapters/tables/session-table';
import { StatusTable } from '../adapters/tables/status-table';
import { WorkTable } from '../adapters/tables/work-table';
import { AbortUpload } from '../application/uploads/abort-upload';
import { CollectFiles } from '../application/uploads/collect-files';
import { CompleteUpload } from '../application/uploads/complete-upload';
import { ListParts } from '../application/uploads/list-parts';
import { ReprocessUpload } from '../application/uploads/reprocess-upload';
import { UploadInline } from '../application/uploads/upload-inline';
import { completionRoutes } from './http/completion-routes';
import { idempotency } from './http/idempotency';
import { httpHandler } from './http/router';
import { uppyEndRoutes } from './http/uppy/uppy-functions';
import { besideTheCode, callersOfEnvironment, idempotencyBesideTheCode, rulesOfEnvironment, telemetryOfEnvironment } from './http/wiring';
import { withTracing } from './tracing/with-tracing';

/** Clients try again for minutes; whoever does after a day means something new. */
const ONE_DAY_SECONDS = 86_400;

const bucketName = required(Env.BUCKET);
const statusTable = required(Env.STATUS_TABLE);
const now = () => new Date();

const { logger, count, options } = telemetryOfEnvironment();
const callerOf = callersOfEnvironment();
const dynamodb = new LightDynamoDb();
const store = new StatusTable(dynamodb, statusTable);
const uploads = new WorkTable(dynamodb, statusTable, randomUUID);
const objects = new S3ObjectStore(bucketName);
const jobs = new SqsJobQueue(new LightSqs(), required(Env.JOB_QUEUE_URL));
const files = new CollectFiles(objects, { maxFileSize: requiredInteger(Env.MAX_FILE_SIZE), contentTypes: requiredList(Env.CONTENT_TYPES) });
const rules = rulesOfEnvironment({ maxFiles: 1, model: besideTheCode<UploadModel>(UPLOAD_MODEL_FILE) });

const completeUpload = new CompleteUpload({ uploads, files, objects, jobs, now });
const abortUpload = new AbortUpload({ uploads, objects, now, onAborted: () => count(Metric.UPLOADS_ABORTED) });

const routes = completionRoutes({
  callerOf,
  idempotent: idempotency({ open: () => idempotencyBesideTheCode(dynamodb, statusTable), callerOf, expiresAfterSeconds: ONE_DAY_SECONDS }),
  listParts: new ListParts({ store, objects }),
  completeUpload,
  abortUpload,
  uploadInline: new UploadInline({ store, uploads, objects, jobs, newId: randomUUID, now }, rules),
  reprocessUpload: new ReprocessUpload({ uploads, jobs, now }),
  onStarted: () => count(Metric.UPLOADS_STARTED),
});

const routesOfUppy = uppyEndRoutes({
  readCaller: callerOf,
  sessions: new SessionTable(dynamodb, statusTable, now),
  works: uploads,
  objects,
  rules,
  completeUpload,
  abortUpload,
  locationOf: (key) => urlOf(bucketEndpoint(bucketName)) + keyPath(key),
  bucketName,
  now,
});

/** Says what of an upload is there, takes it on, or gives it up. */
export const handler = withTracing(httpHandler({ ...routes, ...routesOfUppy }, logger, options));
