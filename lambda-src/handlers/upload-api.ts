import { randomUUID } from 'node:crypto';
import { Env, Metric, UPLOAD_MODEL_FILE, UploadModel } from '../../src/private/contract';
import { LightDynamoDb } from '../adapters/aws/dynamodb';
import { required, requiredInteger } from '../adapters/environment';
import { S3ObjectStore } from '../adapters/s3/s3-object-store';
import { S3UploadSigner } from '../adapters/s3/s3-upload-signer';
import { SessionTable } from '../adapters/tables/session-table';
import { StatusTable } from '../adapters/tables/status-table';
import { WorkTable } from '../adapters/tables/work-table';
import { SignParts } from '../application/uploads/sign-parts';
import { StartUpload } from '../application/uploads/start-upload';
import { idempotency } from './http/idempotency';
import { httpHandler } from './http/router';
import { uploadRoutes } from './http/upload-routes';
import { uppyStartRoutes } from './http/uppy/uppy-functions';
import { besideTheCode, callersOfEnvironment, idempotencyBesideTheCode, rulesOfEnvironment, telemetryOfEnvironment } from './http/wiring';
import { withTracing } from './tracing/with-tracing';

const urlExpirySeconds = requiredInteger(Env.URL_EXPIRY_SECONDS);
const bucketName = required(Env.BUCKET);
const statusTable = required(Env.STATUS_TABLE);
const now = () => new Date();

const { logger, count, options } = telemetryOfEnvironment();
const callerOf = callersOfEnvironment();
const dynamodb = new LightDynamoDb();
const store = new StatusTable(dynamodb, statusTable);
const objects = new S3ObjectStore(bucketName);
const signer = new S3UploadSigner({ bucketName, expirySeconds: urlExpirySeconds });
const rules = rulesOfEnvironment({ maxFiles: requiredInteger(Env.MAX_FILES), model: besideTheCode<UploadModel>(UPLOAD_MODEL_FILE) });

const times = {
  urlExpirySeconds,
  arrivalGraceSeconds: requiredInteger(Env.ARRIVAL_GRACE_SECONDS),
  uploadExpirySeconds: requiredInteger(Env.UPLOAD_EXPIRY_SECONDS),
};
const startUpload = new StartUpload({ store, signer, objects, newId: randomUUID, now }, rules, times);
const onStarted = () => count(Metric.UPLOADS_STARTED);

const routes = uploadRoutes({
  callerOf,
  // An answer is of use as long as the URLs in it are.
  idempotent: idempotency({
    open: () => idempotencyBesideTheCode(dynamodb, statusTable), callerOf, expiresAfterSeconds: urlExpirySeconds,
  }),
  startUpload,
  signParts: new SignParts({ store, signer, now }, urlExpirySeconds),
  onStarted,
});

const routesOfUppy = uppyStartRoutes({
  ...times,
  readCaller: callerOf,
  sessions: new SessionTable(dynamodb, statusTable, now),
  sessionExpirySeconds: requiredInteger(Env.SESSION_EXPIRY_SECONDS),
  works: new WorkTable(dynamodb, statusTable, randomUUID),
  uploads: store,
  objects,
  signer,
  startUpload,
  rules,
  bucketName,
  newId: randomUUID,
  now,
  onStarted,
  onAborted: () => count(Metric.UPLOADS_ABORTED),
});

/** Starts uploads, and signs for S3 what they are made of. */
export const handler = withTracing(httpHandler({ ...routes, ...routesOfUppy }, logger, options));
