import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Attribute } from '../../../src/private/contract';
import { KeyPage, RecordIndex, RecordStore, Stretch } from '../../application/records/record-store';
import { invalidCursor } from '../../domain/lists/cursor';
import { Page, ShardPage } from '../../domain/lists/merge-pages';
import { RecordJson, recordJson, StoredItem } from '../../domain/records/record-json';
import { isAwsError } from '../aws/aws-error';
import { DynamoDb, Input, WireItem } from '../aws/dynamodb';
import { countInAnswer } from './answer-size';
import { recentPage, shardQuery } from './recent-index';

export interface RecordTableProps {
  readonly tableName: string;
  /** Attribute names of the table's keys, which are strings. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The index that lists newest first; null: there is none. */
  readonly recentIndex: { readonly name: string; readonly shards: number } | null;
}

type KeyTexts = Readonly<Record<string, string>>;

/** How the parts of an index key are called in a bookmark. */
const Part = { PARTITION_KEY: 'p', SORT_KEY: 's', INDEX_SORT_KEY: 'i' } as const;

/** The records in DynamoDB. Items stay as they are on the wire: JavaScript would round numbers to 17 digits. */
export class RecordTable implements RecordStore {
  public readonly partitionKey: string;
  public readonly listsRecent: boolean;

  constructor(private readonly client: DynamoDb, private readonly table: RecordTableProps) {
    this.partitionKey = table.partitionKey;
    this.listsRecent = table.recentIndex !== null;
  }

  public async recent({ limit, before, prefix }: { limit: number; before?: string; prefix: string }): Promise<Page<RecordJson>> {
    const { recentIndex } = this.table;
    if (!recentIndex) throw new Error('the table has no recent index');
    return recentPage({
      shards: recentIndex.shards,
      limit,
      before,
      readShard: (shard, below, size) => this.readShard(recentIndex.name, `${prefix}${shard}`, below, size),
    });
  }

  public async byPartition(partitionKey: string, { limit, after }: Stretch<string>): Promise<KeyPage<string>> {
    const { sortKey } = this.table;
    const page = await this.query({
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': this.table.partitionKey },
      ExpressionAttributeValues: { ':pk': { S: partitionKey } },
      ExclusiveStartKey: after === undefined ? undefined : this.key(partitionKey, keyText(after)),
      // An upload that is COMPLETED shows all of its records.
      ConsistentRead: true,
    }, limit);
    return { items: page.records, next: page.last ? page.last[sortKey].S! : null };
  }

  public async byIndex(index: RecordIndex, key: string, { limit, after }: Stretch<KeyTexts>): Promise<KeyPage<KeyTexts>> {
    const value = this.indexValue(index, index.partitionKey, key);
    const page = await this.query({
      IndexName: index.name,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { '#key': index.partitionKey },
      ExpressionAttributeValues: { ':key': value },
      ExclusiveStartKey: after && this.indexKey(index, value, after),
    }, limit);
    return { items: page.records, next: page.last ? this.indexBookmark(index, page.last) : null };
  }

  public async get(partitionKey: string, sortKey: string): Promise<RecordJson | undefined> {
    const { Item } = await this.client.call('GetItem', {
      TableName: this.table.tableName,
      Key: this.key(partitionKey, sortKey),
      ConsistentRead: true,
    });
    return Item && toRecord(Item);
  }

  private async readShard(indexName: string, partition: string, before: string | undefined, limit: number):
  Promise<ShardPage<RecordJson>> {
    const query = shardQuery({ tableName: this.table.tableName, indexName, partition, before, limit });
    const { Items = [], LastEvaluatedKey } = await this.client.call('Query', query);
    const items = Items.map((item) => ({ position: item[Attribute.POSITION].S!, item: toRecord(item) }));
    return { items, exhausted: LastEvaluatedKey === undefined };
  }

  /** Reads one item more than asked for, so that the last page is known to be the last. */
  private async query(input: Omit<Input<'Query'>, 'TableName'>, limit: number):
  Promise<{ records: RecordJson[]; last: WireItem | undefined }> {
    const query = { ...input, TableName: this.table.tableName, Limit: limit + 1 };
    const { Items = [], LastEvaluatedKey } = await this.client.call('Query', query).catch((error: unknown) => {
      throw input.ExclusiveStartKey && isAwsError(error, 'ValidationException') ? invalidCursor() : error;
    });
    const records = Items.slice(0, limit).map(toRecord);
    const count = countInAnswer(records);
    // DynamoDB stops at 1 MB, which can be more in JSON; a key without items cannot happen, as there is no filter.
    return { records: records.slice(0, count), last: count < Items.length ? Items[count - 1] : LastEvaluatedKey };
  }

  private key(partitionKey: string, sortKey: string): WireItem {
    return { [this.table.partitionKey]: { S: partitionKey }, [this.table.sortKey]: { S: sortKey } };
  }

  private indexKey(index: RecordIndex, value: AttributeValue, texts: KeyTexts): WireItem {
    const sorted = index.sortKey !== undefined;
    const parts: string[] = sorted ? [Part.PARTITION_KEY, Part.SORT_KEY, Part.INDEX_SORT_KEY] : [Part.PARTITION_KEY, Part.SORT_KEY];
    if (Object.keys(texts).length !== parts.length || !parts.every((part) => Object.hasOwn(texts, part))) throw invalidCursor();
    return {
      ...this.key(keyText(texts[Part.PARTITION_KEY]), keyText(texts[Part.SORT_KEY])),
      [index.partitionKey]: value,
      ...(sorted ? { [index.sortKey]: this.indexValue(index, index.sortKey, keyText(texts[Part.INDEX_SORT_KEY])) } : {}),
    };
  }

  private indexBookmark(index: RecordIndex, item: WireItem): KeyTexts {
    return {
      [Part.PARTITION_KEY]: item[this.table.partitionKey].S!,
      [Part.SORT_KEY]: item[this.table.sortKey].S!,
      ...(index.sortKey === undefined ? {} : { [Part.INDEX_SORT_KEY]: item[index.sortKey].S ?? item[index.sortKey].N! }),
    };
  }

  private indexValue(index: RecordIndex, attribute: string, text: string): AttributeValue {
    return index.numeric.includes(attribute) ? { N: text } : { S: text };
  }
}

/** A part of a bookmark; no key is ever empty. */
function keyText(text: string): string {
  if (text === '') throw invalidCursor();
  return text;
}

function toRecord(item: WireItem): RecordJson {
  return recordJson(item as StoredItem, [Attribute.LIST, Attribute.POSITION]);
}
