import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IngestQueue, UploadIngestPipeline, UploadProcessor } from '../../../src';
import { ENV, permissions, pipelineInStack, templateOf, userFunction, warningIds } from '../support';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:mine';
const WORK = [
  's3:GetObject on X/Bucket.Arn/uploads/*',
  's3:PutObject,s3:AbortMultipartUpload on X/Bucket.Arn/rejects/*',
  's3:ListBucket on X/Bucket.Arn',
  'dynamodb:GetItem,dynamodb:PutItem,dynamodb:UpdateItem on X/StatusTable.Arn',
  'dynamodb:Query on X/StatusTable.Arn/index/deadline',
  'dynamodb:BatchWriteItem,dynamodb:GetItem on X/QueryTable.Arn',
  'sqs:ReceiveMessage,sqs:ChangeMessageVisibility,sqs:GetQueueUrl,sqs:DeleteMessage,sqs:GetQueueAttributes on X/Queue.Arn',
];

describe('records', () => {
  test('has five minutes and a whole processor', () => {
    templateOf().hasResourceProperties('AWS::Lambda::Function', { Timeout: 300, MemorySize: 1769, Architectures: ['arm64'] });
  });

  test('takes its own limits', () => {
    const template = templateOf(() => ({
      processor: UploadProcessor.records({
        timeout: Duration.minutes(15), memorySize: 3008, batchSize: 10, maxConcurrency: 2, logRetention: logs.RetentionDays.ONE_WEEK,
      }),
    }));
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 900, MemorySize: 3008 });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 10, ScalingConfig: { MaximumConcurrency: 2 } });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  test('is never capped by reserved concurrency', () => {
    templateOf(() => ({ processor: UploadProcessor.records({ maxConcurrency: 5 }) }))
      .allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
  });
});

describe("the user's", () => {
  test('function of the same stack takes the messages, may do the work and knows the names', () => {
    const { stack, pipeline } = pipelineInStack((scope) => ({
      processor: UploadProcessor.fromFunction(userFunction(scope, 'Mine', { environment: { OWN: 'kept' } }), { batchSize: 10, maxConcurrency: 9 }),
    }));
    const mine = stack.node.findChild('Mine') as lambda.Function;
    expect(pipeline.processor).toBe(mine);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 4);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          OWN: 'kept',
          BUCKET_NAME: stack.resolve(pipeline.bucket.bucketName),
          STATUS_TABLE_NAME: stack.resolve(pipeline.statusTable.tableName),
          QUERY_TABLE_NAME: stack.resolve(pipeline.queryTable.tableName),
        },
      },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: stack.resolve(mine.functionName), BatchSize: 10, ScalingConfig: { MaximumConcurrency: 9 }, FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(permissions(stack, mine.role!)).toEqual(WORK);
    expect(warningIds(stack)).toEqual([]);
  });

  test.each([
    [Duration.minutes(10), 3600],
    [undefined, 18],
  ])('function of this app says its timeout itself: %s', (timeout, visibility) => {
    templateOf((scope) => ({ processor: UploadProcessor.fromFunction(userFunction(scope, 'Mine', { timeout })) }))
      .hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: visibility });
  });

  test.each<[string, (mine: lambda.Function) => lambda.IFunction]>([
    ['alias', (mine) => new lambda.Alias(mine.stack, 'Alias', { aliasName: 'live', version: mine.currentVersion })],
    ['version', (mine) => mine.currentVersion],
  ])('%s takes the messages, and the function behind it says its timeout and knows the names', (_kind, make) => {
    const { app, stack, pipeline } = pipelineInStack((scope) => ({
      processor: UploadProcessor.fromFunction(make(userFunction(scope, 'Mine', { timeout: Duration.minutes(10) }))),
    }));
    expect(() => app.synth()).not.toThrow();
    const mine = stack.node.findChild('Mine') as lambda.Function;
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 3600 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 600, Environment: { Variables: { QUERY_TABLE_NAME: stack.resolve(pipeline.queryTable.tableName) } },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionName: stack.resolve(pipeline.processor.functionName) });
    expect(pipeline.processor).not.toBe(mine);
    expect(permissions(stack, mine.role!)).toEqual(WORK);
    expect(warningIds(stack)).toEqual([]);
  });

  test('function has at most ten invocations at once, too, unless that is said', () => {
    templateOf((scope) => ({ processor: UploadProcessor.fromFunction(userFunction(scope)) }))
      .hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 10 } });
  });

  test('function of another stack of the app', () => {
    const app = new App();
    const other = new Stack(app, 'Other');
    const mine = userFunction(other);
    const stack = new Stack(app, 'S');
    const pipeline = new UploadIngestPipeline(stack, 'X', { processor: UploadProcessor.fromFunction(mine) });
    expect(() => app.synth()).not.toThrow();
    Template.fromStack(other).resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    expect(permissions(other, mine.role!)).toHaveLength(WORK.length);
    expect(pipeline.processor).toBe(mine);
  });

  test('function imported by its ARN takes the messages, and the user is told that it has no permissions', () => {
    const { stack } = pipelineInStack((scope) => ({
      processor: UploadProcessor.fromFunction(lambda.Function.fromFunctionArn(scope, 'Mine', ARN), { timeout: Duration.minutes(2) }),
    }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionName: 'mine' });
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 720 });
    expect(warningIds(stack)).toEqual(['importedFunction']);
  });

  test('imported function whose timeout is not told may take the longest there is', () => {
    templateOf((scope) => ({ processor: UploadProcessor.fromFunction(lambda.Function.fromFunctionArn(scope, 'Mine', ARN)) }))
      .hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 5400 });
  });

  test('function imported with its role gets the permissions', () => {
    const { stack } = pipelineInStack((scope) => ({
      processor: UploadProcessor.fromFunction(lambda.Function.fromFunctionAttributes(scope, 'Mine', {
        functionArn: ARN, role: iam.Role.fromRoleArn(scope, 'Role', 'arn:aws:iam::111122223333:role/mine'),
      })),
    }), { env: ENV });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { Roles: ['mine'] });
    expect(warningIds(stack)).toEqual([]);
  });

  test('function with a timeout that the queue does not wait for is refused', () => {
    expect(() => pipelineInStack((scope) => ({
      queue: IngestQueue.standard({ visibilityTimeout: Duration.seconds(30) }),
      processor: UploadProcessor.fromFunction(userFunction(scope, 'Mine', { timeout: Duration.seconds(31) })),
    }))).toThrow("'visibilityTimeout' must be at least the processor's timeout of 31 seconds, got 30 seconds [VISIBILITY_TIMEOUT_TOO_SHORT]");
  });
});
