import { Duration, Lazy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { FifoIngestQueueProps, IngestQueue, UploadProcessor } from '../../../src';
import { environment, logicalId, permissions, PipelineInStack, pipelineInStack, Resource, resources, Statement, userFunction } from '../support';

const made = (props?: FifoIngestQueueProps) => pipelineInStack(() => ({ queue: IngestQueue.fifo(props) }));

function queue({ stack }: PipelineInStack, of: sqs.IQueue | undefined): Resource['Properties'] {
  const found = Template.fromStack(stack).findResources('AWS::SQS::Queue') as Record<string, Resource>;
  return found[logicalId(stack, of!)].Properties;
}

test('jobs have a FIFO queue of high throughput, with a FIFO dead-letter queue', () => {
  const fifo = made();
  const { stack, pipeline } = fifo;
  expect(queue(fifo, pipeline.queue)).toMatchObject({
    FifoQueue: true,
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    SqsManagedSseEnabled: true,
    // A tenant waits for a job that was killed; its lease guards one that was not.
    VisibilityTimeout: 600,
    RedrivePolicy: { deadLetterTargetArn: stack.resolve(pipeline.deadLetterQueue!.queueArn), maxReceiveCount: 3 },
  });
  expect(queue(fifo, pipeline.queue).ContentBasedDeduplication).toBeUndefined();
  expect(queue(fifo, pipeline.deadLetterQueue)).toMatchObject({ FifoQueue: true, MessageRetentionPeriod: 1209600 });
});

test('files are announced on a standard queue before it, with its own dead-letter queue', () => {
  const fifo = made();
  const { stack, pipeline } = fifo;
  expect(queue(fifo, pipeline.arrivalsQueue)).toMatchObject({
    VisibilityTimeout: 1800,
    RedrivePolicy: { deadLetterTargetArn: stack.resolve(pipeline.arrivalsDeadLetterQueue!.queueArn), maxReceiveCount: 3 },
  });
  expect(queue(fifo, pipeline.arrivalsQueue).FifoQueue).toBeUndefined();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', {
    NotificationConfiguration: { QueueConfigurations: [Match.objectLike({ Queue: stack.resolve(pipeline.arrivalsQueue.queueArn) })] },
  });
  template.hasResourceProperties('AWS::Events::Rule', { Targets: [Match.objectLike({ Arn: stack.resolve(pipeline.arrivalsQueue.queueArn) })] });
  template.resourceCountIs('AWS::SQS::Queue', 4);
});

test('without a FIFO queue the two are one', () => {
  const { pipeline } = pipelineInStack();
  expect([pipeline.arrivalsQueue, pipeline.arrivalsDeadLetterQueue]).toEqual([pipeline.queue, pipeline.deadLetterQueue]);
});

test('the processor takes the messages of both, and sends to the FIFO queue only', () => {
  const fifo = made();
  const { stack, pipeline } = fifo;
  const sources = resources(Template.fromStack(stack), 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
  expect(sources).toHaveLength(2);
  for (const of of [pipeline.queue, pipeline.arrivalsQueue]) {
    expect(sources).toContainEqual(expect.objectContaining({
      EventSourceArn: stack.resolve(of.queueArn),
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    }));
  }
  expect(permissions(stack, pipeline.node.findChild('ProcessorRole')).filter((line) => line.includes('SendMessage'))).toEqual(['sqs:SendMessage on X/JobQueue.Arn']);
  expect(environment(fifo, 'Processor')).toMatchObject({ QUEUE_URL: 'X/Queue', JOB_QUEUE_URL: 'X/JobQueue', QUEUES_JOBS: 'true' });
});

test('a standard queue is both, and work need not wait for a job', () => {
  expect(environment(pipelineInStack(), 'Processor')).toMatchObject({ QUEUE_URL: 'X/Queue', JOB_QUEUE_URL: 'X/Queue', QUEUES_JOBS: 'false' });
});

test('uploads in order share no invocation', () => {
  const sized = (batchSize?: number) => (
    pipelineInStack(() => ({ queue: IngestQueue.fifo(), processor: UploadProcessor.records({ batchSize }) }))
  );
  expect(() => sized(2)).toThrow(
    "'batchSize' must be 1 with IngestQueue.fifo(): uploads in order share no invocation, got 2 [FIFO_BATCH_SIZE]");
  const { stack, pipeline } = sized(Lazy.number({ produce: () => 5 }));
  const sources = resources(Template.fromStack(stack), 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
  const batchSizeOf = ({ queueArn }: sqs.IQueue) => (
    sources.find(({ EventSourceArn }) => JSON.stringify(EventSourceArn) === JSON.stringify(stack.resolve(queueArn)))?.BatchSize
  );
  expect([pipeline.queue, pipeline.arrivalsQueue].map(batchSizeOf)).toEqual([1, 5]);
  expect(() => sized(1)).not.toThrow();
});

test('how long a job is hidden follows the processor: twice its time limit', () => {
  const hidden = pipelineInStack((stack) => ({ queue: IngestQueue.fifo(), processor: UploadProcessor.handler(userFunction(stack)) }));
  expect(queue(hidden, hidden.pipeline.queue).VisibilityTimeout).toBe(1800);
  expect(queue(hidden, hidden.pipeline.arrivalsQueue).VisibilityTimeout).toBe(5400);
  // The sweeper must not come before the message that is hidden longest.
  expect(environment(hidden, 'Processor').VISIBILITY_SECONDS).toBe('5400');
});

test('both take their times and tries', () => {
  const fifo = made({ visibilityTimeout: Duration.hours(1), maxReceiveCount: 5, retentionPeriod: Duration.days(14) });
  for (const of of [fifo.pipeline.queue, fifo.pipeline.arrivalsQueue]) {
    expect(queue(fifo, of)).toMatchObject({
      VisibilityTimeout: 3600, MessageRetentionPeriod: 1209600, RedrivePolicy: { maxReceiveCount: 5 },
    });
  }
  expect(environment(fifo, 'Processor')).toMatchObject({ MAX_RECEIVE_COUNT: '5', VISIBILITY_SECONDS: '3600' });
});

test('nothing may reach them without TLS, and all of them are encrypted with the key', () => {
  const { stack } = pipelineInStack((scope) => ({ queue: IngestQueue.fifo(), encryptionKey: new kms.Key(scope, 'Key') }));
  const template = Template.fromStack(stack);
  const key = stack.resolve((stack.node.findChild('Key') as kms.Key).keyArn) as object;
  expect(resources(template, 'AWS::SQS::Queue').map(({ Properties }) => Properties.KmsMasterKeyId)).toEqual([key, key, key, key]);
  const denied = resources(template, 'AWS::SQS::QueuePolicy')
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Effect, Condition }) => Effect === 'Deny' && JSON.stringify(Condition).includes('aws:SecureTransport'));
  expect(denied).toHaveLength(4);
});

test('times that contradict each other are refused like those of a standard queue', () => {
  expect(() => made({ visibilityTimeout: Duration.seconds(299) })).toThrow(
    "'visibilityTimeout' must be at least the processor's timeout of 5 minutes, got 4 minutes 59 seconds [VISIBILITY_TIMEOUT_TOO_SHORT]");
  expect(() => made({ visibilityTimeout: Duration.minutes(5) })).not.toThrow();
  expect(() => made({ retentionPeriod: Duration.minutes(29) })).toThrow(
    "'retentionPeriod' must be at least the 'visibilityTimeout' of 30 minutes, got 29 minutes [RETENTION_PERIOD_TOO_SHORT]");
  expect(() => IngestQueue.fifo({ maxReceiveCount: 0 })).toThrow("'maxReceiveCount' must be a whole number between 1 and 1000, got 0 [OUT_OF_RANGE]");
});

test('a function of the user\'s cannot take the messages: nobody would send jobs', () => {
  const withFifo = (processor: (fn: lambda.IFunction) => UploadProcessor) => () => (
    pipelineInStack((scope) => ({ queue: IngestQueue.fifo(), processor: processor(userFunction(scope)) }))
  );
  expect(withFifo((fn) => UploadProcessor.fromFunction(fn))).toThrow(
    "'queue' must not be IngestQueue.fifo() with UploadProcessor.fromFunction: what sends the jobs to it is our processor; use UploadProcessor.handler [FIFO_NEEDS_OUR_PROCESSOR]");
  expect(withFifo((fn) => UploadProcessor.handler(fn))).not.toThrow();
});

test('a FIFO queue of the user\'s cannot be one that S3 sends to', () => {
  expect(() => pipelineInStack((scope) => ({ queue: IngestQueue.fromQueue(new sqs.Queue(scope, 'Mine', { fifo: true })) }))).toThrow('[QUEUE_FIFO]');
});
