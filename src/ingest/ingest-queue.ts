import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  MAX_VISIBILITY, timesTimeout, validateManagedQueue, validateQueueAsTarget, validateRetention, validateVisibility, visibilityOf,
} from '../private/ingest/queue-limits';
import { queuePair, QueuePairProps } from '../private/ingest/queue-pair';
import { validateDuration, validateInteger } from '../private/validation';
import { warn } from '../private/warnings';
import { ExistingIngestQueueProps, FifoIngestQueueProps, ManagedIngestQueueProps, StandardIngestQueueProps } from './ingest-queue-props';

/** What the pipeline tells the queue. */
export interface IngestQueueBindOptions {
  /** Time limit of the processor. @default - unknown */
  readonly processorTimeout?: Duration;
  /** Key for the data at rest. @default - a key that SQS manages */
  readonly encryptionKey?: kms.IKey;
  /** What happens to the queue when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** What the queue tells the pipeline. */
export interface IngestQueueConfig {
  /** Where uploads wait for the processor. Files that arrive are announced here as well, unless there is `arrivalsQueue`. */
  readonly queue: sqs.IQueue;
  /** Where messages go that failed too often. @default - unknown, or none */
  readonly deadLetterQueue?: sqs.IQueue;
  /** Where files that arrive are announced, when `queue` is one that S3 cannot send to. @default - `queue` */
  readonly arrivalsQueue?: sqs.IQueue;
  /** Where announcements go that failed too often. @default - `deadLetterQueue` */
  readonly arrivalsDeadLetterQueue?: sqs.IQueue;
  /** How often a message is tried before it goes there. @default - unknown */
  readonly maxReceiveCount?: number;
  /** How long a message that is worked on is hidden, in the queue that hides it longest. @default - unknown */
  readonly visibilityTimeout?: Duration;
}

/** The queue between the bucket and the processor. */
export abstract class IngestQueue {
  /**
   * A standard queue of the pipeline's own, with a dead-letter queue: encrypted, TLS only.
   *
   * Uploads wait in the name of their tenant, so that the queue is fair: one tenant's thousand files do not hold up the others'.
   */
  public static standard(props: StandardIngestQueueProps = {}): IngestQueue {
    return new StandardIngestQueue(props);
  }

  /**
   * A FIFO queue of the pipeline's own, with a FIFO dead-letter queue: the uploads of one tenant are worked on one after the
   * other, in the order in which they were complete, and those of different tenants at the same time. High throughput is on.
   * With `UploadProcessor.handler` an upload whose stages outlast an invocation of the processor (15 minutes by default) goes on
   * behind those of its tenant that wait by then: only uploads that one invocation finishes keep the order.
   *
   * An attempt that fails holds up its tenant until it is tried again: 10 seconds later, then 20, then it is a dead letter. One that is
   * killed, because it runs out of memory say, comes back when the queue stops hiding it, twice the processor's timeout after it was
   * taken: by default that is 10 minutes with `UploadProcessor.records` and 30 with `UploadProcessor.handler`, at each of 3 tries.
   *
   * S3 cannot send to a FIFO queue, so a standard queue with its own dead-letter queue takes the announcements of files before it.
   * Without tenancy all uploads are one tenant's. Not for `UploadProcessor.fromFunction`.
   */
  public static fifo(props: FifoIngestQueueProps = {}): IngestQueue {
    return new FifoIngestQueue(props);
  }

  /**
   * A standard queue from elsewhere in the app, or imported by its ARN. S3 and EventBridge send to it: not a FIFO queue, and
   * not one that is encrypted with an AWS managed KMS key (`QueueEncryption.KMS_MANAGED`).
   */
  public static fromQueue(queue: sqs.IQueue, props: ExistingIngestQueueProps = {}): IngestQueue {
    return new ExistingIngestQueue(queue, props);
  }

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: IngestQueueBindOptions): IngestQueueConfig;
}

class StandardIngestQueue extends IngestQueue {
  public constructor(private readonly props: StandardIngestQueueProps) {
    super();
    validateManagedQueue(props);
  }

  public bind(scope: Construct, options: IngestQueueBindOptions): IngestQueueConfig {
    const { visibilityTimeout, maxReceiveCount, ...pair } = resolved(this.props, options);
    return { ...queuePair(scope, '', 'standard', { visibilityTimeout, maxReceiveCount, ...pair }), maxReceiveCount, visibilityTimeout };
  }
}

class FifoIngestQueue extends IngestQueue {
  public constructor(private readonly props: FifoIngestQueueProps) {
    super();
    validateManagedQueue(props);
  }

  public bind(scope: Construct, options: IngestQueueBindOptions): IngestQueueConfig {
    const { visibilityTimeout, maxReceiveCount, ...pair } = resolved(this.props, options);
    // The standard queue has the names it has without a FIFO queue: a pipeline that changes over keeps it, and what is in it.
    const arrivals = queuePair(scope, '', 'standard', { visibilityTimeout, maxReceiveCount, ...pair });
    // The lease keeps a job from being worked on twice, and what waits for one that was killed is a whole tenant.
    const jobVisibility = this.props.visibilityTimeout ?? timesTimeout(2, options.processorTimeout);
    const jobs = queuePair(scope, 'Job', 'fifo', { visibilityTimeout: jobVisibility, maxReceiveCount, ...pair });
    return {
      ...jobs,
      arrivalsQueue: arrivals.queue,
      arrivalsDeadLetterQueue: arrivals.deadLetterQueue,
      maxReceiveCount,
      visibilityTimeout,
    };
  }
}

/** What the pipeline's own queues have in common. */
function resolved(props: ManagedIngestQueueProps, options: IngestQueueBindOptions): QueuePairProps {
  const { processorTimeout, encryptionKey, removalPolicy } = options;
  validateVisibility(props.visibilityTimeout, processorTimeout);
  const visibilityTimeout = props.visibilityTimeout ?? timesTimeout(6, processorTimeout);
  const retentionPeriod = props.retentionPeriod ?? Duration.days(4);
  validateRetention(retentionPeriod, visibilityTimeout);
  return { visibilityTimeout, retentionPeriod, maxReceiveCount: props.maxReceiveCount ?? 3, encryptionKey, removalPolicy };
}

class ExistingIngestQueue extends IngestQueue {
  public constructor(private readonly queue: sqs.IQueue, private readonly props: ExistingIngestQueueProps) {
    super();
    validateQueueAsTarget(queue);
    validateDuration('visibilityTimeout', props.visibilityTimeout, Duration.seconds(1), MAX_VISIBILITY);
    validateInteger('maxReceiveCount', props.maxReceiveCount, 1, 1000);
  }

  public bind(scope: Construct, options: IngestQueueBindOptions): IngestQueueConfig {
    const ours = this.queue instanceof sqs.Queue ? this.queue : undefined;
    const visibilityTimeout = this.props.visibilityTimeout ?? (ours && visibilityOf(ours));
    const deadLetterQueue = this.props.deadLetterQueue ?? ours?.deadLetterQueue?.queue;
    const maxReceiveCount = this.props.maxReceiveCount ?? ours?.deadLetterQueue?.maxReceiveCount;
    validateVisibility(visibilityTimeout, options.processorTimeout);
    if (!visibilityTimeout) {
      warn(scope, 'queueTimeoutUnknown', "The ingest queue is imported: its visibility timeout must be at least the processor's timeout");
    }
    if (maxReceiveCount === undefined) {
      warn(scope, 'noDeadLetterQueue', 'The ingest queue has no dead-letter queue that is known: a file that cannot be processed is tried until its message expires');
    }
    return { queue: this.queue, deadLetterQueue, maxReceiveCount, visibilityTimeout };
  }
}
