import { Attribute, RECENT_INDEX, STATUS_SHARDS, StatusAttribute } from '../../../src/private/contract';
import { ListUploadsQuery, UploadStore } from '../../application/uploads/upload-store';
import { Page, ShardPage } from '../../domain/lists/merge-pages';
import { Upload } from '../../domain/uploads/upload';
import { DynamoDb, fromWire, isConditionFailed, itemInTheWay, toWire } from '../aws/dynamodb';
import { recentPage, shardQuery } from './recent-index';
import { fromStatusItem, toStatusItem, uploadListPartition } from './status-item';

/** The uploads in DynamoDB, as the API needs them. */
export class StatusTable implements UploadStore {
  constructor(private readonly client: DynamoDb, private readonly tableName: string) {}

  public async create(upload: Upload): Promise<void> {
    try {
      await this.client.call('PutItem', {
        TableName: this.tableName,
        Item: toWire(toStatusItem(upload)),
        ConditionExpression: 'attribute_not_exists(#id)',
        ExpressionAttributeNames: { '#id': StatusAttribute.UPLOAD_ID },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    } catch (error) {
      if (!isOwnRetry(error, upload)) throw error;
    }
  }

  public async get(uploadId: string): Promise<Upload | undefined> {
    const { Item } = await this.client.call('GetItem', {
      TableName: this.tableName,
      Key: { [StatusAttribute.UPLOAD_ID]: { S: uploadId } },
      // Who has just been given an id must not be told that it does not exist.
      ConsistentRead: true,
    });
    return Item && fromStatusItem(fromWire(Item));
  }

  public async list({ tenantId, limit, before, status, owner }: ListUploadsQuery): Promise<Page<Upload>> {
    return recentPage({
      shards: STATUS_SHARDS,
      limit,
      before,
      readShard: (shard, below, size) => this.readShard(uploadListPartition(tenantId, String(shard)), below, size),
      accepts: status === undefined && owner === undefined ? undefined : (upload) => (
        (status === undefined || upload.status === status) && (owner === undefined || upload.owner === owner)
      ),
    });
  }

  private async readShard(partition: string, before: string | undefined, limit: number): Promise<ShardPage<Upload>> {
    const { Items = [], LastEvaluatedKey } = await this.client.call(
      'Query', shardQuery({ tableName: this.tableName, indexName: RECENT_INDEX, partition, before, limit }),
    );
    const items = Items.map((item) => ({ position: item[Attribute.POSITION].S!, item: fromStatusItem(fromWire(item)) }));
    return { items, exhausted: LastEvaluatedKey === undefined };
  }
}

/** A write whose answer was lost is sent again; then our own item is what stands in the way. */
function isOwnRetry(error: unknown, upload: Upload): boolean {
  const item = isConditionFailed(error) ? itemInTheWay(error) : undefined;
  if (!item) return false;
  const { tenantId, createdAt } = item;
  return tenantId?.S === upload.tenantId && createdAt?.S === upload.createdAt;
}
