import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DEFAULT_VISIBILITY, MAX_FUNCTION_TIMEOUT, MAX_VISIBILITY, validateQueueAsTarget } from '../private/queue-limits';
import { areKnown, invalid, validateDuration, validateInteger } from '../private/validation';
import { warn } from '../private/warnings';

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
  /** The queue of files that arrived. */
  readonly queue: sqs.IQueue;
  /** Where messages go that failed too often. @default - unknown, or none */
  readonly deadLetterQueue?: sqs.IQueue;
  /** How often a message is tried before it goes there. @default - unknown */
  readonly maxReceiveCount?: number;
  /** How long the queue hides a message that is worked on. @default - unknown */
  readonly visibilityTimeout?: Duration;
}

/** Properties of the queue that the pipeline makes. */
export interface StandardIngestQueueProps {
  /**
   * How long a message is hidden while it is worked on, at most 12 hours. At least the processor's timeout.
   *
   * @default - six times the processor's timeout, as AWS Lambda's guide asks for; 90 minutes when that is not known
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

/** The queue between the bucket and the processor. */
export abstract class IngestQueue {
  /** A standard queue of the pipeline's own, with a dead-letter queue: encrypted, TLS only. */
  public static standard(props: StandardIngestQueueProps = {}): IngestQueue {
    return new StandardIngestQueue(props);
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
    validateDuration('visibilityTimeout', props.visibilityTimeout, Duration.seconds(1), MAX_VISIBILITY);
    validateInteger('maxReceiveCount', props.maxReceiveCount, 1, 1000);
    validateDuration('retentionPeriod', props.retentionPeriod, Duration.minutes(1), Duration.days(14));
  }

  public bind(scope: Construct, options: IngestQueueBindOptions): IngestQueueConfig {
    validateVisibility(this.props.visibilityTimeout, options.processorTimeout);
    const maxReceiveCount = this.props.maxReceiveCount ?? 3;
    const visibilityTimeout = this.props.visibilityTimeout ?? sixTimes(options.processorTimeout);
    const retentionPeriod = this.props.retentionPeriod ?? Duration.days(4);
    validateRetention(retentionPeriod, visibilityTimeout);
    const common = {
      enforceSSL: true,
      encryption: options.encryptionKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
      encryptionMasterKey: options.encryptionKey,
      removalPolicy: options.removalPolicy,
    };
    const deadLetterQueue = new sqs.Queue(scope, 'DeadLetterQueue', { ...common, retentionPeriod: Duration.days(14) });
    const queue = new sqs.Queue(scope, 'Queue', {
      ...common,
      visibilityTimeout,
      retentionPeriod,
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
    });
    return { queue, deadLetterQueue, maxReceiveCount, visibilityTimeout };
  }
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

/** A message that comes back while its file is still being worked on would be processed twice at the same time. */
function validateVisibility(visibility: Duration | undefined, timeout: Duration | undefined): void {
  if (!areKnown(visibility, timeout)) return;
  if (visibility!.toMilliseconds() < timeout!.toMilliseconds()) {
    invalid('VISIBILITY_TIMEOUT_TOO_SHORT',
      `'visibilityTimeout' must be at least the processor's timeout of ${timeout!.toHumanString()}, got ${visibility!.toHumanString()}`);
  }
}

/** A message that expires while it is hidden never comes back: one failure would be the last. */
function validateRetention(retention: Duration, visibility: Duration): void {
  if (!areKnown(retention, visibility)) return;
  if (retention.toMilliseconds() < visibility.toMilliseconds()) {
    invalid('RETENTION_PERIOD_TOO_SHORT',
      `'retentionPeriod' must be at least the 'visibilityTimeout' of ${visibility.toHumanString()}, got ${retention.toHumanString()}`);
  }
}

/** No function runs longer than 15 minutes, so that is what one with an unknown timeout gets. */
function sixTimes(timeout: Duration | undefined): Duration {
  const known = areKnown(timeout) ? timeout! : MAX_FUNCTION_TIMEOUT;
  return Duration.seconds(6 * known.toSeconds());
}

function visibilityOf(queue: sqs.Queue): Duration | undefined {
  const { visibilityTimeout } = queue.node.defaultChild as sqs.CfnQueue;
  return visibilityTimeout === undefined ? DEFAULT_VISIBILITY : Duration.seconds(visibilityTimeout);
}
