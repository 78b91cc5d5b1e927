import { KeyPage, RecordIndex, RecordStore, Stretch } from '../../../lambda-src/application/records/record-store';
import { invalidCursor } from '../../../lambda-src/domain/lists/cursor';
import { mergePages, Page } from '../../../lambda-src/domain/lists/merge-pages';
import { RecordJson, recordJson, StoredItem } from '../../../lambda-src/domain/records/record-json';

type KeyTexts = Readonly<Record<string, string>>;

/** Items of a query table in a list, with `_pk`, `_sk`, `_list` and `_pos`. */
export class InMemoryRecords implements RecordStore {
  public readonly partitionKey = '_pk';

  constructor(public readonly items: StoredItem[] = [], public readonly listsRecent = true) {}

  public async recent({ limit, before, prefix }: { limit: number; before?: string; prefix: string }): Promise<Page<RecordJson>> {
    const isListed = (item: StoredItem) => item._pos && /^\d+$/.test(text(item, '_list').slice(prefix.length)) && text(item, '_list').startsWith(prefix);
    const listed = this.sorted(this.items.filter(isListed), ['_pos']).reverse()
      .map((item) => ({ position: text(item, '_pos'), item: present(item) }));
    return mergePages({
      shards: 1,
      limit,
      before,
      readShard: async (_shard, below) => ({ items: listed.filter((one) => !below || one.position < below), exhausted: true }),
    });
  }

  public async byPartition(partitionKey: string, { limit, after }: Stretch<string>): Promise<KeyPage<string>> {
    if (after === '') throw invalidCursor();
    const items = this.sorted(this.items.filter((item) => text(item, '_pk') === partitionKey), ['_sk'])
      .filter((item) => after === undefined || text(item, '_sk') > after);
    const page = items.slice(0, limit);
    return { items: page.map(present), next: items.length > limit ? text(page[limit - 1], '_sk') : null };
  }

  public async byIndex(index: RecordIndex, key: string, { limit, after }: Stretch<KeyTexts>): Promise<KeyPage<KeyTexts>> {
    const parts = [...(index.sortKey === undefined ? [] : [index.sortKey]), '_pk', '_sk'];
    const found = this.items.filter((item) => item[index.partitionKey] && text(item, index.partitionKey) === key)
      .filter((item) => index.sortKey === undefined || item[index.sortKey]);
    const items = this.sorted(found, parts);
    const from = after ? items.findIndex((item) => text(item, '_pk') === after.p && text(item, '_sk') === after.s) + 1 : 0;
    if (after && from === 0) throw invalidCursor();
    const page = items.slice(from, from + limit);
    const last = page.at(-1);
    return {
      items: page.map(present),
      next: last && items.length > from + limit ? { p: text(last, '_pk'), s: text(last, '_sk') } : null,
    };
  }

  public async get(partitionKey: string, sortKey: string): Promise<RecordJson | undefined> {
    const found = this.items.find((item) => text(item, '_pk') === partitionKey && text(item, '_sk') === sortKey);
    return found && present(found);
  }

  private sorted(items: StoredItem[], by: string[]): StoredItem[] {
    return [...items].sort((a, b) => by.map((name) => compare(a, b, name)).find((order) => order !== 0) ?? 0);
  }
}

function text(item: StoredItem, name: string): string {
  return item[name].S ?? item[name].N!;
}

function compare(a: StoredItem, b: StoredItem, name: string): number {
  if (a[name].N !== undefined) return Number(a[name].N) - Number(b[name].N);
  return text(a, name) < text(b, name) ? -1 : Number(text(a, name) > text(b, name));
}

function present(item: StoredItem): RecordJson {
  return recordJson(item, ['_list', '_pos']);
}
