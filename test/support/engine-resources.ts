import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Tables, buckets and queues of one test file, made without CloudFormation and taken away at its end. */
export class EngineResources {
  private readonly cleanups: (() => Promise<unknown>)[] = [];

  constructor(private readonly clients: { dynamodb: DynamoDBClient; s3: S3Client; sqs: SQSClient }) {}

  /** A table whose keys, and those of its indexes, are texts. */
  public async table(keys: readonly string[], indexes: Readonly<Record<string, readonly string[]>> = {}): Promise<string> {
    const { dynamodb } = this.clients;
    const TableName = `test-${randomUUID()}`;
    const schema = (names: readonly string[]) => names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' } as const));
    const names = [...new Set([keys, ...Object.values(indexes)].flat())];
    const all = Object.entries(indexes);
    await dynamodb.send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: schema(keys),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: all.length === 0 ? undefined : all.map(([IndexName, ofIndex]) =>
        ({ IndexName, KeySchema: schema(ofIndex), Projection: { ProjectionType: 'ALL' } })),
    }));
    this.cleanups.push(() => dynamodb.send(new DeleteTableCommand({ TableName })));
    return TableName;
  }

  public async bucket(): Promise<string> {
    const { s3 } = this.clients;
    const Bucket = `test-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    this.cleanups.push(async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      await s3.send(new DeleteBucketCommand({ Bucket }));
    });
    return Bucket;
  }

  public async queue(visibilitySeconds = 30): Promise<string> {
    const { sqs } = this.clients;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({
      QueueName: `test-${randomUUID()}`, Attributes: { VisibilityTimeout: String(visibilitySeconds) },
    }));
    this.cleanups.push(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
    return QueueUrl!;
  }

  public async fifoQueue(visibilitySeconds = 30): Promise<string> {
    const { sqs } = this.clients;
    const Attributes = { FifoQueue: 'true', VisibilityTimeout: String(visibilitySeconds) };
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `test-${randomUUID()}.fifo`, Attributes }));
    this.cleanups.push(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
    return QueueUrl!;
  }

  public async remove(): Promise<void> {
    for (const cleanup of this.cleanups.reverse()) await cleanup();
    Object.values(this.clients).forEach((client) => client.destroy());
  }
}
