import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DEADLINE_SHARD, fromStatusItem, StatusItem, toStatusItem } from './status-item';
import { DEADLINE_INDEX, StatusAttribute } from '../../src/private/contract';
import { WorkLost, WorkStore } from '../application/work-store';
import { Upload } from '../domain/upload';
import { Lease, Work } from '../domain/work';

/** What the processor adds to a status item; the API leaves it alone. */
interface Claim {
  readonly revision: number;
  readonly lease?: Lease;
  readonly etag?: string;
  /** Names the write, so that a retry whose answer was lost recognises its own success. */
  readonly writeId: string;
}

/** The uploads in DynamoDB, as the processor changes them: whole items, each write conditional on the one before. */
export class WorkTable implements WorkStore {
  constructor(private readonly client: DynamoDBDocumentClient, private readonly tableName: string, private readonly newId: () => string) {}

  public async find(uploadId: string): Promise<Work | undefined> {
    const item = await this.read(uploadId);
    return item && toWork(item);
  }

  public async add(upload: Upload): Promise<boolean> {
    try {
      await this.put(upload, { revision: 1, writeId: this.newId() }, 'attribute_not_exists(#id)', { '#id': StatusAttribute.UPLOAD_ID });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return false;
    }
  }

  public async save(work: Work): Promise<Work> {
    const { upload, revision, lease, etag } = work;
    const claim = { revision: revision + 1, writeId: this.newId(), ...(lease ? { lease } : {}), ...(etag ? { etag } : {}) };
    const condition = revision === 0 ? 'attribute_exists(#id) AND attribute_not_exists(#revision)' : '#revision = :revision';
    const names = { '#revision': 'revision', ...(revision === 0 ? { '#id': StatusAttribute.UPLOAD_ID } : {}) };
    try {
      await this.put(upload, claim, condition, names, revision === 0 ? undefined : { ':revision': revision });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const stored = await this.read(upload.uploadId);
      if (stored?.writeId !== claim.writeId) throw new WorkLost(upload.uploadId);
    }
    return { ...work, revision: claim.revision };
  }

  public async overdue(now: string, limit: number): Promise<Work[]> {
    const { Items = [] } = await this.client.send(new QueryCommand({
      TableName: this.tableName,
      IndexName: DEADLINE_INDEX,
      KeyConditionExpression: '#shard = :shard AND #deadline < :now',
      ExpressionAttributeNames: { '#shard': StatusAttribute.DEADLINE_SHARD, '#deadline': StatusAttribute.DEADLINE },
      ExpressionAttributeValues: { ':shard': DEADLINE_SHARD, ':now': now },
      Limit: limit,
    }));
    return Items.map(toWork);
  }

  private async read(uploadId: string): Promise<StatusItem | undefined> {
    const { Item } = await this.client.send(new GetCommand({
      TableName: this.tableName, Key: { [StatusAttribute.UPLOAD_ID]: uploadId }, ConsistentRead: true,
    }));
    return Item;
  }

  private async put(upload: Upload, claim: Claim, condition: string, names: Record<string, string>, values?: Record<string, unknown>) {
    await this.client.send(new PutCommand({
      TableName: this.tableName,
      Item: { ...toStatusItem(upload), ...claim },
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    }));
  }
}

function toWork(item: StatusItem): Work {
  const { revision = 0, lease = null, etag = null } = item as Partial<Claim>;
  return { upload: fromStatusItem(item), revision, lease, etag };
}
