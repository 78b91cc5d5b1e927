import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface QueuePairProps {
  readonly visibilityTimeout: Duration;
  readonly retentionPeriod: Duration;
  readonly maxReceiveCount: number;
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: RemovalPolicy;
}

export interface QueuePair {
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
}

/**
 * High throughput: order and deduplication are those of a message group, and so is the limit of messages a second (Amazon SQS
 * Developer Guide, "High throughput for FIFO queues").
 */
const FIFO: Partial<sqs.QueueProps> = {
  fifo: true,
  deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/** A queue and its dead-letter queue, `{prefix}Queue` and `{prefix}DeadLetterQueue`: encrypted, TLS only. */
export function queuePair(scope: Construct, prefix: string, kind: 'standard' | 'fifo', props: QueuePairProps): QueuePair {
  const common: sqs.QueueProps = {
    ...(kind === 'fifo' ? FIFO : {}),
    enforceSSL: true,
    encryption: props.encryptionKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
    encryptionMasterKey: props.encryptionKey,
    removalPolicy: props.removalPolicy,
  };
  const deadLetterQueue = new sqs.Queue(scope, `${prefix}DeadLetterQueue`, { ...common, retentionPeriod: Duration.days(14) });
  const queue = new sqs.Queue(scope, `${prefix}Queue`, {
    ...common,
    visibilityTimeout: props.visibilityTimeout,
    retentionPeriod: props.retentionPeriod,
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: props.maxReceiveCount },
  });
  return { queue, deadLetterQueue };
}
