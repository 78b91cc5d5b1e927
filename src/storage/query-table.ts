import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { Attribute, EXPIRY_ATTRIBUTE, INDEX_PREFIX, RECENT_INDEX } from '../private/contract';
import { PipelineTable, stringKey } from '../private/storage/pipeline-table';
import { hasRecentIndex } from '../private/storage/query-indexes';
import { invalid, validateDuration, validateInteger, validateRequestUnits } from '../private/validation';
import { warn } from '../private/warnings';
import { RecentIndex } from './recent-index';

/** What the pipeline tells the query table. */
export interface QueryTableBindOptions {
  /** Indexes over columns that the processor declares. */
  readonly indexes: dynamodb.GlobalSecondaryIndexProps[];
  /** Key for the data at rest. @default - a key that DynamoDB owns */
  readonly encryptionKey?: kms.IKey;
  /** What happens to the table when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** What the query table tells the pipeline. */
export interface QueryTableConfig {
  /** The table of the records. */
  readonly table: dynamodb.ITable;
  /** Name of the partition key attribute. */
  readonly partitionKeyName: string;
  /** Name of the sort key attribute. */
  readonly sortKeyName: string;
  /** Shards of the recent index; 0 when there is none. */
  readonly shards: number;
  /** How long records are kept from when their upload was complete. @default - for ever */
  readonly recordRetention?: Duration;
}

/** Properties of the table that the pipeline makes. */
export interface ManagedQueryTableProps {
  /**
   * How all records are listed, newest first.
   *
   * @default RecentIndex.sharded()
   */
  readonly recentIndex?: RecentIndex;

  /**
   * How long records are kept from when their upload was complete, at least a day.
   *
   * They are not shown after that, and DynamoDB deletes them (attribute `_ttl`) mostly within two days, without a charge.
   * A changed retention holds for the records of later uploads.
   *
   * @default - for ever
   */
  readonly recordRetention?: Duration;

  /**
   * Most read units a second of the table and each of its indexes, to cap the bill.
   *
   * @default - no limit of its own
   */
  readonly maxReadRequestUnits?: number;

  /**
   * Most write units a second of the table and each of its indexes, to cap the bill.
   *
   * @default - no limit of its own
   */
  readonly maxWriteRequestUnits?: number;

  /**
   * Reads and writes a second that the table and each of its indexes take at once, for planned bulk loads. Raising it
   * costs a fee, and it cannot be lowered. At least what a new table has. One shard of the recent
   * index takes 1,000 writes a second, so raise `RecentIndex.sharded` with it.
   *
   * @default - DynamoDB's own: 4,000 writes and 12,000 reads a second for a new table
   */
  readonly warmThroughput?: dynamodb.WarmThroughput;
}

/** Names in a table that the pipeline did not make. */
export interface ExistingQueryTableProps {
  /**
   * Name of the table's partition key attribute, a string.
   *
   * @default '_pk'
   */
  readonly partitionKeyName?: string;

  /**
   * Name of the table's sort key attribute, a string.
   *
   * @default '_sk'
   */
  readonly sortKeyName?: string;

  /**
   * Say `RecentIndex.sharded(n)` when the table has an index named `recent` with the string keys `_list` and `_pos`
   * and all attributes.
   *
   * @default RecentIndex.none()
   */
  readonly recentIndex?: RecentIndex;

  /**
   * How long records are kept from when their upload was complete, at least a day. They are not shown after that, and DynamoDB
   * deletes them if the table's time-to-live attribute is `_ttl`.
   *
   * @default - for ever
   */
  readonly recordRetention?: Duration;
}

/** The table of the records, which the API pages through. */
export abstract class QueryTable {
  /** A table of the pipeline's own: on demand, encrypted, with point-in-time recovery. */
  public static managed(props: ManagedQueryTableProps = {}): QueryTable {
    return new ManagedQueryTable(props);
  }

  /**
   * A table from elsewhere in the app, or imported by its name or ARN. Declared indexes must exist in it under their names.
   * With a tenancy they have the string `_ix_{indexName}` as partition key, and a tenant sees every item whose partition key begins
   * with `_t#{tenantId}#`: what others write to the table must not (warning `cdk-upload-ingest:sharedTableTenancy`).
   *
   * Permissions for the key of an encrypted table are granted when the table knows it: a table of this app, or one that was
   * imported with `Table.fromTableAttributes({ tableArn, encryptionKey })`. Otherwise they are yours to grant.
   */
  public static fromTable(table: dynamodb.ITable, props: ExistingQueryTableProps = {}): QueryTable {
    return new ExistingQueryTable(table, props);
  }

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: QueryTableBindOptions): QueryTableConfig;

  /** Whether others may write to it. @internal */
  public _mayBeShared(): boolean {
    return true;
  }
}

class ManagedQueryTable extends QueryTable {
  public constructor(private readonly props: ManagedQueryTableProps) {
    super();
    validateRequestUnits(props);
    validateRetention(props.recordRetention);
    validateWarmThroughput(props);
  }

  public bind(scope: Construct, options: QueryTableBindOptions): QueryTableConfig {
    const { shards } = this.props.recentIndex ?? RecentIndex.sharded();
    const recent = { indexName: RECENT_INDEX, partitionKey: stringKey(Attribute.LIST), sortKey: stringKey(Attribute.POSITION) };
    const indexes = [...(hasRecentIndex({ shards }) ? [recent] : []), ...options.indexes];
    validateIndexCount(indexes.length);
    const table = new PipelineTable(scope, 'QueryTable', {
      ...this.props,
      ...options,
      partitionKey: stringKey(Attribute.PARTITION_KEY),
      sortKey: stringKey(Attribute.SORT_KEY),
      indexes,
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
    });
    const { recordRetention } = this.props;
    return { table, partitionKeyName: Attribute.PARTITION_KEY, sortKeyName: Attribute.SORT_KEY, shards, recordRetention };
  }

  public _mayBeShared(): boolean {
    return false;
  }
}

class ExistingQueryTable extends QueryTable {
  public constructor(private readonly table: dynamodb.ITable, private readonly props: ExistingQueryTableProps) {
    super();
    validateRetention(props.recordRetention);
  }

  public bind(scope: Construct, options: QueryTableBindOptions): QueryTableConfig {
    const { partitionKeyName = Attribute.PARTITION_KEY, sortKeyName = Attribute.SORT_KEY } = this.props;
    validateKeyName('partitionKeyName', partitionKeyName);
    validateKeyName('sortKeyName', sortKeyName);
    if (partitionKeyName === sortKeyName) {
      invalid('SAME_KEYS', `'sortKeyName' of the query table must differ from 'partitionKeyName', got '${sortKeyName}' for both`);
    }
    const { shards } = this.props.recentIndex ?? RecentIndex.none();
    const expected = [...(hasRecentIndex({ shards }) ? [RECENT_INDEX] : []), ...options.indexes.map((index) => index.indexName)];
    if (expected.length > 0) {
      warn(scope, 'queryTableIndexes', `The query table is not ours: it must have the indexes ${expected.join(', ')}, with all attributes`);
    }
    return { table: this.table, partitionKeyName, sortKeyName, shards, recordRetention: this.props.recordRetention };
  }
}

function validateKeyName(property: string, name: string): void {
  const taken: string[] = [Attribute.LIST, Attribute.POSITION, EXPIRY_ATTRIBUTE];
  if (name === '' || taken.includes(name) || name.startsWith(INDEX_PREFIX)) {
    invalid('INVALID_KEY_NAME', `'${property}' of the query table must be the name of an attribute, and not ${taken.join(' or ')} or one that begins with ${INDEX_PREFIX}, got '${name}'`);
  }
}

/** DynamoDB takes days to delete what has expired, so that less than one means nothing. */
function validateRetention(retention: Duration | undefined): void {
  validateDuration('recordRetention', retention, Duration.days(1), Duration.days(36_500));
}

/** DynamoDB Developer Guide, "Service quotas": global secondary indexes of a table, by default. */
const MAX_INDEXES = 20;

function validateIndexCount(count: number): void {
  if (count > MAX_INDEXES) {
    invalid('TOO_MANY_INDEXES', `'indexes' must be at most ${MAX_INDEXES} together with the recent index, which is what DynamoDB gives to a table, got ${count}`);
  }
}

/** DynamoDB Developer Guide, "Understanding DynamoDB warm throughput": it can only be raised, and this is where a table starts. */
const ON_DEMAND_START = { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 };

function validateWarmThroughput({ warmThroughput }: ManagedQueryTableProps): void {
  const { readUnitsPerSecond, writeUnitsPerSecond } = warmThroughput ?? {};
  validateInteger('readUnitsPerSecond', readUnitsPerSecond, ON_DEMAND_START.readUnitsPerSecond, Number.MAX_SAFE_INTEGER);
  validateInteger('writeUnitsPerSecond', writeUnitsPerSecond, ON_DEMAND_START.writeUnitsPerSecond, Number.MAX_SAFE_INTEGER);
}
