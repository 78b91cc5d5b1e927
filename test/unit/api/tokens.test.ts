import { Aws, CfnParameter, Duration, Fn, Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Column, IngestQueue, QueryTable, RecentIndex, RecordKeys, RecordSchema, UploadApi, UploadBucket, UploadIngestPipelineProps, UploadProcessor } from '../../../src';
import { pipelineInStack, recordModelOf, templateOf, userFunction } from '../support';

const number = () => Token.asNumber(Fn.ref('Number'));
const REF = { Ref: 'Number' };
const JOINED = Match.objectLike({ Ref: 'Number' });

function withParameter(props: (stack: Stack, value: number) => UploadIngestPipelineProps): Template {
  return templateOf((stack) => props(stack, new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber));
}

/** A variable of one of the functions is the parameter. */
function expectVariable(template: Template, name: string, times: number): void {
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: { [name]: JOINED } } }, times);
}

describe('a parameter of the template is let through', () => {
  test('pageSize', () => expectVariable(withParameter((_, pageSize) => ({ api: UploadApi.http({ pageSize }) })), 'DEFAULT_PAGE_SIZE', 1));

  test('urlExpiry', () => {
    expectVariable(withParameter((_, value) => ({ api: UploadApi.http({ urlExpiry: Duration.seconds(value) }) })), 'URL_EXPIRY_SECONDS', 2);
  });

  test('maxFileSize', () => expectVariable(withParameter((_, value) => ({ maxFileSize: Size.bytes(value) })), 'MAX_FILE_SIZE', 3));

  test('shards, with the index', () => {
    const template = withParameter((_, value) => ({ queryTable: QueryTable.managed({ recentIndex: RecentIndex.sharded(value) }) }));
    expectVariable(template, 'QUERY_SHARDS', 3);
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { QUERY_RECENT_INDEX: 'recent' } } });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: Match.arrayWith([{ AttributeName: '_pk', KeyType: 'HASH' }]), GlobalSecondaryIndexes: [Match.objectLike({ IndexName: 'recent' })],
    });
  });

  test('maxReceiveCount', () => {
    const template = withParameter((_, maxReceiveCount) => ({ queue: IngestQueue.standard({ maxReceiveCount }) }));
    expectVariable(template, 'MAX_RECEIVE_COUNT', 1);
    template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: Match.objectLike({ maxReceiveCount: REF }) });
  });

  test('visibilityTimeout', () => {
    const template = withParameter((_, value) => ({ queue: IngestQueue.standard({ visibilityTimeout: Duration.seconds(value) }) }));
    expectVariable(template, 'VISIBILITY_SECONDS', 1);
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: REF });
  });

  test("visibilityTimeout of the user's queue", () => {
    expectVariable(withParameter((stack, value) => ({
      queue: IngestQueue.fromQueue(new sqs.Queue(stack, 'Mine', { visibilityTimeout: Duration.seconds(value) })),
    })), 'VISIBILITY_SECONDS', 1);
    expectVariable(withParameter((stack, value) => ({
      queue: IngestQueue.fromQueue(sqs.Queue.fromQueueArn(stack, 'Mine', 'arn:aws:sqs:eu-west-1:111122223333:mine'), {
        visibilityTimeout: Duration.seconds(value), maxReceiveCount: value,
      }),
    })), 'MAX_RECEIVE_COUNT', 1);
  });

  test('retentionPeriod', () => {
    withParameter((_, value) => ({ queue: IngestQueue.standard({ retentionPeriod: Duration.seconds(value) }) }))
      .hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: REF });
  });

  test('timeout and memorySize, and the queue hides messages for the longest time there is', () => {
    const template = withParameter((_, value) => ({
      processor: UploadProcessor.records({ timeout: Duration.seconds(value), memorySize: value }),
    }));
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: REF, MemorySize: REF });
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 5400 });
  });

  test("timeout of the user's function", () => {
    withParameter((stack, value) => ({
      processor: UploadProcessor.fromFunction(userFunction(stack, 'Mine', { timeout: Duration.seconds(value) })),
    })).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 5400 });
    withParameter((stack, value) => ({
      processor: UploadProcessor.fromFunction(lambda.Function.fromFunctionName(stack, 'Mine', 'mine'), { timeout: Duration.seconds(value) }),
    })).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 5400 });
  });

  test('batchSize and maxConcurrency', () => {
    withParameter((_, value) => ({ processor: UploadProcessor.records({ batchSize: value, maxConcurrency: value }) }))
      .hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: REF, ScalingConfig: { MaximumConcurrency: REF } });
  });

  test('fileRetention and incompleteUploadRetention', () => {
    withParameter((_, value) => ({
      bucket: UploadBucket.managed({ fileRetention: Duration.days(value), incompleteUploadRetention: Duration.days(value) }),
    })).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: REF } }),
          Match.objectLike({ Prefix: 'rejects/.segments/' }),
          Match.objectLike({ ExpirationInDays: REF }),
        ],
      },
    });
  });

  test('warmThroughput', () => {
    withParameter((_, value) => ({
      queryTable: QueryTable.managed({ warmThroughput: { readUnitsPerSecond: value, writeUnitsPerSecond: value } }),
    })).hasResourceProperties('AWS::DynamoDB::Table', { WarmThroughput: { ReadUnitsPerSecond: REF, WriteUnitsPerSecond: REF } });
  });

  test('contentTypes, one or all', () => {
    expectVariableJoin(templateOf((stack) => ({ contentTypes: [new CfnParameter(stack, 'Type').valueAsString] })),
      ['["', { Ref: 'Type' }, '"]']);
    const all = templateOf((stack) => ({ contentTypes: new CfnParameter(stack, 'Types', { type: 'CommaDelimitedList' }).valueAsList }));
    expectVariableJoin(all, ['["', { 'Fn::Join': ['","', { Ref: 'Types' }] }, '"]']);
  });
});

function expectVariableJoin(template: Template, parts: unknown[]): void {
  const joined = { 'Fn::Join': ['', parts] };
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: { CONTENT_TYPES: joined } } }, 3);
}

test('a value that comes late is let through, too', () => {
  const late = (value: number) => Lazy.number({ produce: () => value });
  const template = templateOf(() => ({
    api: UploadApi.http({ pageSize: late(7) }),
    processor: UploadProcessor.records({ batchSize: late(3), timeout: Duration.seconds(late(30)) }),
  }));
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { DEFAULT_PAGE_SIZE: '7' } } });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 3 });
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 30 });
});

describe('the record model is a file of the function', () => {
  test('so a value that comes late is in it', () => {
    const late = Lazy.number({ produce: () => 5 });
    const made = pipelineInStack(() => ({
      processor: UploadProcessor.records({
        maxRows: late,
        schema: RecordSchema.of([
          Column.string('a', { minLength: late, maxLength: late, defaultValue: Lazy.string({ produce: () => 'abcde' }) }),
          Column.decimal('b', { min: late, max: late, defaultValue: '5' }),
        ]),
      }),
    }));
    expect(recordModelOf(made)).toMatchObject({
      maxRows: 5,
      columns: [{ name: 'a', minLength: 5, maxLength: 5, default: 'abcde' }, { name: 'b', min: '5', max: '5' }],
    });
  });

  test.each<[string, () => UploadProcessor]>([
    ['maxRows', () => UploadProcessor.records({ maxRows: number() })],
    ['maxLength', () => UploadProcessor.records({ schema: RecordSchema.of([Column.string('a', { maxLength: number() })]) })],
    ['min', () => UploadProcessor.records({ schema: RecordSchema.of([Column.integer('a', { min: number(), max: 5 })]) })],
    ['allowed', () => UploadProcessor.records({ schema: RecordSchema.of([Column.string('a', { allowedValues: [Aws.REGION] })]) })],
  ])('so a value that only CloudFormation knows is refused: %s', (property, make) => {
    expect(() => pipelineInStack(() => ({ processor: make() }))).toThrow(
      new RegExp(`^'${property}' must be known when the app is synthesized, got a value of CloudFormation's: \\{"Ref":"[\\w:]+"\\} \\[UNKNOWN_AT_SYNTH\\]$`));
  });

  test('so a key template is known', () => {
    expect(() => RecordKeys.of({ partitionKey: `${Aws.REGION}#{row}` })).toThrow(/^'partitionKey' must be known when the app is synthesized, got a token: /);
  });
});

test('a token in another unit than the service counts in is refused by CDK, kindly', () => {
  expect(() => pipelineInStack(() => ({ api: UploadApi.http({ urlExpiry: Duration.minutes(number()) }) }))).toThrow(
    "Duration must be specified as 'Duration.seconds()' here since its value comes from a token and cannot be converted (got Duration.minutes)");
});
