import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Env, OPENAPI_FILE, RECORD_MODEL_FILE, RecordModel } from '../../src/private/contract';
import { LightDynamoDb } from '../adapters/aws/dynamodb';
import { required, requiredInteger } from '../adapters/environment';
import { S3ObjectLookup } from '../adapters/s3/s3-object-lookup';
import { S3UploadSigner } from '../adapters/s3/s3-upload-signer';
import { RecordTable } from '../adapters/tables/record-table';
import { StatusTable } from '../adapters/tables/status-table';
import { GetRejects } from '../application/uploads/get-rejects';
import { documentRoute } from './http/document-route';
import { queryRoutes } from './http/query-routes';
import { httpHandler } from './http/router';
import { besideTheCode, callersOfEnvironment, telemetryOfEnvironment } from './http/wiring';
import { withTracing } from './tracing/with-tracing';

const { logger, options } = telemetryOfEnvironment();
const client = new LightDynamoDb();
const recentIndex = required(Env.QUERY_RECENT_INDEX);
const urlExpirySeconds = requiredInteger(Env.URL_EXPIRY_SECONDS);
const bucketName = required(Env.BUCKET);
const uploads = new StatusTable(client, required(Env.STATUS_TABLE));

const routes = queryRoutes({
  callerOf: callersOfEnvironment(),
  uploads,
  records: new RecordTable(client, {
    tableName: required(Env.QUERY_TABLE),
    partitionKey: required(Env.QUERY_PARTITION_KEY),
    sortKey: required(Env.QUERY_SORT_KEY),
    recentIndex: recentIndex === '' ? null : { name: recentIndex, shards: requiredInteger(Env.QUERY_SHARDS) },
  }),
  getRejects: new GetRejects({
    store: uploads,
    objects: new S3ObjectLookup(bucketName),
    signer: new S3UploadSigner({ bucketName, expirySeconds: urlExpirySeconds }),
    now: () => new Date(),
  }, urlExpirySeconds),
  model: besideTheCode<RecordModel>(RECORD_MODEL_FILE),
  pageSize: requiredInteger(Env.DEFAULT_PAGE_SIZE),
});

const documents = documentRoute(() => readFileSync(join(__dirname, OPENAPI_FILE), 'utf8'));

/** Answers questions about uploads and records. */
export const handler = withTracing(httpHandler({ ...routes, ...documents }, logger, options));
