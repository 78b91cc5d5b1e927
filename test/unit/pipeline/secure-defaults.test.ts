import { Match, Template } from 'aws-cdk-lib/assertions';
import { pipelineInStack, resources } from '../support';

const template = Template.fromStack(pipelineInStack().stack);

test('the bucket is private', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
});

test('the bucket is encrypted', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  });
});

test('the bucket takes TLS 1.2 and newer only', () => {
  const denied = (condition: object) => Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Condition: condition });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        denied({ Bool: { 'aws:SecureTransport': 'false' } }),
        denied({ NumericLessThan: { 's3:TlsVersion': 1.2 } }),
      ],
    },
  });
});

test('parts of unfinished uploads go after a week, files stay', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Id: 'AbortIncompleteUploads', Status: 'Enabled' },
        { ExpirationInDays: 30, Id: 'ExpireRejectSegments', Prefix: 'rejects/.segments/', Status: 'Enabled' },
      ],
    },
  });
});

test('both queues are encrypted and take TLS only', () => {
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  template.allResourcesProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('both tables are encrypted by DynamoDB, on demand, with point-in-time recovery', () => {
  template.allResourcesProperties('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    // Without a specification DynamoDB encrypts with a key of its own.
    SSESpecification: Match.absent(),
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});

test('everything that holds data stays when the stack goes; logs go with it', () => {
  for (const type of ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::DynamoDB::Table']) {
    template.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  }
  template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});

test('logs are kept for a month', () => {
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

test('every route but the public ones wants AWS credentials', () => {
  const open = resources(template, 'AWS::ApiGatewayV2::Route').filter(({ Properties }) => Properties.AuthorizationType !== 'AWS_IAM');
  const shared = open.map(({ Properties }) => String(Properties.RouteKey)).filter((key) => !key.includes(' /u/{token}/'));
  expect(shared).toEqual(['GET /health', 'GET /openapi.json']);
  expect(open.every(({ Properties }) => Properties.AuthorizationType === 'NONE')).toBe(true);
});

test('access logs have no path, no query and no URL: they would hold tokens of sessions, keys and cursors', () => {
  const [{ Properties }] = resources(template, 'AWS::ApiGatewayV2::Stage');
  const { Format } = Properties.AccessLogSettings as { Format: string };
  expect(Object.keys(JSON.parse(Format) as object)).toEqual([
    'requestId', 'requestTime', 'routeKey', 'status', 'responseLength', 'latency', 'integrationLatency', 'sourceIp', 'error',
  ]);
  expect(Format).not.toMatch(/path|query|url/i);
});

test('the API has access logs', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    AutoDeploy: true,
    AccessLogSettings: { DestinationArn: Match.anyValue(), Format: Match.anyValue() },
  });
});

test('a message that fails three times goes to the dead-letter queue and stays there for two weeks', () => {
  template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 3 }, MessageRetentionPeriod: 345600 });
  template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: Match.absent(), MessageRetentionPeriod: 1209600 });
});
