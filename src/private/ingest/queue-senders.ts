import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IDependable } from 'constructs';
import { warn } from '../warnings';
import { validateQueueAsTarget } from './queue-limits';

/**
 * Lets S3 send to the queue. By account, not by the bucket's ARN: the bucket depends on this policy, and a policy that
 * names the bucket would close the circle.
 *
 * @returns what the bucket has to wait for
 */
export function allowS3ToSend(scope: Construct, queue: sqs.IQueue): IDependable | undefined {
  const byAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } };
  return allowService(scope, queue, 's3.amazonaws.com', byAccount);
}

/**
 * A target that sends to the queue. CDK's own would name the rule in the policy of a queue from another stack, whose
 * name the rule needs already, and would let EventBridge of any account use the queue's key.
 */
export function toQueue(scope: Construct, queue: sqs.IQueue, input?: events.RuleTargetInput): events.IRuleTarget {
  return {
    bind: (rule) => {
      const anyRule = Stack.of(scope).formatArn({ service: 'events', resource: 'rule', resourceName: '*' });
      const ofThisApp = { ArnLike: { 'aws:SourceArn': anyRule } };
      const ofThisRule = { ArnEquals: { 'aws:SourceArn': rule.ruleRef.ruleArn } };
      const isNear = Stack.of(queue) === Stack.of(scope);
      allowService(scope, queue, 'events.amazonaws.com', isNear ? ofThisRule : ofThisApp);
      return { arn: queue.queueArn, input, targetResource: queue };
    },
  };
}

function allowService(scope: Construct, queue: sqs.IQueue, service: string, conditions: Record<string, unknown>): IDependable | undefined {
  validateQueueAsTarget(queue);
  const principals = [new iam.ServicePrincipal(service)];
  const { statementAdded, policyDependable } = queue.addToResourcePolicy(new iam.PolicyStatement({
    principals, actions: ['sqs:SendMessage'], resources: [queue.queueArn], conditions,
  }));
  if (!statementAdded) {
    warn(scope, 'importedQueuePolicy',
      'The ingest queue is imported: its policy must let s3.amazonaws.com and events.amazonaws.com send messages for this account');
  }
  // Without conditions, as the samples of S3 and SQS have it: what lets a service in is the queue's policy, and whether it tells
  // KMS for whom it works is documented for neither.
  const onImportedKey = queue.encryptionMasterKey?.addToResourcePolicy(new iam.PolicyStatement({
    principals, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'],
  })).statementAdded === false;
  if (onImportedKey) {
    warn(scope, 'importedKeyPolicy',
      "The ingest queue's key is imported: its policy must let s3.amazonaws.com and events.amazonaws.com use kms:Decrypt and kms:GenerateDataKey");
  }
  return policyDependable;
}
