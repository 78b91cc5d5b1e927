import { KeyPage, RecordIndex, RecordStore } from '../../../lambda-src/application/records/record-store';
import { Bookmark } from '../../../lambda-src/domain/lists/cursor';
import { positionOf } from '../../../lambda-src/domain/lists/position';
import { RecordJson, StoredItem } from '../../../lambda-src/domain/records/record-json';
import { fnv1a, shardOf } from '../../../lambda-src/domain/records/shard';

export const SHARDS = 4;
export const PRICE_INDEX: RecordIndex = { name: 'by-price', partitionKey: 'price', sortKey: 'name', numeric: ['price'] };
export const SIZE_INDEX: RecordIndex = { name: 'by-name', partitionKey: 'name', sortKey: 'size', numeric: ['size'] };

const UPLOAD = { uploadId: '00000000-0000-4000-8000-000000000001', at: '2026-01-01T00:00:00.000Z' };
export const DIGITS = '12345678901234567890123456789012345678';

/** The nth row of an upload: five partitions, two prices and one name. */
export function aRecord(row: number): StoredItem {
  const key = `DRUG#${row % 5}`;
  return {
    _pk: { S: key },
    _sk: { S: `ROW#${String(row).padStart(3, '0')}` },
    _list: { S: shardOf(fnv1a(`${key}${row}`), SHARDS) },
    _pos: { S: positionOf({ ...UPLOAD, row }) },
    name: { S: 'Ibuprofen' },
    size: { N: String(row % 3) },
    price: { N: row % 2 === 0 ? '1.5' : DIGITS },
  };
}

/** What every record store does, with 40 records of `aRecord`. */
export function describeRecordStore(name: string, storeWith: (items: StoredItem[]) => Promise<RecordStore>): void {
  describe(`${name} as a record store`, () => {
    const rows = Array.from({ length: 40 }, (_, row) => row + 1);
    let store: RecordStore;
    beforeAll(async () => {
      store = await storeWith(rows.map(aRecord));
    });

    const rowsOf = (items: readonly RecordJson[]) => items.map((item) => Number(String(item._sk).slice(4)));

    async function allPages<B extends Bookmark>(read: (after: B | undefined) => Promise<KeyPage<B>>): Promise<number[][]> {
      const pages: number[][] = [];
      for (let after: B | null | undefined; after !== null;) {
        const page: KeyPage<B> = await read(after);
        pages.push(rowsOf(page.items));
        after = page.next;
      }
      return pages;
    }

    test('lists the newest upload in the order of its rows', async () => {
      const pages = await allPages<string>((before) => store.recent({ limit: 15, before, prefix: '' }));
      expect(pages.map((page) => page.length)).toEqual([15, 15, 10]);
      expect(pages.flat()).toEqual(rows);
    });

    test('lists a partition by sort key and ends with a full page when nothing follows', async () => {
      const expected = rows.filter((row) => row % 5 === 2);
      expect(await allPages((after: string | undefined) => store.byPartition('DRUG#2', { limit: 4, after }))).toEqual(
        [expected.slice(0, 4), expected.slice(4)]);
      expect(await allPages((after: string | undefined) => store.byPartition('DRUG#9', { limit: 4, after }))).toEqual([[]]);
    });

    test('lists by a numeric index key with a text sort key', async () => {
      type Key = Readonly<Record<string, string>>;
      const pages = await allPages((after: Key | undefined) => store.byIndex(PRICE_INDEX, DIGITS, { limit: 7, after }));
      expect(pages.map((page) => page.length)).toEqual([7, 7, 6]);
      expect(pages.flat().sort((a, b) => a - b)).toEqual(rows.filter((row) => row % 2 === 1));
    });

    test('lists by a text index key with a numeric sort key', async () => {
      type Key = Readonly<Record<string, string>>;
      const pages = await allPages((after: Key | undefined) => store.byIndex(SIZE_INDEX, 'Ibuprofen', { limit: 9, after }));
      expect(pages.flat().map((row) => row % 3)).toEqual(rows.map((row) => row % 3).sort());
      expect(new Set(pages.flat()).size).toBe(40);
    });

    test('shows one record with all digits and without what is ours', async () => {
      const record = await store.get('DRUG#1', 'ROW#001');
      expect(JSON.parse(JSON.stringify(record), (key, value, context?: { source: string }) => (key === 'price' ? context?.source : value)))
        .toEqual({ _pk: 'DRUG#1', _sk: 'ROW#001', name: 'Ibuprofen', size: 1, price: DIGITS });
      expect(await store.get('DRUG#1', 'ROW#999')).toBeUndefined();
    });

    test('refuses a bookmark that cannot be a key', async () => {
      await expect(store.byPartition('DRUG#1', { limit: 1, after: '' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
      await expect(store.byIndex(PRICE_INDEX, '1.5', { limit: 1, after: { p: '', s: '' } })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    });
  });
}
