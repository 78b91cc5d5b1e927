import * as fc from 'fast-check';
import { createDuplicateCheck, DuplicateCheckPorts } from '../../../lambda-src/application/duplicate-check';
import { positionPrefix } from '../../../lambda-src/domain/position';
import { BuiltRecord, createRecordBuilder } from '../../../lambda-src/domain/record-builder';
import { wireText } from '../../../lambda-src/domain/wire';
import { Attribute, RecordModel } from '../../../src/private/contract';
import { anyCsv, recordContext } from '../domain/record-models';

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
async function duplicates(names: readonly string[], { table = new Map<string, string>(), pending = 3, filterBytes = TINY_FILTER } = {}) {
  const waiting: BuiltRecord[] = [];
  const write = ({ key, item }: BuiltRecord) => table.set(key, wireText(item[Attribute.POSITION]));
  const found: number[] = [];
  const all = records(names);
  const keyOf = new Map(all.map(({ key, item }) => [item, key]));
  const isDuplicate = createDuplicateCheck(anyCsv(BY_NAME), PREFIX, {
    isPending: (key) => waiting.some((one) => one.key === key),
    storedPosition: async (item) => table.get(keyOf.get(item)!),
  }, filterBytes);
  for (const [at, one] of all.entries()) {
    if (await isDuplicate(one)) {
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

test('every row but the first of its key is a duplicate, however large the filter and however slow the table', async () => {
  const filterSizes = fc.constantFrom(TINY_FILTER, 64 * 1024);
  await fc.assert(fc.asyncProperty(namesArbitrary, fc.nat({ max: 10 }), filterSizes, async (names, pending, filterBytes) => {
    expect((await duplicates(names, { pending, filterBytes })).found).toEqual(laterOnes(names));
  }));
});

test('a retry, which meets its own records, sees the same duplicates wherever the first attempt ended', async () => {
  await fc.assert(fc.asyncProperty(namesArbitrary, fc.nat({ max: 40 }), async (names, endedAt) => {
    const { table } = await duplicates(names.slice(0, endedAt));
    expect((await duplicates(names, { table })).found).toEqual(laterOnes(names));
  }));
});

test('a record of another upload under the key is no duplicate: it is replaced', async () => {
  const before = records(['a'], {}, recordContext({ uploadId: '00000000-0000-4000-8000-000000000002' }))[0];
  const table = new Map([[before.key, wireText(before.item[Attribute.POSITION])]]);
  expect((await duplicates(['b', 'a', 'c', 'd', 'a'], { table })).found).toEqual([5]);
});

describe('the table is not asked', () => {
  const untouched: DuplicateCheckPorts = {
    isPending: () => { throw new Error('asked'); },
    storedPosition: async () => { throw new Error('asked'); },
  };
  const answers = (model: Partial<RecordModel>, names = ['a', 'a', 'a']) =>
    records(names, model).map(createDuplicateCheck(anyCsv({ ...BY_NAME, ...model }), PREFIX, untouched));

  test('when the last row wins', () => {
    expect(answers({ duplicateKeys: 'last-wins' })).toEqual([false, false, false]);
  });

  test.each([
    ['{uploadId}#{row}', 'RECORD'], ['{name}', '{row}'], ['{row}', '{name}'], ['x{row}y{row}', '{fileName}'],
  ])('when the row number makes every key unique: %s, %s', (partitionKey, sortKey) => {
    expect(answers({ keys: { partitionKey, sortKey } })).toEqual([false, false, false]);
  });

  test('about a key that the filter has not seen', () => {
    expect(answers({}, ['a', 'b', 'c'])).toEqual([false, false, false]);
  });
});

test('a column beside the row number can make two keys the same, so those are checked', () => {
  const model = { keys: { partitionKey: '{row}{name}', sortKey: 'X' } };
  // Row 1 with '1' and row 11 with nothing that follows are both '11'.
  const names = ['1', ...Array<string>(10).fill('x')];
  const all = records(names, model);
  const twin = { ...all[10], key: all[0].key };
  const isDuplicate = createDuplicateCheck(anyCsv({ ...model }), PREFIX, { isPending: () => true, storedPosition: async () => undefined });
  expect([...all.slice(0, 10), twin].map(isDuplicate)).toEqual([...Array<boolean>(10).fill(false), true]);
});
