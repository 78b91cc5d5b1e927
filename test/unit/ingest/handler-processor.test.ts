import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Column, HandlerProcessorProps, RecordIndex, RecordKeys, RecordSchema, UploadIngestPipeline, UploadProcessor } from '../../../src';
import { ENV, environment, permissions, pipelineInStack, recordModelOf, templateOf, userFunction, warningIds } from '../support';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:mine';
const processorRole = ({ stack, pipeline }: ReturnType<typeof pipelineInStack>) => permissions(stack, pipeline.node.findChild('ProcessorRole'));
const made = (props?: HandlerProcessorProps, fn: Partial<lambda.FunctionProps> = { timeout: Duration.minutes(1) }) => (
  pipelineInStack((stack) => ({ processor: UploadProcessor.handler(userFunction(stack, 'Mine', fn), props) }))
);

test('our processor calls the function, which may read the files and nothing else', () => {
  const handled = made();
  const { stack, pipeline } = handled;
  const mine = stack.node.findChild('Mine') as lambda.Function;
  expect(pipeline.processor).not.toBe(mine);
  expect(processorRole(handled)).toContain('lambda:InvokeFunction on Mine.Arn');
  expect(permissions(stack, mine.role!)).toEqual(['s3:GetObject on X/Bucket.Arn/uploads/*']);
  expect(environment(handled, 'Processor')).toMatchObject({ HANDLER_FUNCTION: 'Mine.Arn', HANDLER_TIMEOUT_SECONDS: '60' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 900, MemorySize: 512, Runtime: 'nodejs24.x' });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionName: stack.resolve(pipeline.processor.functionName) });
  template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
  expect(warningIds(stack)).toEqual([]);
});

test('a processor of rows calls nobody', () => {
  const rows = pipelineInStack();
  expect(environment(rows, 'Processor')).toMatchObject({ HANDLER_FUNCTION: '', HANDLER_TIMEOUT_SECONDS: '0' });
  expect(processorRole(rows).filter((line) => line.startsWith('lambda:'))).toEqual([]);
});

test('the records that it returns have schema, keys and indexes', () => {
  const handled = made({
    schema: RecordSchema.of([Column.string('language')]),
    keys: RecordKeys.of({ partitionKey: 'CATALOG#{language}' }),
    indexes: [RecordIndex.of({ indexName: 'by-language', partitionKey: 'language' })],
  });
  expect(recordModelOf(handled)).toMatchObject({
    columns: [{ name: 'language' }], keys: { partitionKey: 'CATALOG#{language}' }, indexes: [{ name: 'by-language' }],
  });
  expect(() => made({ indexes: [RecordIndex.of({ indexName: 'by-x', partitionKey: 'x' })] })).toThrow('[UNKNOWN_INDEX_COLUMN]');
});

test('it takes files of any type by default, and rows those of CSV', () => {
  expect(environment(made(), 'Processor').CONTENT_TYPES).toBe('["*/*"]');
  expect(environment(pipelineInStack(), 'Processor').CONTENT_TYPES).toBe('["text/csv","application/csv","text/plain","application/vnd.ms-excel","application/gzip","application/x-gzip","application/zstd"]');
  const own = pipelineInStack((stack) => ({ contentTypes: ['image/*'], processor: UploadProcessor.handler(userFunction(stack)) }));
  expect(environment(own, 'Processor').CONTENT_TYPES).toBe('["image/*"]');
});

test('our processor runs as asked', () => {
  templateOf((stack) => ({
    processor: UploadProcessor.handler(userFunction(stack), { timeout: Duration.minutes(2), memorySize: 256 }),
  })).hasResourceProperties('AWS::Lambda::Function', { Timeout: 120, MemorySize: 256 });
});

describe('an alias', () => {
  test('is called as such, and its function gets the permissions', () => {
    const handled = pipelineInStack((stack) => {
      const fn = userFunction(stack, 'Mine', { timeout: Duration.minutes(3) });
      return { processor: UploadProcessor.handler(new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion })) };
    });
    expect(processorRole(handled)).toContain('lambda:InvokeFunction on Live');
    expect(environment(handled, 'Processor')).toMatchObject({ HANDLER_FUNCTION: 'Live', HANDLER_TIMEOUT_SECONDS: '180' });
    const { role } = handled.stack.node.findChild('Mine') as lambda.Function;
    expect(permissions(handled.stack, role!)).toEqual(['s3:GetObject on X/Bucket.Arn/uploads/*']);
  });
});

describe('time limits', () => {
  const refused = (processor: string, handler: string) =>
    `'timeout' of the processor must be at least 15 seconds longer than the handler's ${handler}, got ${processor} (Lambda's most is 15 minutes) [HANDLER_TIMEOUT_TOO_LONG]`;
  const bound = (timeout: Duration | undefined, handlerTimeout?: Duration, own?: Duration) => () => (
    made({ timeout, handlerTimeout }, { timeout: own })
  );

  test('the processor outlasts the function', () => {
    expect(bound(Duration.seconds(75), undefined, Duration.minutes(1))).not.toThrow();
    expect(bound(Duration.seconds(74), undefined, Duration.minutes(1))).toThrow(new Error(refused('1 minute 14 seconds', '1 minute')));
    expect(bound(undefined, undefined, Duration.seconds(885))).not.toThrow();
    expect(bound(undefined, undefined, Duration.seconds(886))).toThrow(new Error(refused('15 minutes', '14 minutes 46 seconds')));
  });

  test('what is said of the function goes before what it says itself, which is three seconds by default', () => {
    expect(bound(Duration.seconds(18))).not.toThrow();
    expect(bound(Duration.seconds(17))).toThrow('[HANDLER_TIMEOUT_TOO_LONG]');
    expect(bound(Duration.seconds(18), Duration.seconds(4))).toThrow('[HANDLER_TIMEOUT_TOO_LONG]');
  });
});

test('a function of another stack of the app closes no circle', () => {
  const app = new App();
  const other = new Stack(app, 'Other');
  const mine = userFunction(other);
  const key = new kms.Key(other, 'Key');
  const stack = new Stack(app, 'S');
  new UploadIngestPipeline(stack, 'X', { processor: UploadProcessor.handler(mine), encryptionKey: key });
  expect(() => app.synth()).not.toThrow();
});

test('an imported function is called by its ARN, and the user is told what it must be allowed to', () => {
  const handled = pipelineInStack((stack) => ({
    processor: UploadProcessor.handler(lambda.Function.fromFunctionArn(stack, 'Mine', ARN), { handlerTimeout: Duration.minutes(1) }),
  }));
  expect(processorRole(handled)).toContain(`lambda:InvokeFunction on ${ARN}`);
  expect(environment(handled, 'Processor')).toMatchObject({ HANDLER_FUNCTION: ARN, HANDLER_TIMEOUT_SECONDS: '60' });
  expect(warningIds(handled.stack)).toEqual(['importedFunction']);
});

test('one that is imported with its role gets the permissions', () => {
  const { stack } = pipelineInStack((scope) => ({
    processor: UploadProcessor.handler(lambda.Function.fromFunctionAttributes(scope, 'Mine', {
      functionArn: ARN, role: iam.Role.fromRoleArn(scope, 'Role', 'arn:aws:iam::111122223333:role/mine'),
    }), { handlerTimeout: Duration.minutes(1) }),
  }), { env: ENV });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { Roles: ['mine'] });
  expect(warningIds(stack)).toEqual([]);
});

test('with a key the function may decrypt files', () => {
  const { stack } = pipelineInStack((scope) => ({
    encryptionKey: new kms.Key(scope, 'Key'), processor: UploadProcessor.handler(userFunction(scope)),
  }));
  const { role } = stack.node.findChild('Mine') as lambda.Function;
  expect(permissions(stack, role!).sort()).toEqual(['kms:Decrypt on Key.Arn', 's3:GetObject on X/Bucket.Arn/uploads/*']);
});
