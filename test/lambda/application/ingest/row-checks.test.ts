import { createRowChecks, NO_CHECKS } from '../../../../lambda-src/application/ingest/row-checks';
import { BuiltRecord, createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { Pass } from '../../../../lambda-src/domain/uploads/checkpoint';
import { transition } from '../../../../lambda-src/domain/uploads/upload';
import { RecordModel } from '../../../../src/private/contract';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordContext, recordModel } from '../../domain/records/record-models';

const UPLOAD = transition(anUpload(1), 'UPLOADED', '2026-01-01T00:00:00.000Z');
const UNIQUE: Partial<RecordModel> = { columns: [column('name', 'string'), column('a', 'string', { unique: true }), column('b', 'string', { unique: true })] };
const KEYED: Partial<RecordModel> = { ...UNIQUE, keys: { partitionKey: '{name}', sortKey: 'X' } };

function checked(model: Partial<RecordModel>, pass: Pass = 'validating', mostValues?: number) {
  const asked: string[] = [];
  const made = createRowChecks(recordModel(model), UPLOAD, pass, {
    isPending: () => false,
    storedPosition: async ({ key }) => {
      asked.push(key);
      return undefined;
    },
  }, mostValues);
  return { checks: made, asked };
}

function records(model: Partial<RecordModel>, rows: readonly string[][]): BuiltRecord[] {
  const builder = createRecordBuilder(recordModel(model), ['name', 'a', 'b'], recordContext());
  return rows.map((fields, nth) => builder.build(nth + 1, fields) as BuiltRecord);
}

test.each<[string, Partial<RecordModel>, Pass]>([
  ['their keys have their row, and no value must be unique', { columns: [column('name', 'string')] }, 'writing'],
  ['the later row wins', { ...KEYED, columns: null, duplicateKeys: 'last-wins' }, 'writing'],
  ['nobody wants to know', { ...KEYED, columns: null, duplicateKeys: 'unchecked' }, 'validating'],
  ['they are only counted', KEYED, 'counting'],
])('rows have nothing to do with each other: %s', (_, model, pass) => {
  expect(checked(model, pass).checks).toBe(NO_CHECKS);
});

test('every value counts once in its column, also that of a row which another column has rejected', () => {
  const { checks } = checked(UNIQUE);
  const rows = records(UNIQUE, [['r', '1', '1'], ['r', '2', '1'], ['r', '2', '3'], ['r', '3', '3'], ['r', '', ''], ['r', '', '']]);
  expect(rows.map((row) => checks.conflict(row))).toEqual([
    undefined, { code: 'DUPLICATE_VALUE', column: 'b' }, { code: 'DUPLICATE_VALUE', column: 'a' }, { code: 'DUPLICATE_VALUE', column: 'b' }, undefined, undefined,
  ]);
});

test('a row that a value has rejected does not have its key', () => {
  const { checks } = checked(KEYED);
  const rows = records(KEYED, [['k', '1', ''], ['l', '1', ''], ['l', '2', ''], ['l', '3', '']]);
  const expected = [undefined, { code: 'DUPLICATE_VALUE', column: 'a' }, undefined, { code: 'DUPLICATE_KEY' }];
  expect(rows.map((row) => checks.conflict(row))).toEqual(expected);
  for (let replayed = 1; replayed < rows.length; replayed++) {
    const later = checked(KEYED).checks;
    rows.slice(0, replayed).forEach((row) => later.replay(row));
    expect(rows.slice(replayed).map((row) => later.conflict(row))).toEqual(expected.slice(replayed));
  }
});

test('where records are written the table knows who has a key', async () => {
  const { checks, asked } = checked({ ...KEYED, columns: [column('name', 'string'), column('a', 'string'), column('b', 'string')] }, 'writing');
  const rows = records(KEYED, [['k', '1', ''], ['k', '2', '']]);
  expect(checks.lookAhead!([rows[0]])).toBeUndefined();
  expect(checks.conflict(rows[0])).toBeUndefined();
  await checks.lookAhead!([rows[1]]);
  expect(checks.conflict(rows[1])).toBeUndefined();
  expect(asked).toEqual([rows[1].key]);
});

test('so many values are too many', () => {
  const { checks } = checked(UNIQUE, 'writing', 3);
  const [first, second, third] = records(UNIQUE, [['r', '1', '1'], ['r', '2', '1'], ['r', '3', '']]);
  expect([checks.conflict(first), checks.conflict(second)]).toEqual([undefined, { code: 'DUPLICATE_VALUE', column: 'b' }]);
  expect(() => checks.conflict(third)).toThrow(expect.objectContaining({
    code: 'TOO_MANY_UNIQUE_VALUES', message: 'at most 3 values that must be unique can be told apart in one upload: send the rows in several',
  }));
  const { checks: keys } = checked({ ...KEYED, columns: null }, 'validating', 1);
  const [one, other] = records({ ...KEYED, columns: null }, [['k', '', ''], ['l', '', '']]);
  expect(keys.conflict(one)).toBeUndefined();
  expect(() => keys.conflict(other)).toThrow('at most 1 keys of rows that are only checked can be told apart in one upload: send the rows in several');
});

test.each<[string, Partial<RecordModel>, Pass, boolean]>([
  ['keys, of records that the table has', { ...KEYED, columns: [column('name', 'string')] }, 'writing', true],
  ['keys, of records that are nowhere', { ...KEYED, columns: [column('name', 'string')] }, 'validating', false],
  ['values, which the table has no keys of', KEYED, 'writing', false],
])('the table may be asked instead of a replay for %s', (_, model, pass, mayForget) => {
  const { checks } = checked(model, pass);
  expect([checks.remembers, checks.forget !== undefined]).toEqual([true, mayForget]);
});
