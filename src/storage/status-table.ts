import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { Attribute, DEADLINE_INDEX, EXPIRY_ATTRIBUTE, RECENT_INDEX, StatusAttribute } from '../private/contract';
import { PipelineTable, stringKey } from '../private/storage/pipeline-table';
import { validateRequestUnits } from '../private/validation';
import { warn } from '../private/warnings';

/** What the pipeline tells the status table. */
export interface StatusTableBindOptions {
  /** Key for the data at rest. @default - a key that DynamoDB owns */
  readonly encryptionKey?: kms.IKey;
  /** What happens to the table when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** What the status table tells the pipeline. */
export interface StatusTableConfig {
  /** The table of the uploads. */
  readonly table: dynamodb.ITable;
}

/** Properties of the table that the pipeline makes. */
export interface ManagedStatusTableProps {
  /**
   * Most read units a second, to cap the bill.
   *
   * @default - no limit of its own
   */
  readonly maxReadRequestUnits?: number;

  /**
   * Most write units a second, to cap the bill. An upload takes about ten.
   *
   * @default - no limit of its own
   */
  readonly maxWriteRequestUnits?: number;
}

/** The table of the uploads: one item each, from the request to the last record. */
export abstract class StatusTable {
  /** A table of the pipeline's own: on demand, encrypted, with point-in-time recovery. */
  public static managed(props: ManagedStatusTableProps = {}): StatusTable {
    return new ManagedStatusTable(props);
  }

  /**
   * A table from elsewhere in the app, or imported by its name or ARN.
   *
   * Its partition key is the string `uploadId`, without a sort key. It has two indexes with all attributes:
   * `recent` with the string keys `_list` and `_pos`, and `deadline` with `deadlineShard` and `deadline`. Sessions and answers to
   * repeated requests are items of it too; let DynamoDB delete them by the time-to-live attribute `_ttl`, or they stay for ever.
   *
   * Permissions for the key of an encrypted table are granted when the table knows it: a table of this app, or one that was
   * imported with `Table.fromTableAttributes({ tableArn, encryptionKey })`. Otherwise they are yours to grant.
   */
  public static fromTable(table: dynamodb.ITable): StatusTable {
    return new ExistingStatusTable(table);
  }

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: StatusTableBindOptions): StatusTableConfig;
}

class ManagedStatusTable extends StatusTable {
  public constructor(private readonly props: ManagedStatusTableProps) {
    super();
    validateRequestUnits(props);
  }

  public bind(scope: Construct, options: StatusTableBindOptions): StatusTableConfig {
    const table = new PipelineTable(scope, 'StatusTable', {
      ...this.props,
      ...options,
      partitionKey: stringKey(StatusAttribute.UPLOAD_ID),
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      indexes: [
        { indexName: RECENT_INDEX, partitionKey: stringKey(Attribute.LIST), sortKey: stringKey(Attribute.POSITION) },
        {
          indexName: DEADLINE_INDEX,
          partitionKey: stringKey(StatusAttribute.DEADLINE_SHARD),
          sortKey: stringKey(StatusAttribute.DEADLINE),
        },
      ],
    });
    return { table };
  }
}

class ExistingStatusTable extends StatusTable {
  public constructor(private readonly table: dynamodb.ITable) {
    super();
  }

  public bind(scope: Construct, _options: StatusTableBindOptions): StatusTableConfig {
    warn(scope, 'statusTableIndexes',
      `The status table is not ours: it must have the indexes ${RECENT_INDEX} and ${DEADLINE_INDEX}, see StatusTable.fromTable`);
    return { table: this.table };
  }
}
