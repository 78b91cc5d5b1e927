import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface PipelineTableProps {
  readonly partitionKey: dynamodb.Attribute;
  readonly sortKey?: dynamodb.Attribute;
  /** With all attributes. */
  readonly indexes: dynamodb.GlobalSecondaryIndexProps[];
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly maxReadRequestUnits?: number;
  readonly maxWriteRequestUnits?: number;
  readonly warmThroughput?: dynamodb.WarmThroughput;
  /** Name of the attribute that says when an item may go. */
  readonly timeToLiveAttribute?: string;
}

export const stringKey = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

/**
 * A table on demand, encrypted, with point-in-time recovery. Not `TableV2`: it takes no key of the user's in a stack whose region
 * is not known at synth.
 */
export class PipelineTable extends dynamodb.Table {
  public constructor(scope: Construct, id: string, props: PipelineTableProps) {
    const { maxReadRequestUnits, maxWriteRequestUnits, warmThroughput } = props;
    // An index that is slower than its table holds the table back.
    const throughput = { maxReadRequestUnits, maxWriteRequestUnits, warmThroughput };
    super(scope, id, {
      ...throughput,
      partitionKey: props.partitionKey,
      sortKey: props.sortKey,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // Without a key of the user's DynamoDB encrypts with one that it owns: free, and always on.
      encryption: props.encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : undefined,
      encryptionKey: props.encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      timeToLiveAttribute: props.timeToLiveAttribute,
    });
    for (const index of props.indexes) this.addGlobalSecondaryIndex({ ...throughput, ...index });
  }
}
