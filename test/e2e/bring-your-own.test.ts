import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  Column, IngestQueue, QueryTable, RecentIndex, RecordIndex, RecordKeys, RecordSchema, StatusTable, UploadApi, UploadBucket,
  UploadIngestPipeline, UploadProcessor,
} from '../../src';
import { ApiClient } from '../../tools/client';
import { reachableUrl } from '../../tools/local-engine';
import { ingest } from '../support/ingest';
import { deployApp } from '../support/local-engine';

const text = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });

/** Everything that a pipeline would make, made by somebody else, with names of their own. */
class Theirs extends Stack {
  readonly api = new apigatewayv2.HttpApi(this, 'Api');

  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
    const bucket = new s3.Bucket(this, 'Bucket', { bucketName: 'their-bucket', removalPolicy: RemovalPolicy.DESTROY });
    (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    const deadLetterQueue = new sqs.Queue(this, 'Dead', { queueName: 'their-dead-letters' });
    const queue = new sqs.Queue(this, 'Queue', {
      queueName: 'their-queue', visibilityTimeout: Duration.minutes(6), deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 3 },
    });
    queue.grantSendMessages(new iam.ServicePrincipal('events.amazonaws.com'));
    new dynamodb.TableV2(this, 'Status', {
      tableName: 'their-uploads',
      partitionKey: text('uploadId'),
      globalSecondaryIndexes: [
        { indexName: 'recent', partitionKey: text('_list'), sortKey: text('_pos') },
        { indexName: 'deadline', partitionKey: text('deadlineShard'), sortKey: text('deadline') },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new dynamodb.Table(this, 'Records', {
      tableName: 'their-records',
      partitionKey: text('PK'),
      sortKey: text('SK'),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    }).addGlobalSecondaryIndex({ indexName: 'by-city', partitionKey: text('city'), sortKey: { name: 'age', type: dynamodb.AttributeType.NUMBER } });
  }
}

const PROCESSOR = UploadProcessor.records({
  schema: RecordSchema.of([Column.string('name'), Column.string('city'), Column.integer('age')]),
  keys: RecordKeys.of({ partitionKey: 'PERSON#{name}', sortKey: '{uploadedAt}' }),
  indexes: [RecordIndex.of({ indexName: 'by-city', partitionKey: 'city', sortKey: 'age' })],
});

test('a pipeline of imported parts only: bucket through EventBridge, queue, tables and API of somebody else', async () => {
  const { stacks } = await deployApp((app) => {
    const theirs = new Theirs(app, 'Theirs');
    const ours = new Stack(app, 'Ours');
    ours.addDependency(theirs);
    const queueArn = (name: string) => ours.formatArn({ service: 'sqs', resource: name });
    const pipeline = new UploadIngestPipeline(ours, 'Pipeline', {
      bucket: UploadBucket.fromBucket(s3.Bucket.fromBucketName(ours, 'Bucket', 'their-bucket')),
      queue: IngestQueue.fromQueue(sqs.Queue.fromQueueArn(ours, 'Queue', queueArn('their-queue')), {
        deadLetterQueue: sqs.Queue.fromQueueArn(ours, 'Dead', queueArn('their-dead-letters')), maxReceiveCount: 3, visibilityTimeout: Duration.minutes(6),
      }),
      processor: PROCESSOR,
      statusTable: StatusTable.fromTable(dynamodb.TableV2.fromTableName(ours, 'Status', 'their-uploads')),
      queryTable: QueryTable.fromTable(dynamodb.Table.fromTableName(ours, 'Records', 'their-records'), { partitionKeyName: 'PK', sortKeyName: 'SK' }),
      api: UploadApi.fromHttpApi(apigatewayv2.HttpApi.fromHttpApiAttributes(ours, 'Api', { httpApiId: theirs.api.apiId })),
    });
    new CfnOutput(ours, 'ApiUrl', { value: pipeline.apiUrl! });
  });
  const api = new ApiClient(reachableUrl(stacks.Ours.ApiUrl));

  const upload = await ingest(api, 'name,city,age\nAda,London,36\nKonrad,Berlin,85\nAlan,London,41\n', { fileName: 'ä b+c.csv' });
  expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 3, rejected: 0 } });

  const { items } = await api.listRecords({ index: 'by-city', key: 'London' });
  expect(items.map(({ name, age }) => [name, age])).toEqual(expect.arrayContaining([['Ada', 36], ['Alan', 41]]));
  const konrad = { PK: 'PERSON#Konrad', SK: upload.history[1].at, name: 'Konrad', city: 'Berlin', age: 85 };
  expect((await api.getRecords('PERSON#Konrad')).items).toContainEqual(konrad);
  await expect(api.listRecords()).rejects.toMatchObject({ status: 400, code: 'LISTING_DISABLED' });
}, 300_000);

test('a pipeline of parts that the same app owns', async () => {
  const { stacks } = await deployApp((app) => {
    const stack = new Stack(app, 'Owned');
    const deadLetters = new sqs.Queue(stack, 'Dead');
    const records = new dynamodb.TableV2(stack, 'Records', {
      partitionKey: text('_pk'),
      sortKey: text('_sk'),
      removalPolicy: RemovalPolicy.DESTROY,
      globalSecondaryIndexes: [{ indexName: 'recent', partitionKey: text('_list'), sortKey: text('_pos') }],
    });
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      queue: IngestQueue.fromQueue(new sqs.Queue(stack, 'Queue', {
        visibilityTimeout: Duration.minutes(5), deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
      })),
      queryTable: QueryTable.fromTable(records, { recentIndex: RecentIndex.sharded(2) }),
      api: UploadApi.fromHttpApi(new apigatewayv2.HttpApi(stack, 'Api')),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
  });
  const api = new ApiClient(reachableUrl(stacks.Owned.ApiUrl));
  const upload = await ingest(api, 'a,b\n1,2\n3,4\n');
  expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 2, rejected: 0 } });
  expect((await api.listRecords({ limit: 2 })).items).toMatchObject([{ a: '1', b: '2' }, { a: '3', b: '4' }]);
}, 300_000);
