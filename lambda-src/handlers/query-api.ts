import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { Env, OPENAPI_FILE, RECORD_MODEL_FILE, RecordModel } from '../../src/private/contract';
import { LightDynamoDb } from '../adapters/aws/dynamodb';
import { required, requiredInteger } from '../adapters/environment';
import { RecordTable } from '../adapters/record-table';
import { StatusTable } from '../adapters/status-table';
import { documentRoute } from './http/document-route';
import { queryRoutes } from './http/query-routes';
import { httpHandler } from './http/router';

const client = new LightDynamoDb();
const recentIndex = required(Env.QUERY_RECENT_INDEX);

const routes = queryRoutes({
  uploads: new StatusTable(client, required(Env.STATUS_TABLE)),
  records: new RecordTable(client, {
    tableName: required(Env.QUERY_TABLE),
    partitionKey: required(Env.QUERY_PARTITION_KEY),
    sortKey: required(Env.QUERY_SORT_KEY),
    recentIndex: recentIndex === '' ? null : { name: recentIndex, shards: requiredInteger(Env.QUERY_SHARDS) },
  }),
  model: JSON.parse(readFileSync(join(__dirname, RECORD_MODEL_FILE), 'utf8')) as RecordModel,
  pageSize: requiredInteger(Env.DEFAULT_PAGE_SIZE),
});

const documents = documentRoute(() => readFileSync(join(__dirname, OPENAPI_FILE), 'utf8'));

/** Answers questions about uploads and records. */
export const handler = httpHandler({ ...routes, ...documents }, new Logger());
