import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  IngestQueue, IngestQueueBindOptions, IngestQueueConfig, QueryTable, QueryTableBindOptions, QueryTableConfig, RecentIndex, StatusTable,
  StatusTableBindOptions, StatusTableConfig, UploadApi, UploadApiBindOptions, UploadApiConfig, UploadAuth, UploadAuthConfig, UploadBucket,
  UploadBucketBindOptions, UploadBucketConfig, UploadProcessor, UploadProcessorBindOptions, UploadProcessorConfig,
} from '../../../src';
import { ROUTES } from '../../../src/private/api/routes';
import { environment, pipelineInStack, userFunction } from '../support';

/** Routes of the contract that want to know who calls; on an API of ours there is one for all others, too. */
const PROTECTED = ROUTES.filter(({ group }) => group !== 'public').length;

class MyBucket extends UploadBucket {
  public bind(scope: Construct, options: UploadBucketBindOptions): UploadBucketConfig {
    return { bucket: new s3.Bucket(scope, 'MyBucket', { removalPolicy: options.removalPolicy }) };
  }
}

class MyQueue extends IngestQueue {
  public bind(scope: Construct, options: IngestQueueBindOptions): IngestQueueConfig {
    return { queue: new sqs.Queue(scope, 'MyQueue', { visibilityTimeout: options.processorTimeout }) };
  }
}

class MyProcessor extends UploadProcessor {
  public readonly timeout = Duration.minutes(1);

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    return { processor: userFunction(scope, 'MyProcessor', { environment: { MAX: String(options.maxFileSize.toBytes()) } }) };
  }
}

class MyStatusTable extends StatusTable {
  public bind(scope: Construct, _options: StatusTableBindOptions): StatusTableConfig {
    return { table: new dynamodb.TableV2(scope, 'MyStatus', { partitionKey: { name: 'uploadId', type: dynamodb.AttributeType.STRING } }) };
  }
}

class MyQueryTable extends QueryTable {
  public bind(scope: Construct, options: QueryTableBindOptions): QueryTableConfig {
    expect(options.indexes).toEqual([]);
    const string = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });
    const table = new dynamodb.TableV2(scope, 'MyRecords', { partitionKey: string('a'), sortKey: string('b') });
    return { table, partitionKeyName: 'a', sortKeyName: 'b', shards: RecentIndex.none().shards };
  }
}

class MyApi extends UploadApi {
  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    return { uploadFunction: userFunction(scope, 'MyApi', { environment: { BUCKET: options.bucket.bucketName } }), url: 'https://example.com' };
  }
}

class MyAuth extends UploadAuth {
  public bind(scope: Construct): UploadAuthConfig {
    return { authorizer: new HttpUserPoolAuthorizer('MyAuthorizer', new cognito.UserPool(scope, 'Users')) };
  }
}

test('every part can be a class of the user', () => {
  const { stack, pipeline } = pipelineInStack(() => ({
    bucket: new MyBucket(),
    queue: new MyQueue(),
    processor: new MyProcessor(),
    statusTable: new MyStatusTable(),
    queryTable: new MyQueryTable(),
    api: new MyApi(),
  }));
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 2);
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 60 });
  expect(pipeline.apiUrl).toBe('https://example.com');
  expect(pipeline.bucket).toBe(pipeline.node.findChild('MyBucket'));
  expect(pipeline.queryTable).toBe(pipeline.node.findChild('MyRecords'));
});

test.each([
  ['bucket', () => ({ bucket: new MyBucket() })],
  ['queue', () => ({ queue: new MyQueue() })],
  ['processor', () => ({ processor: new MyProcessor() })],
  ['status table', () => ({ statusTable: new MyStatusTable() })],
  ['query table', () => ({ queryTable: new MyQueryTable() })],
  ['API', () => ({ api: new MyApi() })],
])('a %s of the user works with all other parts of ours', (_part, props) => {
  expect(() => pipelineInStack(props).app.synth()).not.toThrow();
});

test('a query table of the user says its own key names', () => {
  expect(environment(pipelineInStack(() => ({ queryTable: new MyQueryTable() })), 'Processor')).toMatchObject({
    QUERY_PARTITION_KEY: 'a', QUERY_SORT_KEY: 'b', QUERY_SHARDS: '0',
  });
});

test('an authorization of the user protects every route but the public one', () => {
  const { stack } = pipelineInStack(() => ({ api: UploadApi.http({ auth: new MyAuth() }) }));
  Template.fromStack(stack).resourcePropertiesCountIs('AWS::ApiGatewayV2::Route', { AuthorizationType: apigatewayv2.HttpAuthorizerType.JWT }, PROTECTED + 1);
});

test('a queue of the user that S3 cannot send to is refused', () => {
  class KmsManagedQueue extends IngestQueue {
    public bind(scope: Construct): IngestQueueConfig {
      return { queue: new sqs.Queue(scope, 'MyQueue', { encryption: sqs.QueueEncryption.KMS_MANAGED, visibilityTimeout: Duration.hours(1) }) };
    }
  }
  expect(() => pipelineInStack(() => ({ queue: new KmsManagedQueue() }))).toThrow('got KMS_MANAGED: S3 cannot send');
});
