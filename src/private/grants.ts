import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';

/**
 * What DynamoDB does with a customer managed key on behalf of its caller (Developer Guide, "Encryption at rest"),
 * each action by its name: the key's own `grantXxx` would give `kms:GenerateDataKey*` and `kms:ReEncrypt*`.
 */
const TABLE_READ_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey'];
const TABLE_WRITE_KEY_ACTIONS = [
  ...TABLE_READ_KEY_ACTIONS, 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

/**
 * Permissions for exactly the calls that a function makes. The table's own `grantXxx` would give every index
 * (`index/*`) to a table of ours and none to an imported one.
 */
export function grantTable(table: ITable, grantee: iam.IGrantable, actions: string[], indexNames: string[] = []): iam.Grant {
  const writes = actions.some((action) => /Put|Update|Delete|Write/.test(action));
  table.encryptionKey?.grant(grantee, ...(writes ? TABLE_WRITE_KEY_ACTIONS : TABLE_READ_KEY_ACTIONS));
  return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn] })
    .combine(grantIndexes(table, grantee, indexNames));
}

function grantIndexes(table: ITable, grantee: iam.IGrantable, names: string[]): iam.Grant {
  if (names.length === 0) return iam.Grant.drop(grantee, 'the table has no indexes to read');
  const resourceArns = names.map((name) => `${table.tableArn}/index/${name}`);
  return iam.Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns });
}

/** May write objects under a prefix; nothing else, not even list them. */
export function grantPutUnder(bucket: IBucket, grantee: iam.IGrantable, prefix: string, ...more: string[]): iam.Grant {
  // The parts of a multipart upload are decrypted when S3 puts them together.
  bucket.encryptionKey?.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
  return iam.Grant.addToPrincipal({ grantee, actions: ['s3:PutObject', ...more], resourceArns: [bucket.arnForObjects(`${prefix}*`)] });
}

/** May read objects under a prefix. */
export function grantGetUnder(bucket: IBucket, grantee: iam.IGrantable, prefix: string): iam.Grant {
  bucket.encryptionKey?.grant(grantee, 'kms:Decrypt');
  return iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects(`${prefix}*`)] });
}

/** May delete objects under a prefix; nothing else, not even find out whether they are there. */
export function grantDeleteUnder(bucket: IBucket, grantee: iam.IGrantable, prefix: string, ...more: string[]): iam.Grant {
  return iam.Grant.addToPrincipal({ grantee, actions: ['s3:DeleteObject', ...more], resourceArns: [bucket.arnForObjects(`${prefix}*`)] });
}

/** May send messages. The queue's own `grantSendMessages` would let it look at the queue as well. */
export function grantSend(queue: IQueue, grantee: iam.IGrantable): iam.Grant {
  queue.encryptionMasterKey?.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
  return iam.Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [queue.queueArn] });
}

/** Without it S3 answers 403 instead of 404 for an object that is gone, and a deleted file looks like a broken permission. */
export function grantFindOut(bucket: IBucket, grantee: iam.IGrantable): iam.Grant {
  return iam.Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
}
