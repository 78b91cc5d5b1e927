import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { UploadIngestPipeline } from '../../../src';
import { ENV, pipelineInStack, resources, Statement, warningIds } from '../support';

describe.each([['region agnostic', {}], ['with a region', { env: ENV }]])('a key in a stack that is %s', (_case, stackProps) => {
  const { stack, pipeline } = pipelineInStack((scope) => ({ encryptionKey: new kms.Key(scope, 'Key') }), stackProps);
  const template = Template.fromStack(stack);
  const key = stack.resolve((stack.node.findChild('Key') as kms.Key).keyArn);

  test('encrypts the bucket, with a bucket key', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { KMSMasterKeyID: key, SSEAlgorithm: 'aws:kms' },
        }],
      },
    });
  });

  test('encrypts both queues', () => {
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { KmsMasterKeyId: key, SqsManagedSseEnabled: Match.absent() }, 2);
  });

  test('encrypts both tables', () => {
    template.resourcePropertiesCountIs('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
    }, 2);
    expect(pipeline.queryTable.encryptionKey).toBe(stack.node.findChild('Key'));
  });

  test('lets S3 and EventBridge use it for the queue, and no other service', () => {
    const [{ Properties }] = resources(template, 'AWS::KMS::Key');
    const services = (Properties.KeyPolicy as { Statement: Statement[] }).Statement.filter(({ Principal }) => 'Service' in (Principal as object));
    const use = ['kms:Decrypt', 'kms:GenerateDataKey'];
    expect(services).toEqual([
      {
        Action: use,
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Resource: '*',
      },
      {
        Action: use,
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: '*',
      },
    ]);
    expect(warningIds(stack)).toEqual([]);
  });
});

test('a key of another stack encrypts everything', () => {
  const { app, stack } = pipelineInStack();
  const keys = new Stack(app, 'Keys');
  new UploadIngestPipeline(stack, 'Y', { encryptionKey: new kms.Key(keys, 'Key') });
  expect(() => app.synth()).not.toThrow();
  const template = Template.fromStack(stack);
  template.resourcePropertiesCountIs('AWS::DynamoDB::Table', {
    SSESpecification: Match.objectLike({ KMSMasterKeyId: { 'Fn::ImportValue': Match.anyValue() } }),
  }, 2);
  template.resourcePropertiesCountIs('AWS::SQS::Queue', { KmsMasterKeyId: { 'Fn::ImportValue': Match.anyValue() } }, 2);
});

test('a key imported by its ARN is used, and the user is told what its policy must say', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
  const { stack } = pipelineInStack((scope) => ({ encryptionKey: kms.Key.fromKeyArn(scope, 'Key', arn) }));
  const template = Template.fromStack(stack);
  template.resourcePropertiesCountIs('AWS::SQS::Queue', { KmsMasterKeyId: arn }, 2);
  template.resourcePropertiesCountIs('AWS::DynamoDB::Table', { SSESpecification: Match.objectLike({ KMSMasterKeyId: arn }) }, 2);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: arn })]) },
  });
  expect(warningIds(stack)).toEqual(['importedKeyPolicy']);
});
