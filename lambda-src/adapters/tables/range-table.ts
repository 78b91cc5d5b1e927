import { EXPIRY_ATTRIBUTE, StatusAttribute } from '../../../src/private/contract';
import { EndRights } from '../../application/fan-out/early-end';
import { FanOutOf } from '../../application/fan-out/fanned-out-upload';
import { Progress } from '../../application/fan-out/ingest-range';
import { RangeLost, RangeStore, RangeWork } from '../../application/fan-out/range-store';
import { Lease } from '../../domain/uploads/work';
import { DynamoDb, fromWire, isConditionFailed, toWire } from '../aws/dynamodb';

/** An execution can be redriven for 14 days after it has ended, and one may run for long. */
const KEPT_SECONDS = 60 * 24 * 3600;

/** The ranges of fan-outs as helper items of the status table, which no list shows. */
export class RangeTable implements RangeStore, EndRights {
  constructor(
    private readonly client: DynamoDb, private readonly tableName: string,
    private readonly ports: { readonly newId: () => string; readonly now: () => Date },
  ) {}

  public async find(execution: string, nth: number): Promise<RangeWork | undefined> {
    const item = await this.read(execution, nth);
    return item && {
      execution,
      nth,
      range: item.range,
      survey: item.survey,
      model: item.model,
      settled: item.settled ?? null,
      checkpoint: item.checkpoint ?? null,
      isDone: item.isDone ?? false,
      lease: item.lease ?? null,
      failure: item.failure ?? null,
      revision: item.revision,
    };
  }

  public async save(work: RangeWork): Promise<RangeWork> {
    const { execution, nth, revision, settled, checkpoint, lease, failure, ...rest } = work;
    // Names the write, so that a retry whose answer was lost recognises its own success.
    const writeId = this.ports.newId();
    const next = revision + 1;
    try {
      await this.client.call('PutItem', {
        TableName: this.tableName,
        Item: toWire({
          ...key(execution, nth),
          ...rest,
          settled: settled ?? undefined,
          checkpoint: checkpoint ?? undefined,
          lease: lease ?? undefined,
          failure: failure ?? undefined,
          revision: next,
          writeId,
          [EXPIRY_ATTRIBUTE]: Math.ceil(this.ports.now().getTime() / 1000) + KEPT_SECONDS,
        }),
        ConditionExpression: revision === 0 ? 'attribute_not_exists(#revision)' : '#revision = :revision',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: revision === 0 ? undefined : { ':revision': { N: String(revision) } },
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      const stored = await this.read(execution, nth);
      if (stored?.writeId !== writeId) throw new RangeLost(work);
    }
    return { ...work, revision: next };
  }

  /**
   * The upload's own item. It raises no revision, so that whoever ends the upload is not beaten by all of its ranges; what is added while
   * they do so may get lost, and comes right with the end.
   */
  public async addProgress({ uploadId, execution }: FanOutOf, { bytes, rows, rejected }: Progress): Promise<Progress | undefined> {
    try {
      const { Attributes } = await this.client.call('UpdateItem', {
        TableName: this.tableName,
        Key: { [StatusAttribute.UPLOAD_ID]: { S: uploadId } },
        UpdateExpression: 'SET #progress.#bytes = #progress.#bytes + :bytes, #progress.#rows = if_not_exists(#progress.#rows, :none) + :rows, '
          + '#progress.#rejected = if_not_exists(#progress.#rejected, :none) + :rejected, #updatedAt = :now',
        ConditionExpression: '#status = :processing AND #execution = :execution',
        ExpressionAttributeNames: {
          '#progress': 'progress',
          '#bytes': 'bytes',
          '#rows': 'rows',
          '#rejected': 'rejected',
          '#updatedAt': 'updatedAt',
          '#status': 'status',
          '#execution': 'execution',
        },
        ExpressionAttributeValues: toWire({
          ':bytes': bytes,
          ':rows': rows,
          ':rejected': rejected,
          ':none': 0,
          ':now': this.ports.now().toISOString(),
          ':processing': 'PROCESSING',
          ':execution': execution,
        }),
        ReturnValues: 'UPDATED_NEW',
      });
      return fromWire(Attributes!).progress as Progress;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return undefined;
    }
  }

  public async take({ uploadId, execution }: FanOutOf, lease: Lease): Promise<number | undefined> {
    try {
      const { Attributes } = await this.client.call('UpdateItem', {
        TableName: this.tableName,
        Key: { [StatusAttribute.UPLOAD_ID]: { S: uploadId } },
        UpdateExpression: 'SET #lease = :lease, #revision = #revision + :one',
        ConditionExpression: '#status = :processing AND #execution = :execution '
          + 'AND (attribute_not_exists(#lease) OR #lease.#until <= :now OR #lease.#holder = :holder)',
        ExpressionAttributeNames: {
          '#lease': 'lease', '#until': 'until', '#holder': 'holder', '#revision': 'revision', '#status': 'status', '#execution': 'execution',
        },
        ExpressionAttributeValues: toWire({
          ':lease': lease,
          ':holder': lease.holder,
          ':one': 1,
          ':now': this.ports.now().toISOString(),
          ':processing': 'PROCESSING',
          ':execution': execution,
        }),
        ReturnValues: 'ALL_NEW',
      });
      return (fromWire(Attributes!).progress as Partial<Progress>).rejected ?? 0;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return undefined;
    }
  }

  public async giveBack({ uploadId, execution }: FanOutOf, holder: string, rejected: number): Promise<void> {
    try {
      await this.client.call('UpdateItem', {
        TableName: this.tableName,
        Key: { [StatusAttribute.UPLOAD_ID]: { S: uploadId } },
        UpdateExpression: 'SET #progress.#rejected = if_not_exists(#progress.#rejected, :none) + :rejected, #revision = #revision + :one REMOVE #lease',
        ConditionExpression: '#status = :processing AND #execution = :execution AND #lease.#holder = :holder',
        ExpressionAttributeNames: {
          '#progress': 'progress',
          '#rejected': 'rejected',
          '#revision': 'revision',
          '#lease': 'lease',
          '#holder': 'holder',
          '#status': 'status',
          '#execution': 'execution',
        },
        ExpressionAttributeValues: toWire({
          ':rejected': rejected, ':none': 0, ':one': 1, ':holder': holder, ':processing': 'PROCESSING', ':execution': execution,
        }),
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }

  private async read(execution: string, nth: number): Promise<StoredRange | undefined> {
    const { Item } = await this.client.call('GetItem', { TableName: this.tableName, Key: toWire(key(execution, nth)), ConsistentRead: true });
    return Item && fromWire(Item) as unknown as StoredRange;
  }
}

type StoredRange = Pick<RangeWork, 'range' | 'survey' | 'model' | 'revision'> & Partial<RangeWork> & { readonly writeId: string };

function key(execution: string, nth: number): Record<string, string> {
  return { [StatusAttribute.UPLOAD_ID]: `range#${execution}#${nth}` };
}
