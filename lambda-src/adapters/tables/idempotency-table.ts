import { randomUUID } from 'node:crypto';
import { IdempotencyItemAlreadyExistsError, IdempotencyItemNotFoundError, IdempotencyRecordStatus } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { IdempotencyRecordOptions } from '@aws-lambda-powertools/idempotency/types';
import { EXPIRY_ATTRIBUTE, StatusAttribute } from '../../../src/private/contract';
import { DynamoDb, fromWire, isConditionFailed, itemInTheWay, toWire, WireItem } from '../aws/dynamodb';

/** The attributes of a record, besides its key and `_ttl`; called as Powertools' own layer calls them. */
const Attribute = { STATUS: 'status', IN_PROGRESS_UNTIL: 'in_progress_expiration', DATA: 'data', VALIDATION: 'validation' } as const;
/** Names the write, so that one whose answer was lost and that is sent again recognises itself. */
const WRITE_ID = 'writeId';
const KEY_PREFIX = 'idempotency#';

/**
 * Powertools' idempotency records as helper items of the status table, with the conditions of its DynamoDBPersistenceLayer.
 * That one brings the SDK's client along, which would be most of the bundle.
 */
export class IdempotencyTable extends BasePersistenceLayer {
  constructor(private readonly client: DynamoDb, private readonly tableName: string) {
    super();
  }

  protected async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    const { Item } = await this.client.call('GetItem', { TableName: this.tableName, Key: key(idempotencyKey), ConsistentRead: true });
    if (!Item) throw new IdempotencyItemNotFoundError();
    return toRecord(Item);
  }

  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    const now = Date.now();
    const { inProgressExpiryTimestamp, payloadHash } = record;
    const writeId = randomUUID();
    try {
      await this.client.call('PutItem', {
        TableName: this.tableName,
        Item: {
          ...key(record.idempotencyKey),
          ...toWire({
            [EXPIRY_ATTRIBUTE]: record.expiryTimestamp,
            [Attribute.STATUS]: record.getStatus(),
            [Attribute.IN_PROGRESS_UNTIL]: inProgressExpiryTimestamp,
            [Attribute.VALIDATION]: this.isPayloadValidationEnabled() ? payloadHash : undefined,
            [WRITE_ID]: writeId,
          }),
        },
        // There is none, or its time is over, or whoever began it was killed before the end.
        ConditionExpression: 'attribute_not_exists(#id) OR #expiry < :now'
          + ' OR (#status = :inProgress AND attribute_exists(#inProgressUntil) AND #inProgressUntil < :nowInMillis)',
        ExpressionAttributeNames: {
          '#id': StatusAttribute.UPLOAD_ID, '#expiry': EXPIRY_ATTRIBUTE, '#status': Attribute.STATUS, '#inProgressUntil': Attribute.IN_PROGRESS_UNTIL,
        },
        ExpressionAttributeValues: toWire({ ':now': now / 1000, ':nowInMillis': now, ':inProgress': IdempotencyRecordStatus.INPROGRESS }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      const existing = itemInTheWay(error);
      if (existing?.[WRITE_ID]?.S === writeId) return;
      throw new IdempotencyItemAlreadyExistsError('a request with this key was or is answered', existing && toRecord(existing));
    }
  }

  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    const changes = {
      [EXPIRY_ATTRIBUTE]: record.expiryTimestamp,
      [Attribute.STATUS]: record.getStatus(),
      ...(record.responseData === undefined ? {} : { [Attribute.DATA]: record.responseData }),
      ...(this.isPayloadValidationEnabled() ? { [Attribute.VALIDATION]: record.payloadHash } : {}),
    };
    const names = Object.keys(changes);
    await this.client.call('UpdateItem', {
      TableName: this.tableName,
      Key: key(record.idempotencyKey),
      UpdateExpression: `SET ${names.map((_, nth) => `#n${nth} = :v${nth}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, nth) => [`#n${nth}`, name])),
      ExpressionAttributeValues: toWire(Object.fromEntries(Object.values(changes).map((value, nth) => [`:v${nth}`, value]))),
    });
  }

  protected async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await this.client.call('DeleteItem', { TableName: this.tableName, Key: key(record.idempotencyKey) });
  }
}

function toRecord(item: WireItem): IdempotencyRecord {
  const plain = fromWire(item);
  return new IdempotencyRecord({
    idempotencyKey: String(plain[StatusAttribute.UPLOAD_ID]).slice(KEY_PREFIX.length),
    status: plain[Attribute.STATUS] as IdempotencyRecordOptions['status'],
    expiryTimestamp: plain[EXPIRY_ATTRIBUTE] as number | undefined,
    inProgressExpiryTimestamp: plain[Attribute.IN_PROGRESS_UNTIL] as number | undefined,
    responseData: plain[Attribute.DATA] as IdempotencyRecordOptions['responseData'],
    payloadHash: plain[Attribute.VALIDATION] as string | undefined,
  });
}

function key(idempotencyKey: string): WireItem {
  return { [StatusAttribute.UPLOAD_ID]: { S: KEY_PREFIX + idempotencyKey } };
}
