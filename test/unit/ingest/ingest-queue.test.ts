import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IngestQueue, UploadBucket, UploadIngestPipeline, UploadProcessor } from '../../../src';
import { environment, permissions, pipelineInStack, resources, templateOf, warningIds } from '../support';

const LONG = Duration.hours(1);
const ARN = 'arn:aws:sqs:eu-west-1:111122223333:my-queue';

describe('managed', () => {
  test.each([
    [Duration.minutes(5), 1800],
    [Duration.seconds(1), 6],
    [Duration.minutes(15), 5400],
  ])('hides a message for six times the timeout of %s', (timeout, seconds) => {
    templateOf(() => ({ processor: UploadProcessor.records({ timeout }) })).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: seconds });
  });

  test('takes its own times and tries', () => {
    const made = pipelineInStack(() => ({
      queue: IngestQueue.standard({ visibilityTimeout: LONG, maxReceiveCount: 5, retentionPeriod: Duration.days(14) }),
    }));
    Template.fromStack(made.stack).hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 3600, MessageRetentionPeriod: 1209600, RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    expect(environment(made, 'Processor')).toMatchObject({ MAX_RECEIVE_COUNT: '5', VISIBILITY_SECONDS: '3600' });
  });
});

describe("the user's", () => {
  test('queue of the same stack feeds the processor, and the pipeline knows its dead-letter queue', () => {
    const made = pipelineInStack((scope) => ({
      queue: IngestQueue.fromQueue(new sqs.Queue(scope, 'Mine', {
        visibilityTimeout: LONG, deadLetterQueue: { queue: new sqs.Queue(scope, 'Dead'), maxReceiveCount: 7 },
      })),
    }));
    const { stack, pipeline } = made;
    expect(pipeline.queue).toBe(stack.node.findChild('Mine'));
    expect(pipeline.deadLetterQueue).toBe(stack.node.findChild('Dead'));
    expect(environment(made, 'Processor')).toMatchObject({ MAX_RECEIVE_COUNT: '7', VISIBILITY_SECONDS: '3600' });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: stack.resolve(pipeline.queue.queueArn) });
    expect(warningIds(stack)).toEqual([]);
  });

  test('queue of another stack of the app closes no circle', () => {
    const app = new App();
    const other = new Stack(app, 'Other');
    const mine = new sqs.Queue(other, 'Mine', { visibilityTimeout: LONG, encryption: sqs.QueueEncryption.KMS });
    const stack = new Stack(app, 'S');
    new UploadIngestPipeline(stack, 'X', { queue: IngestQueue.fromQueue(mine) });
    expect(() => app.synth()).not.toThrow();
    Template.fromStack(other).hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Principal: { Service: 's3.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': Match.anyValue() } } }),
          Match.objectLike({ Principal: { Service: 'events.amazonaws.com' }, Condition: { ArnLike: { 'aws:SourceArn': Match.anyValue() } } }),
        ],
      },
    });
    expect(resources(Template.fromStack(stack), 'AWS::S3::Bucket')[0].Properties.NotificationConfiguration).toBeDefined();
    expect(warningIds(stack)).toEqual(['noDeadLetterQueue']);
  });

  test('queue and bucket of another stack of the app close no circle', () => {
    const app = new App();
    const other = new Stack(app, 'Other');
    const stack = new Stack(app, 'S');
    new UploadIngestPipeline(stack, 'X', {
      queue: IngestQueue.fromQueue(new sqs.Queue(other, 'Mine', { visibilityTimeout: LONG })),
      bucket: UploadBucket.fromBucket(new s3.Bucket(other, 'Files')),
    });
    expect(() => app.synth()).not.toThrow();
  });

  test('queue imported by its ARN is used, and the user is told what nobody can check', () => {
    const made = pipelineInStack((scope) => ({ queue: IngestQueue.fromQueue(sqs.Queue.fromQueueArn(scope, 'Mine', ARN)) }));
    const { stack, pipeline } = made;
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { QueueConfigurations: [Match.objectLike({ Queue: ARN })] },
    });
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 0);
    expect(permissions(stack, pipeline.node.findChild('ProcessorRole'))).toContain(
      `sqs:ReceiveMessage,sqs:ChangeMessageVisibility,sqs:GetQueueUrl,sqs:DeleteMessage,sqs:GetQueueAttributes on ${ARN}`);
    expect(environment(made, 'Processor')).toMatchObject({ MAX_RECEIVE_COUNT: '0', VISIBILITY_SECONDS: '43200' });
    expect(pipeline.deadLetterQueue).toBeUndefined();
    expect(warningIds(stack)).toEqual(['importedQueuePolicy', 'noDeadLetterQueue', 'queueTimeoutUnknown']);
  });

  test('imported queue of which everything is told', () => {
    const made = pipelineInStack((scope) => ({
      queue: IngestQueue.fromQueue(sqs.Queue.fromQueueArn(scope, 'Mine', ARN), {
        visibilityTimeout: LONG, maxReceiveCount: 4, deadLetterQueue: sqs.Queue.fromQueueArn(scope, 'Dead', `${ARN}-dead`),
      }),
    }));
    expect(environment(made, 'Processor')).toMatchObject({ MAX_RECEIVE_COUNT: '4', VISIBILITY_SECONDS: '3600' });
    expect(made.pipeline.deadLetterQueue!.queueName).toBe('my-queue-dead');
    expect(warningIds(made.stack)).toEqual(['importedQueuePolicy']);
  });

  test('key of a queue of this app lets S3 use it', () => {
    const { stack } = pipelineInStack((scope) => ({
      queue: IngestQueue.fromQueue(new sqs.Queue(scope, 'Mine', { visibilityTimeout: LONG, encryptionMasterKey: new kms.Key(scope, 'Key') })),
    }));
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 's3.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] })]),
      },
    });
  });
});

test('a managed queue keeps messages for at least as long as it hides them', () => {
  const keeping = (retentionPeriod: Duration, visibilityTimeout?: Duration) => () => pipelineInStack(() => ({
    queue: IngestQueue.standard({ retentionPeriod, visibilityTimeout }),
  }));
  expect(keeping(LONG, LONG)).not.toThrow();
  expect(keeping(Duration.seconds(3599), LONG)).toThrow(
    new Error("'retentionPeriod' must be at least the 'visibilityTimeout' of 1 hour, got 59 minutes 59 seconds [RETENTION_PERIOD_TOO_SHORT]"));
  expect(keeping(Duration.minutes(30))).not.toThrow();
  expect(keeping(Duration.minutes(29))).toThrow("'retentionPeriod' must be at least the 'visibilityTimeout' of 30 minutes, got 29 minutes [RETENTION_PERIOD_TOO_SHORT]");
});

describe('a queue that S3 and EventBridge cannot send to is refused', () => {
  const withQueue = (props: sqs.QueueProps) => () => pipelineInStack((scope) => ({
    bucket: UploadBucket.fromBucket(s3.Bucket.fromBucketName(scope, 'Files', 'my-bucket')),
    queue: IngestQueue.fromQueue(new sqs.Queue(scope, 'Mine', { visibilityTimeout: LONG, ...props })),
  }));

  test('KMS-managed', () => {
    expect(withQueue({ encryption: sqs.QueueEncryption.KMS_MANAGED })).toThrow(
      "'encryption' of the ingest queue must not be KMS_MANAGED, got KMS_MANAGED: S3 cannot send to a queue with an AWS managed KMS key; use SQS_MANAGED, or KMS with a key of yours [QUEUE_KMS_MANAGED]");
    expect(withQueue({ encryption: sqs.QueueEncryption.SQS_MANAGED })).not.toThrow();
  });

  test('FIFO', () => {
    expect(withQueue({ fifo: true })).toThrow("'fifo' of the ingest queue must be false, got true: S3 cannot send to a FIFO queue; use IngestQueue.fifo() [QUEUE_FIFO]");
  });
});

describe('visibility timeout against the timeout of the processor', () => {
  const message = (got: string) => `'visibilityTimeout' must be at least the processor's timeout of 5 minutes, got ${got} [VISIBILITY_TIMEOUT_TOO_SHORT]`;
  const managed = (visibilityTimeout: Duration) => () => pipelineInStack(() => ({ queue: IngestQueue.standard({ visibilityTimeout }) }));
  const existing = (visibilityTimeout?: Duration) => () => pipelineInStack((scope) => ({
    queue: IngestQueue.fromQueue(new sqs.Queue(scope, 'Mine', { visibilityTimeout })),
  }));

  test('as long is enough, a second less is not', () => {
    expect(managed(Duration.minutes(5))).not.toThrow();
    expect(managed(Duration.seconds(299))).toThrow(message('4 minutes 59 seconds'));
    expect(existing(Duration.minutes(5))).not.toThrow();
    expect(existing(Duration.seconds(299))).toThrow(message('4 minutes 59 seconds'));
  });

  test('a queue that says nothing hides for 30 seconds', () => {
    expect(existing()).toThrow(message('30 seconds'));
  });

  test('an imported queue is checked against what is said of it', () => {
    expect(() => pipelineInStack((scope) => ({
      queue: IngestQueue.fromQueue(sqs.Queue.fromQueueArn(scope, 'Mine', ARN), { visibilityTimeout: Duration.minutes(4) }),
    }))).toThrow(message('4 minutes'));
  });
});
