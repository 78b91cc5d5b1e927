import { Duration, Size } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QueryTableConfig } from '../../storage/query-table';
import {
  Env, RECENT_INDEX, RECORD_MODEL_FILE, RecordModel, REJECTS_PREFIX, TenancyModel, UPLOAD_MODEL_FILE, UploadModel, UPLOADS_PREFIX,
} from '../contract';
import { bytesText, listText, numberText, secondsText } from '../functions/environment';
import { functionCodeWithFiles } from '../functions/function-code';
import { PipelineFunction } from '../functions/pipeline-function';
import { grantDeleteUnder, grantFindOut, grantGetUnder, grantPutUnder, grantSend, grantTable } from '../grants';
import { suppressPrefixWildcards } from '../nag-suppressions';
import { hasRecentIndex, indexNames } from '../storage/query-indexes';

/** Everything that the functions behind an API are told. */
export interface ApiFunctionsProps {
  readonly bucket: s3.IBucket;
  readonly jobQueue: sqs.IQueue;
  readonly statusTable: dynamodb.ITable;
  readonly queryTable: QueryTableConfig;
  readonly recordModel: RecordModel;
  readonly uploadModel: UploadModel;
  readonly tenancy: TenancyModel;
  readonly maxFileSize: Size;
  readonly maxFiles: number;
  readonly contentTypes: string[];
  readonly fileNamePattern?: string;
  readonly urlExpiry: Duration;
  readonly uploadExpiry: Duration;
  readonly sessionExpiry: Duration;
  readonly pageSize: number;
  readonly serviceName: string;
  readonly logRetention?: logs.RetentionDays;
  readonly tracing?: lambda.Tracing;
  /** Origins that the functions themselves have to allow. */
  readonly corsOrigins?: string[];
}

/** A file on its way when its URL expires may still arrive for a day, then the upload expires. */
const ARRIVAL_GRACE = Duration.days(1);

const NAMES_COME_LATER = 'The function works on files of uploads, whose keys are only known when they are announced.';

/** API Gateway waits no longer; a function that ends before could not say why. */
const GATEWAY_PATIENCE = Duration.seconds(29);

/** The function that starts uploads: it may sign for the bucket, begin multipart uploads and create uploads. */
export function uploadFunction(scope: Construct, props: ApiFunctionsProps): lambda.Function {
  const fn = new PipelineFunction(scope, 'UploadApi', {
    ...common(props),
    code: functionCodeWithFiles(scope, 'upload-api', { [UPLOAD_MODEL_FILE]: props.uploadModel }),
    description: 'Starts uploads and signs their URLs',
    timeout: GATEWAY_PATIENCE,
    environment: {
      ...environmentOfAll(props),
      ...environmentOfUploads(props),
      [Env.MAX_FILES]: numberText(props.maxFiles),
      [Env.URL_EXPIRY_SECONDS]: secondsText(props.urlExpiry),
      [Env.UPLOAD_EXPIRY_SECONDS]: secondsText(props.uploadExpiry),
      [Env.SESSION_EXPIRY_SECONDS]: secondsText(props.sessionExpiry),
    },
  });
  grantPutUnder(props.bucket, fn, UPLOADS_PREFIX, 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts');
  suppressPrefixWildcards(fn, NAMES_COME_LATER, UPLOADS_PREFIX);
  grantTable(props.statusTable, fn, STATUS_CALLS);
  return fn;
}

/** The function that ends uploads: it may put together, look at and delete their files, and send jobs. */
export function completionFunction(scope: Construct, props: ApiFunctionsProps): lambda.Function {
  const fn = new PipelineFunction(scope, 'CompletionApi', {
    ...common(props),
    code: functionCodeWithFiles(scope, 'completion-api', { [UPLOAD_MODEL_FILE]: props.uploadModel }),
    description: 'Completes, aborts and restarts uploads',
    timeout: GATEWAY_PATIENCE,
    environment: {
      ...environmentOfAll(props),
      ...environmentOfUploads(props),
      [Env.JOB_QUEUE_URL]: props.jobQueue.queueUrl,
    },
  });
  grantPutUnder(props.bucket, fn, UPLOADS_PREFIX, 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts');
  grantGetUnder(props.bucket, fn, UPLOADS_PREFIX);
  grantDeleteUnder(props.bucket, fn, UPLOADS_PREFIX);
  grantFindOut(props.bucket, fn);
  suppressPrefixWildcards(fn, NAMES_COME_LATER, UPLOADS_PREFIX);
  grantTable(props.statusTable, fn, STATUS_CALLS);
  grantSend(props.jobQueue, fn);
  return fn;
}

/** The function that answers questions about uploads and records: it may read, and write nothing. */
export function queryFunction(scope: Construct, props: ApiFunctionsProps): lambda.Function {
  const { statusTable, queryTable, recordModel } = props;
  const fn = new PipelineFunction(scope, 'QueryApi', {
    ...common(props),
    code: functionCodeWithFiles(scope, 'query-api', { [RECORD_MODEL_FILE]: recordModel }),
    description: 'Answers questions about uploads and records',
    timeout: GATEWAY_PATIENCE,
    environment: {
      ...environmentOfAll(props),
      [Env.QUERY_TABLE]: queryTable.table.tableName,
      [Env.QUERY_PARTITION_KEY]: queryTable.partitionKeyName,
      [Env.QUERY_SORT_KEY]: queryTable.sortKeyName,
      [Env.QUERY_RECENT_INDEX]: hasRecentIndex(queryTable) ? RECENT_INDEX : '',
      [Env.QUERY_SHARDS]: numberText(queryTable.shards),
      [Env.DEFAULT_PAGE_SIZE]: numberText(props.pageSize),
      [Env.URL_EXPIRY_SECONDS]: secondsText(props.urlExpiry),
    },
  });
  grantGetUnder(props.bucket, fn, REJECTS_PREFIX);
  grantFindOut(props.bucket, fn);
  suppressPrefixWildcards(fn, 'The function signs URLs of rejected rows, whose keys are not known before.', REJECTS_PREFIX);
  grantTable(statusTable, fn, ['dynamodb:GetItem'], [RECENT_INDEX]);
  grantTable(queryTable.table, fn, ['dynamodb:GetItem', 'dynamodb:Query'], indexNames(queryTable, recordModel));
  return fn;
}

/** Uploads and sessions are read and written as a whole; idempotency keys are changed and taken back. */
const STATUS_CALLS = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

function common({ serviceName, logRetention, tracing }: ApiFunctionsProps) {
  return { serviceName, logRetention, tracing, memorySize: 512 };
}

function environmentOfAll(props: ApiFunctionsProps): Record<string, string> {
  return {
    [Env.BUCKET]: props.bucket.bucketName,
    [Env.STATUS_TABLE]: props.statusTable.tableName,
    [Env.TENANCY]: JSON.stringify(props.tenancy),
    ...(props.corsOrigins && { [Env.CORS_ORIGINS]: listText(props.corsOrigins) }),
  };
}

/** What an upload may be. */
function environmentOfUploads(props: ApiFunctionsProps): Record<string, string> {
  return {
    [Env.MAX_FILE_SIZE]: bytesText(props.maxFileSize),
    [Env.CONTENT_TYPES]: listText(props.contentTypes),
    [Env.FILE_NAME_PATTERN]: props.fileNamePattern ?? '',
    [Env.ARRIVAL_GRACE_SECONDS]: secondsText(ARRIVAL_GRACE),
  };
}
