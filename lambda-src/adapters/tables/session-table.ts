import { EXPIRY_ATTRIBUTE, StatusAttribute } from '../../../src/private/contract';
import { Session, SessionStore } from '../../application/uppy/session-store';
import { DynamoDb, fromWire, toWire } from '../aws/dynamodb';

/** Sessions as helper items of the status table, which no list shows. */
export class SessionTable implements SessionStore {
  constructor(private readonly client: DynamoDb, private readonly tableName: string, private readonly now: () => Date = () => new Date()) {}

  public async create({ tokenHash, tenantId, owner, expiresAt }: Session): Promise<void> {
    await this.client.call('PutItem', {
      TableName: this.tableName,
      Item: toWire({
        ...key(tokenHash),
        tenantId,
        ...(owner === null ? {} : { owner }),
        expiresAt,
        [EXPIRY_ATTRIBUTE]: Math.ceil(Date.parse(expiresAt) / 1000),
      }),
    });
  }

  public async find(tokenHash: string): Promise<Session | undefined> {
    const { Item } = await this.client.call('GetItem', {
      TableName: this.tableName,
      Key: toWire(key(tokenHash)),
      // A token is used right after it was given out.
      ConsistentRead: true,
    });
    if (!Item) return undefined;
    const { tenantId, owner = null, expiresAt } = fromWire(Item) as Pick<Session, 'tenantId' | 'expiresAt'> & Partial<Session>;
    // DynamoDB takes expired items away within days, not at once.
    return expiresAt > this.now().toISOString() ? { tokenHash, tenantId, owner, expiresAt } : undefined;
  }
}

function key(tokenHash: string): Record<string, string> {
  return { [StatusAttribute.UPLOAD_ID]: `session#${tokenHash}` };
}
