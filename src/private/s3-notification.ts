import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IDependable } from 'constructs';
import { invalid } from './validation';
import { warn } from './warnings';

/**
 * Lets S3 send to the queue. By account, not by the bucket's ARN: the bucket depends on this policy, and a policy that
 * names the bucket would close the circle.
 *
 * @returns what the bucket has to wait for
 */
export function allowS3ToSend(scope: Construct, queue: sqs.IQueue): IDependable | undefined {
  if (queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED) {
    invalid('QUEUE_KMS_MANAGED',
      "'encryption' of the ingest queue must not be KMS_MANAGED, got KMS_MANAGED: S3 cannot send to a queue with an AWS managed KMS key");
  }
  const s3 = new iam.ServicePrincipal('s3.amazonaws.com');
  const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } };
  const statement = new iam.PolicyStatement({ principals: [s3], actions: ['sqs:SendMessage'], resources: [queue.queueArn], conditions });
  const { statementAdded, policyDependable } = queue.addToResourcePolicy(statement);
  if (!statementAdded) {
    warn(scope, 'importedQueuePolicy', 'The ingest queue is imported: its policy must let s3.amazonaws.com send messages for this account');
  }
  queue.encryptionMasterKey?.addToResourcePolicy(new iam.PolicyStatement({
    principals: [s3], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'], conditions,
  }));
  return policyDependable;
}
