import * as fc from 'fast-check';
import { isPosition } from '../../../../lambda-src/domain/lists/position';
import { BuiltRecord, createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { itemSize } from '../../../../lambda-src/domain/records/wire';
import { Reject } from '../../../../lambda-src/domain/rejects/reject';
import { MAX_ITEM_BYTES, RaggedRowsPolicy, RecordModel } from '../../../../src/private/contract';
import { anyCsv, column, itemOf as item, recordContext, recordModel } from './record-models';

const drugs = recordModel({
  columns: [
    column('name', 'string', { required: true }), column('price', 'decimal', { min: '0' }), column('rx', 'boolean'),
    column('unit', 'string', { default: 'mg' }),
  ],
  keys: { partitionKey: 'DRUG#{name}', sortKey: '{price}#{rx}' },
});
const header = ['name', 'price', 'rx'];

function build(model: RecordModel, names: readonly string[], fields: readonly string[], context = recordContext()): BuiltRecord | Reject {
  return createRecordBuilder(model, names, context).build(7, fields);
}

test('a row becomes a typed item with its keys, its shard and its position', () => {
  expect(item(build(drugs, header, ['Aspirin', '012.50', 'Yes']))).toEqual({
    name: { S: 'Aspirin' },
    price: { N: '12.5' },
    rx: { BOOL: true },
    unit: { S: 'mg' },
    _pk: { S: 'DRUG#Aspirin' },
    _sk: { S: '12.5#true' },
    _pos: { S: '0mwq83parPyuKUm8OTBGdVQyPnx8qMwzzzzzzs' },
    _list: { S: expect.stringMatching(/^[0-3]$/) },
  });
});

test('without a recent index there is no shard, and the position stays', () => {
  const built = item(build(drugs, header, ['Aspirin', '1', 'n'], recordContext({ shards: 0 })));
  expect(built).not.toHaveProperty('_list');
  expect(isPosition((built._pos as { S: string }).S)).toBe(true);
});

test('the default keys use the upload and the row; a column called row does not take over', () => {
  const built = item(build(anyCsv(), ['row', 'b'], ['1', '']));
  expect(built).toMatchObject({ _pk: { S: '3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33#7' }, _sk: { S: 'RECORD' }, row: { S: '1' }, b: { S: '' } });
});

test('keys may use every variable, and go where the table wants them', () => {
  const model = anyCsv({ keys: { partitionKey: '{fileName}', sortKey: '{uploadedAt}#{uploadId}#{row}' } });
  const built = item(build(model, ['a'], ['1'], recordContext({ keyNames: { partitionKey: 'PK', sortKey: 'SK' } })));
  expect(built).toMatchObject({ PK: { S: 'drugs.csv' }, SK: { S: '2026-11-21T09:46:15.123Z#3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33#7' } });
  expect(built).not.toHaveProperty('_pk');
});

test('columns called like members of an object are kept', () => {
  const model = anyCsv({ keys: { partitionKey: '{valueOf}', sortKey: '{constructor}' } });
  const built = item(build(model, ['valueOf', 'constructor', 'toString'], ['a', 'b', 'c']));
  expect(Object.entries(built)).toEqual(expect.arrayContaining([
    ['valueOf', { S: 'a' }], ['constructor', { S: 'b' }], ['toString', { S: 'c' }], ['_pk', { S: 'a' }], ['_sk', { S: 'b' }],
  ]));
});

describe('a row is rejected', () => {
  const rows: [string, string[], Partial<Reject>][] = [
    ['with too few fields', ['Aspirin', '1'],
      { column: '', code: 'WRONG_FIELD_COUNT', message: 'the row must have 3 fields like the header, got 2' }],
    ['with too many fields', ['Aspirin', '1', 'y', ''],
      { column: '', code: 'WRONG_FIELD_COUNT', message: 'the row must have 3 fields like the header, got 4' }],
    ['for its first problem in column order', ['Aspirin', '-1', 'maybe'],
      { column: 'price', code: 'TOO_SMALL', message: "'price' must be at least 0, got '-1'" }],
    ['when a value of its key is missing', ['Aspirin', '', 'y'],
      { column: 'price', code: 'EMPTY_KEY', message: "'price' must not be empty: the record's key is made of it" }],
    ['when its partition key has 2049 bytes', ['é'.repeat(1022), '1', 'y'],
      { column: '', code: 'KEY_TOO_LONG', message: `the partition key must have at most 2048 bytes, got 'DRUG#${'é'.repeat(45)}…'` }],
  ];
  test.each(rows)('%s', (_, fields, expected) => {
    expect(build(drugs, header, fields)).toEqual({ row: 7, fields, ...expected });
  });

  test.each([['partitionKey', 'partition key'], ['sortKey', 'sort key']] as const)('when its %s is empty as a whole', (part, words) => {
    expect(build(anyCsv({ keys: { partitionKey: 'P', sortKey: 'S', [part]: '' } }), ['a'], ['1'])).toMatchObject({
      column: '', code: 'EMPTY_KEY', message: `the ${words} must not be empty`,
    });
  });

  test('when a variable of its key is empty', () => {
    expect(build(anyCsv({ keys: { partitionKey: '{fileName}', sortKey: 'X' } }), ['a'], ['1'], recordContext({ fileName: '' }))).toMatchObject({
      column: 'fileName', code: 'EMPTY_KEY', message: "'fileName' must not be empty: the record's key is made of it",
    });
  });
});

test.each([['partitionKey', 2048, 'partition key'], ['sortKey', 1024, 'sort key']] as const)('a %s has at most %i bytes', (part, limit, words) => {
  const model = anyCsv({ keys: { partitionKey: 'P', sortKey: 'S', [part]: '{a}' } });
  expect(build(model, ['a'], ['é'.repeat(limit / 2)])).toHaveProperty('item');
  expect(build(model, ['a'], ['é'.repeat(limit / 2) + 'x'])).toMatchObject({
    column: '', code: 'KEY_TOO_LONG', message: `the ${words} must have at most ${limit} bytes, got '${'é'.repeat(50)}…'`,
  });
});

describe('a column that is the key of an index', () => {
  const indexed = anyCsv({ indexes: [{ name: 'i', partitionKey: 'a', sortKey: 'b' }, { name: 'j', partitionKey: 'b' }] });

  test.each([['a', 2048], ['b', 1024]] as const)('%s has at most %i bytes', (name, limit) => {
    expect(build(indexed, [name], ['x'.repeat(limit)])).toHaveProperty('item');
    expect(build(indexed, [name], ['x'.repeat(limit + 1)])).toMatchObject({
      column: name, code: 'KEY_TOO_LONG', message: `'${name}' must have at most ${limit} bytes, as the key of an index, got '${'x'.repeat(50)}…'`,
    });
  });

  test('is left out when it is empty, other columns are kept', () => {
    const built = item(build(indexed, ['a', 'b', 'c'], ['', '', '']));
    expect(Object.keys(built)).toEqual(['_pk', '_sk', '_pos', '_list', 'c']);
  });

  test('is left out when its default is empty, whether the file has the column or not', () => {
    const model = recordModel({ columns: [column('a', 'string', { default: '' }), column('c', 'string')], indexes: indexed.indexes });
    for (const names of [['c'], ['c', 'a']]) expect(item(build(model, names, names.map(() => '')))).not.toHaveProperty('a');
  });

  test('keeps a number as it is', () => {
    const model = recordModel({ columns: [column('a', 'integer')], indexes: indexed.indexes });
    expect(item(build(model, ['a'], ['5']))).toMatchObject({ a: { N: '5' } });
  });
});

test('a record has at most 400 KB, names and keys included', () => {
  const model = anyCsv();
  const rest = itemSize(item(build(model, ['a'], [''])));
  const fits = build(model, ['a'], ['x'.repeat(MAX_ITEM_BYTES - rest)]);
  expect(itemSize(item(fits))).toBe(409_600);
  expect(build(model, ['a'], ['x'.repeat(MAX_ITEM_BYTES - rest + 1)])).toMatchObject({
    column: '', code: 'RECORD_TOO_LARGE', message: 'the record must have at most 409600 bytes, got 409601',
  });
});

test('a large default counts too', () => {
  const model = recordModel({ columns: [column('a', 'string'), column('b', 'string', { default: 'é'.repeat(205_000) })] });
  expect(build(model, ['a'], ['x'])).toMatchObject({ code: 'RECORD_TOO_LARGE' });
  expect(build(model, ['a', 'b'], ['x', ''])).toMatchObject({ code: 'RECORD_TOO_LARGE' });
  expect(build(model, ['a', 'b'], ['x', 'y'])).toHaveProperty('item');
});

test('a column may be named like a key of the table only when the key is that column', () => {
  const context = recordContext({ keyNames: { partitionKey: 'id', sortKey: 'kind' } });
  const own = anyCsv({ keys: { partitionKey: '{id}', sortKey: 'DRUG' } });
  expect(item(build(own, ['id'], ['5'], context))).toMatchObject({ id: { S: '5' }, kind: { S: 'DRUG' } });
  expect(() => createRecordBuilder(own, ['id', 'kind'], context)).toThrow("the header has 'kind', which is where the table keeps its key");
  expect(() => createRecordBuilder(own, ['id', 'kind'], { ...context, namesFrom: 'transform' })).toThrow("the row that the transform made has 'kind', which");
  expect(() => createRecordBuilder(anyCsv(), ['id'], context)).toThrow(expect.objectContaining({ code: 'RESERVED_COLUMN' }));
});

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '0', '1.5', '-2', 'yes', 'no', '2026-01-31', '2026-01-31 12:00'));
const wild = recordModel({
  columns: [
    column('s', 'string', { required: true }), column('i', 'integer'), column('d', 'decimal', { default: '1' }), column('b', 'boolean'),
    column('day', 'date'), column('at', 'timestamp', { max: '2027-01-01T00:00Z' }),
  ],
  keys: { partitionKey: '{s}', sortKey: '{d}#{row}' },
  indexes: [{ name: 'x', partitionKey: 'day', sortKey: 'at' }],
});

/** All there is to know of what became of a row. */
function told(built: BuiltRecord | Reject): object {
  if ('code' in built) return built;
  const { item: written, key, hash, partitionKey, sortKey, position, unique } = built;
  return { item: String(written), key, hash, partitionKey, sortKey, position, unique };
}

test('every row is either a record or a reject, the same on every try', () => {
  const names = ['s', 'i', 'd', 'b', 'day', 'at'];
  const first = createRecordBuilder(wild, names, recordContext());
  const again = createRecordBuilder(wild, names, recordContext());
  const anyFields = fc.oneof(fc.array(text), fc.tuple(text, text, text, text, text, text));
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e9 }), anyFields, (row, fields) => {
    const built = first.build(row, fields);
    if ('item' in built) {
      expect(Object.keys(item(built))).toEqual(expect.arrayContaining(['s', '_pk', '_sk', '_pos', '_list']));
      expect(itemSize(item(built))).toBeLessThanOrEqual(MAX_ITEM_BYTES);
    } else {
      expect(built).toMatchObject({ row, fields });
      expect([built.code, built.message].every((part) => part.length > 0)).toBe(true);
    }
    expect(told(again.build(row, fields))).toEqual(told(built));
  }), { numRuns: 1000 });
});

test('the key is the same for two records if and only if both their keys are', () => {
  const builder = createRecordBuilder(anyCsv({ keys: { partitionKey: '{p}', sortKey: '{s}' } }), ['p', 's'], recordContext());
  const part = fc.string({ unit: fc.constantFrom('a', '1', ':', '\u0000'), minLength: 1, maxLength: 3 });
  const keyOf = (fields: string[]) => (builder.build(1, fields) as BuiltRecord).key;
  fc.assert(fc.property(part, part, part, part, (p, s, q, t) => {
    expect(keyOf([p, s]) === keyOf([q, t])).toBe(p === q && s === t);
  }), { numRuns: 1000 });
});

test('two keys that are the same text together are two', () => {
  const builder = createRecordBuilder(anyCsv({ keys: { partitionKey: '{p}', sortKey: '{s}' } }), ['p', 's'], recordContext());
  const keys = [['a', 'bc'], ['ab', 'c'], ['1:a', 'b'], ['1', ':ab']].map((fields) => (builder.build(1, fields) as BuiltRecord).key);
  expect(new Set(keys).size).toBe(4);
});

test('the keys and the position of a record are those of its item, its tenant among them', () => {
  const built = build(anyCsv({ tenancy: true, keys: { partitionKey: '{a}', sortKey: '{b}' } }), ['a', 'b'], ['p', 's'], recordContext({ tenantId: 'acme' }));
  const { partitionKey, sortKey, position } = built as BuiltRecord;
  expect(item(built)).toMatchObject({ _pk: { S: partitionKey }, _sk: { S: sortKey }, _pos: { S: position } });
  expect([partitionKey, sortKey]).toEqual(['_t#acme#p', 's']);
});

test('a row has nothing of the rows before it', () => {
  const model = recordModel({
    columns: [
      column('s', 'string'), column('i', 'integer'), column('b', 'boolean'), column('tags', 'stringSet'), column('at', 'timestamp'),
      column('k', 'string', { unique: true }),
    ],
    indexes: [{ name: 'x', partitionKey: 'k', sortKey: 'at' }],
    tenancy: true,
  });
  const names = ['s', 'i', 'b', 'tags', 'at', 'k'];
  const full = ['s', '1', 'y', 'a|b', '2026-01-01T00:00Z', 'k'];
  const builder = createRecordBuilder(model, names, recordContext());
  for (const row of [full, names.map(() => ''), full.map((field, nth) => (nth % 2 === 0 ? field : '')), full, ['s', 'x', 'y', '', '', ''], names.map(() => '')]) {
    expect(told(builder.build(7, row))).toEqual(told(build(model, names, row)));
  }
});

test('whatever is in a field, its JSON says just that', () => {
  const names = ['a', 'quote " and \\ and \u0001', '__b'];
  const builder = createRecordBuilder(anyCsv({ keys: { partitionKey: 'P"{a}', sortKey: '{row}\\' } }), names, recordContext({ tenantId: 'x' }));
  const anyText = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(fc.property(anyText, anyText, anyText, (...fields) => {
    const built = builder.build(3, fields) as BuiltRecord;
    expect(item(built)).toEqual({
      _pk: { S: `P"${fields[0]}` },
      _sk: { S: '3\\' },
      _pos: { S: built.position },
      _list: { S: expect.any(String) },
      ...Object.fromEntries(names.map((name, nth) => [name, { S: fields[nth] }])),
    });
    expect([built.partitionKey, built.sortKey]).toEqual([`P"${fields[0]}`, '3\\']);
    expect(isPosition(built.position)).toBe(true);
  }), { numRuns: 1000 });
});

test('half of a surrogate pair is a text like any other', () => {
  expect(item(build(anyCsv(), ['a'], ['\ud800'])).a).toEqual({ S: '\ud800' });
  expect(String((build(anyCsv(), ['a'], ['\ud800']) as BuiltRecord).item)).toContain('"\\ud800"');
});

test('sets, trees and what else columns make are kept as they are', () => {
  const model = recordModel({ columns: [column('tags', 'stringSet'), column('data', 'json'), column('yes', 'boolean')] });
  const built = item(build(model, ['tags', 'data', 'yes'], ['a|b"', '{"n":1.50,"l":[null,true,"x"]}', 'y']));
  expect(built).toMatchObject({
    tags: { SS: ['a', 'b"'] }, yes: { BOOL: true }, data: { M: { n: { N: '1.5' }, l: { L: [{ NULL: true }, { BOOL: true }, { S: 'x' }] } } },
  });
});

describe('rows with more or fewer fields than the header', () => {
  const rows = [['a'], ['a', '1', 'y', 'more']] as const;
  const policy = (raggedRows: RaggedRowsPolicy) => rows.map((fields) => (
    build(recordModel({ columns: [column('name', 'string'), column('price', 'decimal', { default: '2' }), column('rx', 'boolean')] }),
      header, fields, recordContext({ raggedRows }))
  ));

  test('are rejected, unless something else is said', () => {
    expect(policy('reject')).toEqual(rows.map((fields) => expect.objectContaining({ code: 'WRONG_FIELD_COUNT', fields })));
  });

  test('are filled', () => {
    const [short, long] = policy('fill');
    expect(item(short)).toMatchObject({ name: { S: 'a' }, price: { N: '2' } });
    expect(item(short)).not.toHaveProperty('rx');
    expect(long).toMatchObject({ code: 'WRONG_FIELD_COUNT', fields: rows[1] });
  });

  test('are filled and cut', () => {
    const [short, long] = policy('fit');
    expect(item(short)).toMatchObject({ name: { S: 'a' }, price: { N: '2' } });
    expect(item(long)).toMatchObject({ name: { S: 'a' }, price: { N: '1' }, rx: { BOOL: true } });
  });

  test('and that are rejected for something else show what the file had', () => {
    expect(build(recordModel({ columns: [column('a', 'integer'), column('b', 'string')] }), ['a', 'b'], ['x'], recordContext({ raggedRows: 'fit' })))
      .toMatchObject({ code: 'NOT_AN_INTEGER', fields: ['x'] });
  });
});

describe('columns without a name behind all others', () => {
  const of = (fields: string[], model: Partial<RecordModel> = {}) => (
    build(recordModel({ columns: [column('a', 'string'), column('b', 'string')], ...model }), ['b', 'a', '', ' '], fields, recordContext())
  );

  test('are none, where no row has anything there', () => {
    expect(item(of(['1', '2', '', ' ']))).toMatchObject({ a: { S: '2' }, b: { S: '1' } });
    expect(Object.keys(item(of(['1', '2', '', ' '])))).toEqual(Object.keys(item(of(['1', '2', 'x', 'y'], { unknownColumns: 'ignore' }))));
  });

  test('let no value get lost', () => {
    expect(of(['1', '2', '', 'x'])).toEqual({
      row: 7,
      column: '',
      code: 'UNKNOWN_COLUMN',
      fields: ['1', '2', '', 'x'],
      message: "the row must have nothing in column 4, for which the header has no name, got 'x'",
    });
  });

  test('are kept where unknown columns are', () => {
    expect(item(of(['1', '2', '', 'x'], { unknownColumns: 'keep' }))).toMatchObject({ column_3: { S: '' }, column_4: { S: 'x' } });
  });
});

describe('computed columns', () => {
  const computed = (template: string) => column('c', 'string', { computed: template });

  test('have their values, which keys and unique columns may use', () => {
    const model = recordModel({
      columns: [column('a', 'string'), computed('{fileName}:{row}'), column('n', 'integer', { computed: '{row}', unique: true }),
        column('batch', 'string', { computed: '{metadata.batch}' }), column('none', 'string', { computed: '{metadata.none}' })],
      keys: { partitionKey: '{c}', sortKey: '{batch}#{n}' },
    });
    const builder = createRecordBuilder(model, ['a'], recordContext({ rowsBefore: 10, metadata: { batch: 'b"1' } }));
    for (const row of [1, 2]) {
      const built = builder.build(row, ['x']);
      expect(item(built)).toEqual({
        _pk: { S: `drugs.csv:${10 + row}` },
        _sk: { S: `b"1#${10 + row}` },
        _pos: expect.anything(),
        _list: expect.anything(),
        a: { S: 'x' },
        c: { S: `drugs.csv:${10 + row}` },
        n: { N: String(10 + row) },
        batch: { S: 'b"1' },
      });
      expect(built).toMatchObject({ unique: [{ column: 'n', value: String(10 + row) }] });
    }
  });

  test('without a value leave no key', () => {
    const model = recordModel({ columns: [column('a', 'string'), computed('{metadata.none}')], keys: { partitionKey: '{c}', sortKey: 'S' } });
    expect(build(model, ['a'], ['x'])).toMatchObject({ code: 'EMPTY_KEY', column: 'c' });
  });
});

describe('values that may be there once', () => {
  const model = recordModel({ columns: [column('a', 'decimal', { unique: true }), column('b', 'string', { unique: true }), column('c', 'string')] });

  test('are told as the record has them; those that are missing are none', () => {
    expect(build(model, ['c', 'b', 'a'], ['x', '', '01.50'])).toMatchObject({ unique: [{ column: 'a', value: '1.5' }] });
    const builder = createRecordBuilder(model, ['a', 'b'], recordContext());
    expect(builder.build(1, ['1', 'x'])).toMatchObject({ unique: [{ column: 'a', value: '1' }, { column: 'b', value: 'x' }] });
    expect(builder.build(2, ['', ''])).toMatchObject({ unique: [] });
  });

  test('are not looked for where no column is unique', () => {
    expect(build(anyCsv(), ['a'], ['1'])).toMatchObject({ unique: undefined });
  });
});
