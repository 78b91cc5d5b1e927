import { RowTransform } from '../../ingest/row-transform';
import { Env, ROWS_NODE_OPTIONS } from '../contract';
import { numberText, secondsText } from '../functions/environment';
import { ProcessorResources } from './processor-permissions';

/** What every function is told that turns rows into records. */
export function rowsEnvironment({ bucket, statusTable, queryTable }: ProcessorResources, transform?: RowTransform): Record<string, string> {
  return {
    [Env.BUCKET]: bucket.bucketName,
    [Env.STATUS_TABLE]: statusTable.tableName,
    [Env.QUERY_TABLE]: queryTable.table.tableName,
    [Env.QUERY_PARTITION_KEY]: queryTable.partitionKeyName,
    [Env.QUERY_SORT_KEY]: queryTable.sortKeyName,
    [Env.QUERY_SHARDS]: numberText(queryTable.shards),
    [Env.RECORD_RETENTION_SECONDS]: queryTable.recordRetention ? secondsText(queryTable.recordRetention) : '0',
    [Env.NODE_OPTIONS]: ROWS_NODE_OPTIONS,
    ...transform?._environment(),
  };
}
