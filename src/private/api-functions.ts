import { Duration, Size } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Env, RECENT_INDEX, RecordModel, UPLOADS_PREFIX } from './contract';
import { bytesText, listText, numberText, secondsText } from './environment';
import { functionCode, functionCodeWithModel } from './function-code';
import { grantPutUnder, grantTable } from './grants';
import { suppressPrefixWildcards } from './nag-suppressions';
import { PipelineFunction } from './pipeline-function';
import { hasRecentIndex, indexNames } from './query-indexes';
import { QueryTableConfig } from '../storage/query-table';

export interface UploadFunctionProps {
  readonly bucket: s3.IBucket;
  readonly statusTable: dynamodb.ITable;
  readonly maxFileSize: Size;
  readonly contentTypes: string[];
  readonly urlExpiry: Duration;
  readonly serviceName: string;
  readonly logRetention?: logs.RetentionDays;
}

/** A file on its way when its URL expires may still arrive for a day, then the upload expires. */
const ARRIVAL_GRACE = Duration.days(1);

/** The function that starts uploads: it may sign for the bucket and create uploads, and read nothing. */
export function uploadFunction(scope: Construct, props: UploadFunctionProps): lambda.Function {
  const fn = new PipelineFunction(scope, 'UploadApi', {
    code: functionCode('upload-api'),
    description: 'Starts uploads and signs their URLs',
    serviceName: props.serviceName,
    memorySize: 512,
    timeout: Duration.seconds(10),
    logRetention: props.logRetention,
    environment: {
      [Env.BUCKET]: props.bucket.bucketName,
      [Env.STATUS_TABLE]: props.statusTable.tableName,
      [Env.MAX_FILE_SIZE]: bytesText(props.maxFileSize),
      [Env.CONTENT_TYPES]: listText(props.contentTypes),
      [Env.URL_EXPIRY_SECONDS]: secondsText(props.urlExpiry),
      [Env.ARRIVAL_GRACE_SECONDS]: secondsText(ARRIVAL_GRACE),
    },
  });
  grantPutUnder(props.bucket, fn, UPLOADS_PREFIX);
  suppressPrefixWildcards(fn, 'The function signs uploads of files whose keys are only known when they are announced.', UPLOADS_PREFIX);
  grantTable(props.statusTable, fn, ['dynamodb:PutItem']);
  return fn;
}

export interface QueryFunctionProps {
  readonly statusTable: dynamodb.ITable;
  readonly queryTable: QueryTableConfig;
  readonly recordModel: RecordModel;
  readonly pageSize: number;
  readonly serviceName: string;
  readonly logRetention?: logs.RetentionDays;
}

/** The function that answers questions about uploads and records: it may read the two tables, and write nothing. */
export function queryFunction(scope: Construct, props: QueryFunctionProps): lambda.Function {
  const { statusTable, queryTable, recordModel } = props;
  const fn = new PipelineFunction(scope, 'QueryApi', {
    code: functionCodeWithModel(scope, 'query-api', recordModel),
    description: 'Answers questions about uploads and records',
    serviceName: props.serviceName,
    memorySize: 512,
    timeout: Duration.seconds(29),
    logRetention: props.logRetention,
    environment: {
      [Env.STATUS_TABLE]: statusTable.tableName,
      [Env.QUERY_TABLE]: queryTable.table.tableName,
      [Env.QUERY_PARTITION_KEY]: queryTable.partitionKeyName,
      [Env.QUERY_SORT_KEY]: queryTable.sortKeyName,
      [Env.QUERY_RECENT_INDEX]: hasRecentIndex(queryTable) ? RECENT_INDEX : '',
      [Env.QUERY_SHARDS]: numberText(queryTable.shards),
      [Env.DEFAULT_PAGE_SIZE]: numberText(props.pageSize),
    },
  });
  grantTable(statusTable, fn, ['dynamodb:GetItem'], [RECENT_INDEX]);
  grantTable(queryTable.table, fn, ['dynamodb:GetItem', 'dynamodb:Query'], indexNames(queryTable, recordModel));
  return fn;
}
