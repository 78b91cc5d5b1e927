import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IngestQueueConfig } from '../../ingest/ingest-queue';
import { QueryTableConfig } from '../../storage/query-table';
import { DEADLINE_INDEX, REJECT_SEGMENTS_PREFIX, REJECTS_PREFIX, UPLOADS_PREFIX } from '../contract';
import { grantDeleteUnder, grantFindOut, grantGetUnder, grantPutUnder, grantSend, grantTable } from '../grants';
import { suppressPrefixes, suppressPrefixWildcards } from '../nag-suppressions';

export interface ProcessorResources {
  readonly bucket: s3.IBucket;
  readonly statusTable: dynamodb.ITable;
  readonly queryTable: QueryTableConfig;
}

/** May call the function, by the very ARN that it is called by: an alias or a version, and no other. */
export function grantInvoke(handler: lambda.IFunction, processor: lambda.IFunction): void {
  iam.Grant.addToPrincipal({ grantee: processor, actions: ['lambda:InvokeFunction'], resourceArns: [handler.functionArn] });
}

/**
 * A function that works on files may read them, and nothing else. The policy is the pipeline's: one in the function's own stack
 * would need the bucket, whose stack needs the function.
 */
export function grantReadFiles(scope: Construct, role: iam.IRole, bucket: s3.IBucket): void {
  const policy = new iam.Policy(scope, 'HandlerPolicy', { roles: [role] });
  grantGetUnder(bucket, policy, UPLOADS_PREFIX);
  suppressPrefixes(policy, 'The function reads every file that arrives; their keys are not known before.', UPLOADS_PREFIX);
}

/**
 * What our own processor does besides its work: it keeps rejected rows in segments, deletes what expired, and hands uploads on
 * whose files are all there.
 */
export function grantCoordination(
  processor: lambda.IFunction, { bucket, queue }: ProcessorResources & { readonly queue: IngestQueueConfig },
): void {
  grantSegments(processor, bucket);
  grantDeleteUnder(bucket, processor, UPLOADS_PREFIX, 's3:AbortMultipartUpload');
  grantSend(queue.queue, processor);
}

/** What turning files into records takes of any processor, call by call, and what else it does with the status table. */
export function grantWork(
  processor: lambda.IFunction, { bucket, statusTable, queryTable }: ProcessorResources, ...statusActions: string[]
): void {
  grantFiles(processor, bucket);
  grantTable(statusTable, processor, ['dynamodb:GetItem', 'dynamodb:PutItem', ...statusActions], [DEADLINE_INDEX]);
  grantTable(queryTable.table, processor, ['dynamodb:BatchWriteItem', 'dynamodb:GetItem']);
}

/** What turning ranges of files into records takes, call by call. */
export function grantRanges(worker: lambda.IFunction, { bucket, statusTable, queryTable }: ProcessorResources): void {
  grantFiles(worker, bucket);
  grantSegments(worker, bucket);
  grantTable(statusTable, worker, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  grantTable(queryTable.table, worker, ['dynamodb:BatchWriteItem']);
}

/** May read files, also find out that one is gone, and write rejected rows. */
function grantFiles(fn: lambda.IFunction, bucket: s3.IBucket): void {
  grantGetUnder(bucket, fn, UPLOADS_PREFIX);
  grantPutUnder(bucket, fn, REJECTS_PREFIX, 's3:AbortMultipartUpload');
  grantFindOut(bucket, fn);
  suppressPrefixWildcards(fn, 'The function reads files that arrived and writes their rejected rows; their keys are not known before.',
    UPLOADS_PREFIX, REJECTS_PREFIX);
}

/** May put segments of rejected rows together, and take back what an attempt before has left. */
function grantSegments(fn: lambda.IFunction, bucket: s3.IBucket): void {
  grantGetUnder(bucket, fn, REJECT_SEGMENTS_PREFIX);
  grantDeleteUnder(bucket, fn, REJECTS_PREFIX);
  suppressPrefixWildcards(fn, 'The function puts segments of rejected rows together; their keys are not known before.', REJECT_SEGMENTS_PREFIX);
}
