import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ProductFiles } from '../../../examples/product-files/stack';

const template = Template.fromStack(new ProductFiles(new App(), 'ProductFiles'));
const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
const ARN = { 'Fn::GetAtt': [key, 'Arn'] };

// The local engine does not tell how it encrypts, so that a test that deploys cannot ask.
test.each([
  ['AWS::S3::Bucket', {
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: ARN } }] },
  }],
  ['AWS::SQS::Queue', { KmsMasterKeyId: ARN }],
  ['AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: ARN } }],
])('every %s is encrypted with the key of the stack', (type, properties) => {
  template.allResourcesProperties(type, Match.objectLike(properties));
  expect(Object.keys(template.findResources(type))).not.toHaveLength(0);
});

test('keys have a quota and a rate', () => {
  template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
    Quota: { Limit: 100_000, Period: 'DAY' }, Throttle: { RateLimit: 20, BurstLimit: 40 },
  });
});
