import { Lazy } from 'aws-cdk-lib';
import { CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * The user's key, or the one that DynamoDB owns (free, and always on).
 *
 * CDK's `customerManagedKey` refuses stacks whose region is not known at synth, though it is asked for replicas only. So
 * the table is told that it has a key, and `useKey` adds which.
 */
export function tableEncryption(key: IKey | undefined): TableEncryptionV2 {
  return key ? Object.assign(TableEncryptionV2.awsManagedKey(), { tableKey: key }) : TableEncryptionV2.dynamoOwnedKey();
}

/** Writes the key into the table's only replica: itself. */
export function useKey(table: TableV2, key: IKey | undefined): void {
  if (!key) return;
  const resource = table.node.defaultChild as CfnGlobalTable;
  const { replicas } = resource;
  resource.replicas = Lazy.uncachedAny({
    produce: (context) => (context.resolve(replicas) as CfnGlobalTable.ReplicaSpecificationProperty[])
      .map((replica) => ({ ...replica, sseSpecification: { kmsMasterKeyId: key.keyArn } })),
  });
}
