import { BuiltRecord } from '../../../lambda-src/domain/records/record-builder';
import { WireItem, wireText } from '../../../lambda-src/domain/records/wire';
import { Attribute } from '../../../src/private/contract';

/** A query table that refuses what BatchWriteItem refuses: more than 25 items, or a key twice. */
export class InMemoryTable {
  private readonly items = new Map<string, WireItem>();

  public write(batch: readonly BuiltRecord[]): void {
    const items = batch.map(({ item }) => JSON.parse(String(item)) as WireItem);
    const keys = new Set(items.map(keyOf));
    if (batch.length === 0 || batch.length > 25) throw new Error(`a batch has 1 to 25 items, got ${batch.length}`);
    if (keys.size < batch.length) throw new Error('a batch must not have a key twice');
    for (const item of items) this.items.set(keyOf(item), item);
  }

  public storedPosition({ partitionKey, sortKey }: Pick<BuiltRecord, 'partitionKey' | 'sortKey'>): string | undefined {
    const position = this.get(partitionKey, sortKey)?.[Attribute.POSITION];
    return position && wireText(position);
  }

  public get(partitionKey: string, sortKey: string): WireItem | undefined {
    return this.items.get(`${partitionKey}\0${sortKey}`);
  }

  /** Every record by its keys, with the columns as text. */
  public records(): Record<string, Record<string, string>> {
    return Object.fromEntries([...this.items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [
      key,
      Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith('_')).map(([name, value]) => [name, wireText(value)])),
    ]));
  }
}

function keyOf(item: WireItem): string {
  return `${wireText(item[Attribute.PARTITION_KEY])}\0${wireText(item[Attribute.SORT_KEY])}`;
}
