import * as fc from 'fast-check';
import { createDuplicateCheck, DuplicateCheckPorts, looksForDuplicates } from '../../../../lambda-src/application/ingest/duplicate-check';
import { positionPrefix } from '../../../../lambda-src/domain/lists/position';
import { BuiltRecord, createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { RecordModel } from '../../../../src/private/contract';
import { anyCsv, recordContext } from '../../domain/records/record-models';

const CONTEXT = recordContext();
const PREFIX = positionPrefix(CONTEXT.uploadedAt, CONTEXT.uploadId);
const BY_NAME = { keys: { partitionKey: '{name}', sortKey: 'INFO' } };
/** So small that after a few keys it suspects every key. */
const TINY_FILTER = 1;

function records(names: readonly string[], changes: Partial<RecordModel> = {}, context = CONTEXT): BuiltRecord[] {
  const builder = createRecordBuilder(anyCsv({ ...BY_NAME, ...changes }), ['name'], context);
  return names.map((name, at) => builder.build(at + 1, [name]) as BuiltRecord);
}

/** Ingests the names with a table that holds what earlier attempts wrote; returns the rows that are duplicates. */
async function duplicates(
  names: readonly string[],
  { table = new Map<string, string>(), pending = 3, filterBytes = TINY_FILTER, replayed = 0, forgotten = 0, ahead = 4 } = {},
) {
  const waiting: BuiltRecord[] = [];
  const write = ({ key, position }: BuiltRecord) => table.set(key, position);
  const found: number[] = [];
  const all = records(names);
  const check = createDuplicateCheck(PREFIX, {
    isPending: ({ key }) => waiting.some((one) => one.key === key),
    storedPosition: async ({ key }) => table.get(key),
  }, filterBytes);
  if (forgotten > 0) check.forget!();
  all.slice(0, replayed).forEach((one) => check.replay(one));
  const first = Math.max(replayed, forgotten);
  for (let at = first; at < all.length; at++) {
    if ((at - first) % ahead === 0) await check.lookAhead!(all.slice(at, at + ahead));
    const one = all[at];
    if (check.isDuplicate(one)) {
      found.push(at + 1);
      continue;
    }
    waiting.push(one);
    if (waiting.length > pending) write(waiting.shift()!);
  }
  waiting.forEach(write);
  return { found, table };
}

const namesArbitrary = fc.array(fc.constantFrom(...'abcdefghij'), { minLength: 1, maxLength: 40 });
const laterOnes = (names: readonly string[]) => names.flatMap((name, at) => (names.indexOf(name) < at ? [at + 1] : []));

const aheadArbitrary = fc.integer({ min: 1, max: 12 });

test('every row but the first of its key is a duplicate, however large the filter, slow the table, and far ahead it looks', async () => {
  const sizes = fc.constantFrom(TINY_FILTER, 64 * 1024);
  const circumstances = fc.record({ pending: fc.nat({ max: 10 }), filterBytes: sizes, ahead: aheadArbitrary });
  await fc.assert(fc.asyncProperty(namesArbitrary, circumstances, async (names, given) => {
    expect((await duplicates(names, given)).found).toEqual(laterOnes(names));
  }));
});

test('a retry, which meets its own records, sees the same duplicates wherever the first attempt ended', async () => {
  await fc.assert(fc.asyncProperty(namesArbitrary, fc.nat({ max: 40 }), aheadArbitrary, async (names, endedAt, ahead) => {
    const { table } = await duplicates(names.slice(0, endedAt));
    expect((await duplicates(names, { table, ahead })).found).toEqual(laterOnes(names));
  }));
});

test.each([
  '00000000-0000-4000-8000-000000000002', 'ffffffff-ffff-4fff-bfff-ffffffffffff',
])('a record of another upload under the key is no duplicate: it is replaced (%s)', async (uploadId) => {
  const before = records(['a'], {}, recordContext({ uploadId }))[0];
  const table = new Map([[before.key, before.position]]);
  expect((await duplicates(['b', 'a', 'c', 'd', 'a'], { table })).found).toEqual([5]);
});

test('whoever goes on after some rows, and replays those, sees the same duplicates as the one before', async () => {
  await fc.assert(fc.asyncProperty(namesArbitrary, fc.nat({ max: 40 }), async (names, endedAt) => {
    const { table } = await duplicates(names.slice(0, endedAt));
    expect((await duplicates(names, { table, replayed: Math.min(endedAt, names.length) })).found)
      .toEqual(laterOnes(names).filter((row) => row > endedAt));
  }));
});

test('whoever goes on without knowing the rows before sees the same duplicates, too, also where more rows are written already', async () => {
  const ends = fc.integer({ min: 1, max: 40 });
  await fc.assert(fc.asyncProperty(namesArbitrary, ends, fc.nat({ max: 40 }), aheadArbitrary, async (names, endedAt, more, ahead) => {
    const { table } = await duplicates(names.slice(0, endedAt + more));
    expect((await duplicates(names, { table, forgotten: Math.min(endedAt, names.length), filterBytes: 64 * 1024, ahead })).found)
      .toEqual(laterOnes(names).filter((row) => row > endedAt));
  }));
});

test('the table is not asked about a key that the filter has not seen', () => {
  const untouched: DuplicateCheckPorts = {
    isPending: () => { throw new Error('asked'); },
    storedPosition: async () => { throw new Error('asked'); },
  };
  const check = createDuplicateCheck(PREFIX, untouched);
  const some = records(['a', 'b', 'c']);
  expect(check.lookAhead!(some)).toBeUndefined();
  expect(some.map((record) => check.isDuplicate(record))).toEqual([false, false, false]);
});

test('it is asked about many keys at the same time, and about each once', async () => {
  const asked: string[] = [];
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => { answer = resolve; });
  const check = createDuplicateCheck(PREFIX, {
    isPending: () => false,
    storedPosition: async ({ key }) => {
      asked.push(key);
      await answered;
      return undefined;
    },
  });
  check.forget!();
  const names = Array.from({ length: 100 }, (_, nth) => `n${nth}`);
  const looking = check.lookAhead!(records([...names, ...names]));
  await new Promise(setImmediate);
  expect(asked).toHaveLength(40);
  answer();
  await looking;
  expect(new Set(asked).size).toBe(100);
  expect(asked).toHaveLength(100);
});

test('duplicates are looked for when they are to be rejected, and rows may have one key', () => {
  const looks = (changes: Partial<RecordModel>) => looksForDuplicates(anyCsv({ ...BY_NAME, duplicateKeys: 'reject', ...changes }));
  const keyed = (partitionKey: string, sortKey: string) => looks({ keys: { partitionKey, sortKey } });
  expect([looks({}), looks({ duplicateKeys: 'last-wins' }), looks({ duplicateKeys: 'unchecked' })]).toEqual([true, false, false]);
  expect([keyed('{uploadId}#{row}', 'RECORD'), keyed('{name}', '{row}'), keyed('{row}', '{name}'), keyed('x{row}y{row}', '{fileName}')])
    .toEqual([false, false, false, false]);
  // A column beside the row number can make two keys the same: row 1 with '1' and row 11 with nothing that follows are both '11'.
  expect(keyed('{row}{name}', 'X')).toBe(true);
});
