import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DEADLINE_INDEX, REJECTS_PREFIX, UPLOADS_PREFIX } from './contract';
import { grantFindOut, grantGetUnder, grantPutUnder, grantTable } from './grants';
import { suppressPrefixWildcards } from './nag-suppressions';
import { QueryTableConfig } from '../storage/query-table';

export interface ProcessorResources {
  readonly bucket: s3.IBucket;
  readonly statusTable: dynamodb.ITable;
  readonly queryTable: QueryTableConfig;
}

/** What turning files into records takes, call by call, and what else the processor does with the status table. */
export function grantWork(
  processor: lambda.IFunction, { bucket, statusTable, queryTable }: ProcessorResources, ...statusActions: string[]
): void {
  grantGetUnder(bucket, processor, UPLOADS_PREFIX);
  grantPutUnder(bucket, processor, REJECTS_PREFIX, 's3:AbortMultipartUpload');
  grantFindOut(bucket, processor);
  suppressPrefixWildcards(processor, 'The processor reads every file that arrives and writes its rejected rows; their keys are not known before.',
    UPLOADS_PREFIX, REJECTS_PREFIX);
  grantTable(statusTable, processor, ['dynamodb:GetItem', 'dynamodb:PutItem', ...statusActions], [DEADLINE_INDEX]);
  grantTable(queryTable.table, processor, ['dynamodb:BatchWriteItem', 'dynamodb:GetItem']);
}
