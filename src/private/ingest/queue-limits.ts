import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { areKnown, invalid, validateDuration, validateInteger } from '../validation';

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
      "'encryption' of the ingest queue must not be KMS_MANAGED, got KMS_MANAGED: S3 cannot send to a queue with an AWS managed KMS key; use SQS_MANAGED, or KMS with a key of yours");
  }
  if (queue.fifo) {
    invalid('QUEUE_FIFO', "'fifo' of the ingest queue must be false, got true: S3 cannot send to a FIFO queue; use IngestQueue.fifo()");
  }
}

/** Checked when the queue is declared, so that the error points at the user's line. */
export function validateManagedQueue(props: {
  readonly visibilityTimeout?: Duration; readonly maxReceiveCount?: number; readonly retentionPeriod?: Duration;
}): void {
  validateDuration('visibilityTimeout', props.visibilityTimeout, Duration.seconds(1), MAX_VISIBILITY);
  validateInteger('maxReceiveCount', props.maxReceiveCount, 1, 1000);
  validateDuration('retentionPeriod', props.retentionPeriod, Duration.minutes(1), Duration.days(14));
}

/** A message that comes back while its file is still being worked on would be processed twice at the same time. */
export function validateVisibility(visibility: Duration | undefined, timeout: Duration | undefined): void {
  if (!areKnown(visibility, timeout)) return;
  if (visibility!.toMilliseconds() < timeout!.toMilliseconds()) {
    invalid('VISIBILITY_TIMEOUT_TOO_SHORT',
      `'visibilityTimeout' must be at least the processor's timeout of ${timeout!.toHumanString()}, got ${visibility!.toHumanString()}`);
  }
}

/** A message that expires while it is hidden never comes back: one failure would be the last. */
export function validateRetention(retention: Duration, visibility: Duration): void {
  if (!areKnown(retention, visibility)) return;
  if (retention.toMilliseconds() < visibility.toMilliseconds()) {
    invalid('RETENTION_PERIOD_TOO_SHORT',
      `'retentionPeriod' must be at least the 'visibilityTimeout' of ${visibility.toHumanString()}, got ${retention.toHumanString()}`);
  }
}

/** No function runs longer than 15 minutes, so that is what one with an unknown timeout gets. */
export function timesTimeout(factor: number, timeout: Duration | undefined): Duration {
  const known = areKnown(timeout) ? timeout! : MAX_FUNCTION_TIMEOUT;
  return Duration.seconds(factor * known.toSeconds());
}

export function visibilityOf(queue: sqs.Queue): Duration | undefined {
  const { visibilityTimeout } = queue.node.defaultChild as sqs.CfnQueue;
  return visibilityTimeout === undefined ? DEFAULT_VISIBILITY : Duration.seconds(visibilityTimeout);
}
