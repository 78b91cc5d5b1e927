import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { UploadApi, UploadBucket, UploadIngestPipeline } from '../../../src';
import { ENV, permissions, pipelineInStack, resources, templateOf, warningIds } from '../support';

describe('managed', () => {
  test('files are kept for as long as asked', () => {
    templateOf(() => ({ bucket: UploadBucket.managed({ fileRetention: Duration.days(30) }) })).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: Match.arrayWith([{ Id: 'ExpireFiles', ExpirationInDays: 30, Status: 'Enabled' }]) },
    });
  });

  test('parts of unfinished uploads are kept for as long as asked', () => {
    const rule = Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } });
    templateOf(() => ({ bucket: UploadBucket.managed({ incompleteUploadRetention: Duration.days(1) }) })).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: Match.arrayWith([rule]) },
    });
  });

  test('what a processor that was killed has left of rejects goes by itself, and nothing else', () => {
    templateOf(() => ({})).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ Id: 'AbortIncompleteUploads' }),
          { Id: 'ExpireRejectSegments', Prefix: 'rejects/.segments/', ExpirationInDays: 30, Status: 'Enabled' },
        ],
      },
    });
  });

  test('pages of the origins that may call the API may send files as well, and those that are named besides', () => {
    const cors = (bucket?: UploadBucket, origins?: string[]) => {
      const template = templateOf(() => ({ bucket, api: UploadApi.http({ cors: origins && { origins } }) }));
      return resources(template, 'AWS::S3::Bucket')[0].Properties.CorsConfiguration;
    };
    const rule = (AllowedOrigins: string[]) => ({
      CorsRules: [{
        AllowedOrigins,
        AllowedMethods: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'],
        AllowedHeaders: ['*'],
        ExposedHeaders: ['ETag', 'Location', 'x-amz-checksum-sha256', 'x-amz-checksum-crc64nvme'],
        MaxAge: 3600,
      }],
    });
    expect(cors()).toBeUndefined();
    expect(cors(undefined, ['https://a.example.com'])).toEqual(rule(['https://a.example.com']));
    expect(cors(UploadBucket.managed({ corsOrigins: ['https://b.example.com'] }))).toEqual(rule(['https://b.example.com']));
    expect(cors(UploadBucket.managed({ corsOrigins: ['https://b.example.com', 'https://a.example.com'] }), ['https://a.example.com']))
      .toEqual(rule(['https://a.example.com', 'https://b.example.com']));
  });

  test('access logs go where asked', () => {
    const { stack } = pipelineInStack((scope) => ({
      bucket: UploadBucket.managed({ serverAccessLogsBucket: new s3.Bucket(scope, 'Logs'), serverAccessLogsPrefix: 'uploads-log/' }),
    }));
    const logs = stack.node.findChild('Logs') as s3.Bucket;
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: stack.resolve(logs.bucketName), LogFilePrefix: 'uploads-log/' },
    });
  });
});

/** What holds for every bucket of the user's. */
function expectWatched(stack: Stack, bucket: s3.IBucket): void {
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'source': ['aws.s3'],
      'detail-type': ['Object Created'],
      'detail': { bucket: { name: [stack.resolve(bucket.bucketName)] }, object: { key: [{ prefix: 'uploads/' }] } },
    },
    Targets: [Match.objectLike({ Arn: Match.anyValue() })],
  });
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' } })]),
    },
  });
  expect(warningIds(stack)).toEqual(['bucketEventBridge']);
}

describe("the user's", () => {
  test('bucket of the same stack is watched by EventBridge and keeps its own settings', () => {
    const { stack, pipeline } = pipelineInStack((scope) => ({ bucket: UploadBucket.fromBucket(new s3.Bucket(scope, 'Mine')) }));
    const mine = stack.node.findChild('Mine') as s3.Bucket;
    expect(pipeline.bucket).toBe(mine);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::S3::Bucket', 1);
    template.hasResourceProperties('AWS::S3::Bucket', { NotificationConfiguration: Match.absent() });
    expectWatched(stack, mine);
    expect(permissions(stack, pipeline.node.findChild('UploadApiRole'))).toContain(
      's3:PutObject,s3:AbortMultipartUpload,s3:ListMultipartUploadParts on Mine.Arn/uploads/*');
  });

  test('bucket of another stack of the app is watched', () => {
    const app = new App();
    const mine = new s3.Bucket(new Stack(app, 'Other'), 'Mine', { encryption: s3.BucketEncryption.KMS });
    const stack = new Stack(app, 'S');
    const pipeline = new UploadIngestPipeline(stack, 'X', { bucket: UploadBucket.fromBucket(mine) });
    expect(() => app.synth()).not.toThrow();
    expectWatched(stack, mine);
    expect(pipeline.bucket).toBe(mine);
    expect(permissions(stack, pipeline.node.findChild('UploadApiRole')).join('\n')).toMatch(/kms:Decrypt,kms:GenerateDataKey on .*ImportValue/);
  });

  test('bucket imported by name is watched, and the permissions are on its ARN', () => {
    const { stack, pipeline } = pipelineInStack((scope) => ({ bucket: UploadBucket.fromBucket(s3.Bucket.fromBucketName(scope, 'Mine', 'my-bucket')) }));
    expectWatched(stack, pipeline.bucket);
    const lines = ['UploadApiRole', 'ProcessorRole'].flatMap((id) => permissions(stack, pipeline.node.findChild(id)));
    expect(lines.filter((line) => line.startsWith('s3:'))).toEqual([
      's3:PutObject,s3:AbortMultipartUpload,s3:ListMultipartUploadParts on arn:AWS::Partition:s3:::my-bucket/uploads/*',
      's3:GetObject on arn:AWS::Partition:s3:::my-bucket/uploads/*',
      's3:PutObject,s3:AbortMultipartUpload on arn:AWS::Partition:s3:::my-bucket/rejects/*',
      's3:ListBucket on arn:AWS::Partition:s3:::my-bucket',
      's3:GetObject on arn:AWS::Partition:s3:::my-bucket/rejects/.segments/*',
      's3:DeleteObject on arn:AWS::Partition:s3:::my-bucket/rejects/*',
      's3:DeleteObject,s3:AbortMultipartUpload on arn:AWS::Partition:s3:::my-bucket/uploads/*',
    ]);
  });

  test('bucket imported by its ARN with its key: the functions may use the key', () => {
    const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
    const { stack, pipeline } = pipelineInStack((scope) => ({
      bucket: UploadBucket.fromBucket(s3.Bucket.fromBucketAttributes(scope, 'Mine', {
        bucketArn: 'arn:aws:s3:::my-bucket', encryptionKey: kms.Key.fromKeyArn(scope, 'Key', keyArn),
      })),
    }), { env: ENV });
    expect(permissions(stack, pipeline.node.findChild('UploadApiRole'))).toContain(`kms:Decrypt,kms:GenerateDataKey on ${keyArn}`);
  });
});
