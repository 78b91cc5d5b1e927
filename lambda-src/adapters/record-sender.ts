import {
  BatchWriteItemCommand, DynamoDBClient, GetItemCommand, ProvisionedThroughputExceededException, RequestLimitExceeded, ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import { Attribute } from '../../src/private/contract';
import { RecordContext } from '../domain/record-builder';
import { WireItem } from '../domain/wire';

/** The query table, as the processor writes to it. Items are wire form already: numbers keep all their digits. */
export class RecordSender {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly keyNames: RecordContext['keyNames'],
  ) {}

  /** Writes up to 25 items; returns those that the table did not take. */
  public async send(items: readonly WireItem[]): Promise<WireItem[]> {
    try {
      const { UnprocessedItems } = await this.client.send(new BatchWriteItemCommand({
        RequestItems: { [this.tableName]: items.map((Item) => ({ PutRequest: { Item } })) },
      }));
      return (UnprocessedItems?.[this.tableName] ?? []).map(({ PutRequest }) => PutRequest!.Item as WireItem);
    } catch (error) {
      if (isThrottle(error)) return [...items];
      throw error;
    }
  }

  /** The position of the record that the table has under the item's key. */
  public async storedPosition(item: WireItem): Promise<string | undefined> {
    const { partitionKey, sortKey } = this.keyNames;
    const { Item } = await this.client.send(new GetItemCommand({
      TableName: this.tableName,
      Key: { [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] },
      ProjectionExpression: '#position',
      ExpressionAttributeNames: { '#position': Attribute.POSITION },
      ConsistentRead: true,
    }));
    return Item?.[Attribute.POSITION]?.S;
  }
}

/** The whole request was refused for going too fast: to us the same as a batch of unprocessed items. */
function isThrottle(error: unknown): boolean {
  return [ProvisionedThroughputExceededException, RequestLimitExceeded, ThrottlingException].some((kind) => error instanceof kind);
}
