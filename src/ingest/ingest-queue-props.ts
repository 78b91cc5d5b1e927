import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** Properties of every queue that the pipeline makes. */
export interface ManagedIngestQueueProps {
  /**
   * How long a message is hidden while it is worked on, at most 12 hours. At least the processor's timeout.
   *
   * @default - six times the processor's timeout, as AWS Lambda's guide asks for; 90 minutes when that is not known. Twice the
   * timeout for the jobs of a FIFO queue, whose tenant waits meanwhile
   */
  readonly visibilityTimeout?: Duration;

  /**
   * How often a file is tried before its message goes to the dead-letter queue, 1 to 1,000.
   *
   * @default 3
   */
  readonly maxReceiveCount?: number;

  /**
   * How long a message waits for a processor, 1 minute to 14 days. At least `visibilityTimeout`.
   *
   * @default Duration.days(4)
   */
  readonly retentionPeriod?: Duration;
}

/** Properties of the standard queue that the pipeline makes. */
export interface StandardIngestQueueProps extends ManagedIngestQueueProps {}

/** Properties of the FIFO queue that the pipeline makes; they hold for the queue of arrivals before it as well. */
export interface FifoIngestQueueProps extends ManagedIngestQueueProps {}

/** Properties of a queue that the pipeline did not make. */
export interface ExistingIngestQueueProps {
  /**
   * The queue's dead-letter queue, for metrics and alarms.
   *
   * @default - the one that a queue of this app names, if any
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * How often the queue lets a message be tried, 1 to 1,000. The last try marks the upload as failed.
   *
   * @default - what a queue of this app says, else unknown
   */
  readonly maxReceiveCount?: number;

  /**
   * How long the queue hides a message, at most 12 hours. At least the processor's timeout.
   *
   * @default - what a queue of this app says, else unknown
   */
  readonly visibilityTimeout?: Duration;
}
