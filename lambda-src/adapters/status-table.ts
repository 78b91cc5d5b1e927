import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { recentPage, shardQuery } from './recent-index';
import { fromStatusItem, toStatusItem, uploadListPartition } from './status-item';
import { Attribute, RECENT_INDEX, STATUS_SHARDS, StatusAttribute } from '../../src/private/contract';
import { ListUploadsQuery, UploadStore } from '../application/upload-store';
import { Page, ShardPage } from '../domain/merge-pages';
import { Upload } from '../domain/upload';

/** The uploads in DynamoDB, as the API needs them. */
export class StatusTable implements UploadStore {
  constructor(private readonly client: DynamoDBDocumentClient, private readonly tableName: string) {}

  public async create(upload: Upload): Promise<void> {
    try {
      await this.client.send(new PutCommand({
        TableName: this.tableName,
        Item: toStatusItem(upload),
        ConditionExpression: 'attribute_not_exists(#id)',
        ExpressionAttributeNames: { '#id': StatusAttribute.UPLOAD_ID },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }));
    } catch (error) {
      if (!isOwnRetry(error, upload)) throw error;
    }
  }

  public async get(uploadId: string): Promise<Upload | undefined> {
    const { Item } = await this.client.send(new GetCommand({
      TableName: this.tableName,
      Key: { [StatusAttribute.UPLOAD_ID]: uploadId },
      // Who has just been given an id must not be told that it does not exist.
      ConsistentRead: true,
    }));
    return Item && fromStatusItem(Item);
  }

  public async list({ tenantId, limit, before, status }: ListUploadsQuery): Promise<Page<Upload>> {
    return recentPage({
      shards: STATUS_SHARDS,
      limit,
      before,
      readShard: (shard, below, size) => this.readShard(uploadListPartition(tenantId, String(shard)), below, size),
      accepts: status && ((upload) => upload.status === status),
    });
  }

  private async readShard(partition: string, before: string | undefined, limit: number): Promise<ShardPage<Upload>> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(new QueryCommand(
      shardQuery({ tableName: this.tableName, indexName: RECENT_INDEX, partition, before, limit }),
    ));
    const items = Items.map((item) => ({ position: String(item[Attribute.POSITION]), item: fromStatusItem(item) }));
    return { items, exhausted: LastEvaluatedKey === undefined };
  }
}

/** The SDK sends a write again when the answer was lost; then our own item is what stands in the way. */
function isOwnRetry(error: unknown, upload: Upload): boolean {
  if (!(error instanceof ConditionalCheckFailedException) || !error.Item) return false;
  const { tenantId, createdAt } = error.Item;
  return tenantId?.S === upload.tenantId && createdAt?.S === upload.createdAt;
}
