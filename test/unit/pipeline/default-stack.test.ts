import { Template } from 'aws-cdk-lib/assertions';
import { ROUTES } from '../../../src/private/api/routes';
import { logicalId, pipelineInStack, rendered, Resource, resources, Statement } from '../support';

const { stack, pipeline } = pipelineInStack();
const template = Template.fromStack(stack);
const all = Object.values(template.toJSON().Resources) as Resource[];

test('has 79 resources and 5 functions, as the README says', () => {
  const counts: Record<string, number> = {};
  for (const { Type } of all) counts[Type] = (counts[Type] ?? 0) + 1;
  expect(counts).toEqual({
    'AWS::ApiGatewayV2::Api': 1,
    'AWS::ApiGatewayV2::Integration': 3,
    'AWS::ApiGatewayV2::Route': 32,
    'AWS::ApiGatewayV2::Stage': 1,
    'AWS::DynamoDB::Table': 2,
    'AWS::Events::Rule': 2,
    'AWS::IAM::Policy': 8,
    'AWS::IAM::Role': 6,
    'AWS::Lambda::EventSourceMapping': 1,
    'AWS::Lambda::Function': 5,
    'AWS::Lambda::Permission': 4,
    'AWS::Logs::LogGroup': 7,
    'AWS::S3::Bucket': 1,
    'AWS::S3::BucketPolicy': 1,
    'AWS::SQS::Queue': 2,
    'AWS::SQS::QueuePolicy': 2,
    'AWS::StepFunctions::StateMachine': 1,
  });
  expect(all).toHaveLength(79);
});

test('has no custom resource', () => {
  expect(all.filter(({ Type }) => Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource')).toEqual([]);
});

test('has no physical names and no outputs', () => {
  const names = ['BucketName', 'QueueName', 'TableName', 'FunctionName', 'RoleName', 'LogGroupName'];
  const named = all.filter(({ Type }) => Type !== 'AWS::Lambda::EventSourceMapping' && Type !== 'AWS::Lambda::Permission');
  expect(named.flatMap(({ Properties }) => names.filter((name) => name in Properties))).toEqual([]);
  expect(template.findOutputs('*')).toEqual({});
});

test('the bucket itself tells the queue about every file under uploads/', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    NotificationConfiguration: {
      QueueConfigurations: [{
        Event: 's3:ObjectCreated:*',
        Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'uploads/' }] } },
        Queue: stack.resolve(pipeline.queue.queueArn),
      }],
    },
  });
});

test('the bucket waits for the policy of the queue', () => {
  const [bucket] = resources(template, 'AWS::S3::Bucket');
  expect(bucket.DependsOn?.map((id) => rendered(stack, { Ref: id }))).toEqual(['X/Queue/Policy']);
});

test('S3 may send by account, EventBridge for the one rule, and nobody without TLS', () => {
  const [statements] = Object.values(template.findResources('AWS::SQS::QueuePolicy', {
    Properties: { Queues: [stack.resolve(pipeline.queue.queueUrl)] },
  })).map(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  const queue = stack.resolve(pipeline.queue.queueArn);
  const told = statements.map(({ Effect, Principal, Action, Condition, Resource: on }) => ({ Effect, Principal, Action, Condition, on }));
  expect(told).toEqual([
    { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } }, on: queue },
    {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      on: queue,
    },
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [logicalId(stack, pipeline.node.findChild('Sweep')), 'Arn'] } } },
      on: queue,
    },
  ]);
});

test('the sweeper is a message to the queue every five minutes, not a function', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [{ Arn: stack.resolve(pipeline.queue.queueArn), Input: '{"job":"sweep"}' }],
  });
});

test('every function runs on Node.js 24 and writes to a log group of its own', () => {
  const groups = resources(template, 'AWS::Lambda::Function').map(({ Properties }) => {
    expect(Properties.Runtime).toBe('nodejs24.x');
    return rendered(stack, (Properties.LoggingConfig as { LogGroup: string }).LogGroup);
  });
  expect(groups.sort()).toEqual(['X/CompletionApiLogs', 'X/ProcessorLogs', 'X/QueryApiLogs', 'X/RangeWorkerLogs', 'X/UploadApiLogs']);
});

test('ten processors get one file each at once and say which messages failed', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 1,
    EventSourceArn: stack.resolve(pipeline.queue.queueArn),
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
});

test('the routes of the HTTP contract, and one for all others', () => {
  const keys = resources(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
  expect(keys.sort()).toEqual(['$default', ...ROUTES.map(({ method, path }) => `${method} ${path}`)].sort());
});

test('whatever is no route is answered by the function that answers questions', () => {
  const [route] = resources(template, 'AWS::ApiGatewayV2::Route').filter(({ Properties }) => Properties.RouteKey === '$default');
  const [query] = resources(template, 'AWS::ApiGatewayV2::Route').filter(({ Properties }) => Properties.RouteKey === 'GET /records');
  expect(route.Properties).toMatchObject({ AuthorizationType: 'AWS_IAM', Target: query.Properties.Target });
});

test('the API is called like the pipeline, as its metrics are', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { Name: Object.values(pipeline.metricRowsAccepted().dimensions!)[0] });
});

test('takes CSV files of up to 5 GiB', () => {
  template.resourcePropertiesCountIs('AWS::Lambda::Function', {
    Environment: {
      Variables: { CONTENT_TYPES: '["text/csv","application/csv","text/plain","application/vnd.ms-excel","application/gzip","application/x-gzip","application/zstd"]', MAX_FILE_SIZE: '5368709120' },
    },
  }, 3);
});

test('the properties of the pipeline are its parts', () => {
  const text = (value: string) => rendered(stack, stack.resolve(value));
  expect(text(pipeline.bucket.bucketArn)).toBe('X/Bucket.Arn');
  expect(text(pipeline.queue.queueArn)).toBe('X/Queue.Arn');
  expect(text(pipeline.deadLetterQueue!.queueArn)).toBe('X/DeadLetterQueue.Arn');
  expect(text(pipeline.processor.functionArn)).toBe('X/Processor.Arn');
  expect(text(pipeline.statusTable.tableArn)).toBe('X/StatusTable.Arn');
  expect(text(pipeline.queryTable.tableArn)).toBe('X/QueryTable.Arn');
  expect(text(pipeline.apiUrl!)).toBe('X/Api.ApiEndpoint');
});
