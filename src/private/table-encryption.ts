import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';

/** The user's key, or the one that DynamoDB owns (free, and always on). */
export function tableEncryption(key: IKey | undefined): TableEncryptionV2 {
  return key ? TableEncryptionV2.customerManagedKey(key) : TableEncryptionV2.dynamoOwnedKey();
}
