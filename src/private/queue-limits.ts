import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { areKnown, invalid } from './validation';

/** Amazon SQS Developer Guide, "Amazon SQS visibility timeout". */
export const DEFAULT_VISIBILITY = Duration.seconds(30);
export const MAX_VISIBILITY = Duration.hours(12);

/** AWS Lambda Developer Guide, "Lambda quotas". */
export const DEFAULT_FUNCTION_TIMEOUT = Duration.seconds(3);
export const MAX_FUNCTION_TIMEOUT = Duration.minutes(15);

/** Whether a queue hides messages for as long as any function may run. */
export function hidesForAnyFunction(visibility: Duration | undefined): boolean {
  return areKnown(visibility) && visibility!.toMilliseconds() >= MAX_FUNCTION_TIMEOUT.toMilliseconds();
}

/** S3 and EventBridge send to the queue; neither can use every kind of it. */
export function validateQueueAsTarget(queue: sqs.IQueue): void {
  if (queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED) {
    invalid('QUEUE_KMS_MANAGED',
      "'encryption' of the ingest queue must not be KMS_MANAGED, got KMS_MANAGED: S3 cannot send to a queue with an AWS managed KMS key");
  }
  if (queue.fifo) {
    invalid('QUEUE_FIFO', "'fifo' of the ingest queue must be false, got true: S3 cannot send to a FIFO queue");
  }
}
