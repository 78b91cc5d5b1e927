import { DEADLINE_INDEX, StatusAttribute } from '../../../src/private/contract';
import { WorkLost, WorkStore } from '../../application/uploads/work-store';
import { UploadCheckpoint } from '../../domain/uploads/checkpoint';
import { Upload } from '../../domain/uploads/upload';
import { Lease, Work } from '../../domain/uploads/work';
import { DynamoDb, fromWire, isConditionFailed, toWire, WireItem } from '../aws/dynamodb';
import { DEADLINE_SHARD, fromStatusItem, StatusItem, toStatusItem } from './status-item';

/** What the processor adds to a status item; the API leaves it alone. */
interface Claim {
  readonly revision: number;
  readonly lease?: Lease;
  readonly state?: string;
  readonly checkpoint?: UploadCheckpoint;
  readonly execution?: string;
  /** Names the write, so that a retry whose answer was lost recognises its own success. */
  readonly writeId: string;
}

/** The uploads in DynamoDB, as the processor changes them: whole items, each write conditional on the one before. */
export class WorkTable implements WorkStore {
  constructor(private readonly client: DynamoDb, private readonly tableName: string, private readonly newId: () => string) {}

  public async find(uploadId: string): Promise<Work | undefined> {
    const item = await this.read(uploadId);
    return item && toWork(item);
  }

  public async add(upload: Upload): Promise<boolean> {
    try {
      await this.put(upload, { revision: 1, writeId: this.newId() }, 'attribute_not_exists(#id)', { '#id': StatusAttribute.UPLOAD_ID });
      return true;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return false;
    }
  }

  public async save(work: Work): Promise<Work> {
    const { upload, revision, lease, state, checkpoint, execution } = work;
    const claim = {
      revision: revision + 1,
      writeId: this.newId(),
      lease: lease ?? undefined,
      state: state ?? undefined,
      checkpoint: checkpoint ?? undefined,
      execution: execution ?? undefined,
    };
    const condition = revision === 0 ? 'attribute_exists(#id) AND attribute_not_exists(#revision)' : '#revision = :revision';
    const names = { '#revision': 'revision', ...(revision === 0 ? { '#id': StatusAttribute.UPLOAD_ID } : {}) };
    try {
      await this.put(upload, claim, condition, names, revision === 0 ? undefined : { ':revision': { N: String(revision) } });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      const stored = await this.read(upload.uploadId);
      if (stored?.writeId !== claim.writeId) throw new WorkLost(upload.uploadId);
    }
    return { ...work, revision: claim.revision };
  }

  public async overdue(now: string, limit: number, after?: Pick<Upload, 'uploadId' | 'deadline'>): Promise<Work[]> {
    const { Items = [] } = await this.client.call('Query', {
      TableName: this.tableName,
      IndexName: DEADLINE_INDEX,
      KeyConditionExpression: '#shard = :shard AND #deadline < :now',
      ExpressionAttributeNames: { '#shard': StatusAttribute.DEADLINE_SHARD, '#deadline': StatusAttribute.DEADLINE },
      ExpressionAttributeValues: { ':shard': { S: DEADLINE_SHARD }, ':now': { S: now } },
      ExclusiveStartKey: after && {
        [StatusAttribute.UPLOAD_ID]: { S: after.uploadId },
        [StatusAttribute.DEADLINE_SHARD]: { S: DEADLINE_SHARD },
        [StatusAttribute.DEADLINE]: { S: after.deadline! },
      },
      Limit: limit,
    });
    return Items.map((item) => toWork(fromWire(item)));
  }

  private async read(uploadId: string): Promise<StatusItem | undefined> {
    const { Item } = await this.client.call('GetItem', {
      TableName: this.tableName, Key: { [StatusAttribute.UPLOAD_ID]: { S: uploadId } }, ConsistentRead: true,
    });
    return Item && fromWire(Item);
  }

  private async put(upload: Upload, claim: Claim, condition: string, names: Record<string, string>, values?: WireItem) {
    await this.client.call('PutItem', {
      TableName: this.tableName,
      Item: toWire({ ...toStatusItem(upload), ...claim }),
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
  }
}

function toWork(item: StatusItem): Work {
  const { revision = 0, lease = null, state = null, checkpoint = null, execution = null } = item as Partial<Claim>;
  return { upload: fromStatusItem(item), revision, lease, state, checkpoint, execution };
}
