import { columnNamer, NamesFrom, readHeader } from '../../../../lambda-src/domain/records/header';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { CSV } from '../../../../src/private/contract';
import { anyCsv, column, recordModel } from './record-models';

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UploadFailure) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

const model = recordModel({
  columns: [column('sku', 'string', { required: true }), column('qty', 'integer'), column('unit', 'string', { default: 'kg', required: true })],
  keys: { partitionKey: 'SKU#{sku}', sortKey: 'ROW#{row}' },
});
const names = (header: readonly string[], of = model) => readHeader(header, of).map(({ name, position }) => [name, position]);

describe('with declared columns', () => {
  test('names are trimmed, and bound in the order of the file; defaults come last', () => {
    expect(names([' qty', 'sku\t'])).toEqual([['qty', 0], ['sku', 1], ['unit', null]]);
    expect(names(['unit', 'sku'])).toEqual([['unit', 0], ['sku', 1]]);
  });

  test.each<[string, string[], string]>([
    ['a required column is missing', ['qty'], "MISSING_COLUMN: the header lacks 'sku', got 'qty'"],
    ['the separator is a semicolon', ['sku;qty'],
      "MISSING_COLUMN: the header lacks 'sku', got 'sku;qty'; it seems to be separated by ';', and only commas separate columns"],
    ['the separator is a tab', ['sku\tqty'],
      "MISSING_COLUMN: the header lacks 'sku', got 'sku\tqty'; it seems to be separated by tabs, and only commas separate columns"],
    ['the case differs', ['SKU', 'qty'], "MISSING_COLUMN: the header lacks 'sku', got 'SKU', 'qty'"],
    ['a title is above it', ['Prices of 2026', '', ''], "MISSING_COLUMN: the header lacks 'sku', got 'Prices of 2026', '', ''"],
    ['a name comes twice', ['sku', 'qty', ' sku '], "DUPLICATE_COLUMN: the header has 'sku' more than once"],
    ['columns are unknown', ['sku', 'b', '', 'a'],
      "UNKNOWN_COLUMN: the header has 'b', column 3 without a name, 'a'; the known columns are 'sku', 'qty', 'unit'"],
    ['a name is absurd', ['sku', 'x'.repeat(256)], 'MALFORMED_CSV: the name of column 2 has more than 255 characters: is the first line a header?'],
    ['a reserved name is merely unknown', ['sku', '_pk'], "UNKNOWN_COLUMN: the header has '_pk'; the known columns are 'sku', 'qty', 'unit'"],
  ])('a file fails when %s', (_, header, message) => {
    expect(failure(() => readHeader(header, model))).toBe(message);
  });

  test('all missing columns are named, those of the key included', () => {
    const strict = recordModel({
      columns: [column('a', 'string', { required: true }), column('b', 'string', { required: true }), column('c', 'string'), column('d', 'string')],
      keys: { partitionKey: '{c}#{b}', sortKey: '{row}#{uploadId}#{uploadedAt}#{fileName}' },
    });
    expect(failure(() => readHeader(['d'], strict))).toBe("MISSING_COLUMN: the header lacks 'a', 'b', 'c', got 'd'");
  });

  test('a message lists at most 10 columns, and of each at most 50 characters', () => {
    const columns = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);
    const listed = "'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'";
    expect(failure(() => readHeader(['sku', ...columns(10)], model))).toContain(`the header has ${listed}; the known`);
    expect(failure(() => readHeader(['sku', ...columns(11)], model))).toContain(`the header has ${listed} and 1 more; the known`);
    expect(failure(() => readHeader(['sku', ...columns(100_000)], model))).toBe(
      `UNKNOWN_COLUMN: the header has ${listed} and 99990 more; the known columns are 'sku', 'qty', 'unit'`);

    const wide = recordModel({ ...model, columns: columns(12).map((name) => column(name, 'string', { required: true })) });
    expect(failure(() => readHeader(['x'], { ...wide, keys: model.keys }))).toBe(`MISSING_COLUMN: the header lacks ${listed} and 3 more, got 'x'`);
    expect(failure(() => readHeader(['sku', 'x'], { ...wide, keys: { partitionKey: '{c0}', sortKey: '{row}' } }))).toContain(`lacks ${listed} and 2`);

    expect(failure(() => readHeader(['sku', 'x'.repeat(50)], model))).toContain(`has '${'x'.repeat(50)}';`);
    expect(failure(() => readHeader(['sku', 'x'.repeat(51)], model))).toContain(`has '${'x'.repeat(50)}…';`);
    expect(failure(() => readHeader(['sku', 'x'.repeat(51), 'x'.repeat(51)], model))).toBe(
      `DUPLICATE_COLUMN: the header has '${'x'.repeat(50)}…' more than once`);
  });

  test('a column of the key may come from its default', () => {
    expect(names(['sku'], { ...model, keys: { partitionKey: '{sku}', sortKey: '{unit}' } })).toEqual([['sku', 0], ['unit', null]]);
  });

  test('unknown columns are ignored on request, reserved names and those without a name included', () => {
    expect(names(['a', 'sku', '', '_pk', ''], { ...model, unknownColumns: 'ignore' })).toEqual([['sku', 1], ['unit', null]]);
  });

  test('columns without a name behind all others are none', () => {
    expect(names(['sku', 'qty', '', ' '])).toEqual([['sku', 0], ['qty', 1], ['unit', null]]);
    expect(failure(() => readHeader(['sku', '', 'qty', ''], model))).toBe(
      "UNKNOWN_COLUMN: the header has column 2 without a name; the known columns are 'sku', 'qty', 'unit'");
    const optional = recordModel({ columns: [column('a', 'string')] });
    expect(failure(() => readHeader(['', ''], optional))).toBe(
      "UNKNOWN_COLUMN: the header has column 1 without a name, column 2 without a name; the known columns are 'a'");
    for (const [from, who] of [['row', 'the row'], ['transform', 'the row that the transform made']] as const) {
      expect(failure(() => readHeader(['a', ''], optional, from))).toBe(`UNKNOWN_COLUMN: ${who} has column 2 without a name; the known columns are 'a'`);
    }
  });

  test('unknown columns are kept on request, but never over an attribute of ours', () => {
    const keep = { ...model, unknownColumns: 'keep' as const };
    expect(names(['a', 'sku', ''], keep)).toEqual([['a', 0], ['sku', 1], ['column_3', 2], ['unit', null]]);
    expect(failure(() => readHeader(['sku', '_pk', '_pos'], keep))).toBe(
      "RESERVED_COLUMN: the header has '_pk', '_pos', which cannot be the name of a column");
  });

  test('a name of 255 characters is still one', () => {
    const long = 'x'.repeat(255);
    expect(names(['sku', long], { ...model, unknownColumns: 'keep' })).toContainEqual([long, 1]);
  });
});

describe('any CSV', () => {
  test('every column is kept, also without a name', () => {
    expect(names(['a', '', 'column_2', ''], anyCsv())).toEqual([['a', 0], ['column_2_', 1], ['column_2', 2], ['column_4', 3]]);
  });

  test('columns may be called like members of an object', () => {
    expect(names(['toString', 'constructor', 'row'], anyCsv())).toEqual([['toString', 0], ['constructor', 1], ['row', 2]]);
  });

  test.each<[string[], string]>([
    [['a', '__proto__'], "RESERVED_COLUMN: the header has '__proto__', which cannot be the name of a column"],
    [['a', '_list'], "RESERVED_COLUMN: the header has '_list', which cannot be the name of a column"],
    [['a', 'a'], "DUPLICATE_COLUMN: the header has 'a' more than once"],
    [['b'], "MISSING_COLUMN: the header lacks 'a', got 'b'"],
  ])('the header %j fails', (header, message) => {
    expect(failure(() => readHeader(header, anyCsv({ keys: { partitionKey: '{a}', sortKey: '{row}' } })))).toBe(message);
  });
});

describe('aliases and spellings', () => {
  const aliased = recordModel({
    columns: [column('drug_name', 'string', { required: true, aliases: ['Drug', 'Präparat'] }), column('qty', 'integer', { default: '1' })],
    unknownColumns: 'keep',
  });
  const loose = { ...aliased, looseHeader: true };

  test('a record has the column\'s own name', () => {
    expect(names(['x', 'Drug'], aliased)).toEqual([['x', 0], ['drug_name', 1], ['qty', null]]);
  });

  test.each(['drug_name', 'Drug Name', ' DRUG-NAME ', 'drugName', 'drug\u00a0__name', 'DRUG', 'PRA\u0308PARAT'])("'%s' is found loosely", (name) => {
    expect(names([name, 'QTY'], loose)).toEqual([['drug_name', 0], ['qty', 1]]);
  });

  test.each(['drug.name', 'drugname2', 'prparat'])("'%s' is not", (name) => {
    expect(failure(() => readHeader([name], loose))).toBe(`MISSING_COLUMN: the header lacks 'drug_name', got '${name}'`);
  });

  test('the case matters otherwise', () => {
    expect(failure(() => readHeader(['drug'], aliased))).toBe("MISSING_COLUMN: the header lacks 'drug_name', got 'drug'");
  });

  test.each<[string[], typeof aliased, string]>([
    [['Drug', 'drug_name'], aliased, "DUPLICATE_COLUMN: the header has 'Drug' and 'drug_name', which are both the column 'drug_name'"],
    [['qty', 'drug_name', 'Drug Name'], loose, "DUPLICATE_COLUMN: the header has 'drug_name' and 'Drug Name', which are both the column 'drug_name'"],
  ])('the header %j is ambiguous', (header, of, message) => {
    expect(failure(() => readHeader(header, of))).toBe(message);
  });

  test('names of nothing but separators are names too', () => {
    const odd = recordModel({ columns: [column('-', 'string'), column('__', 'string')], looseHeader: true });
    expect(names(['__', '-'], odd)).toEqual([['__', 0], ['-', 1]]);
  });
});

describe('computed columns', () => {
  const computed = recordModel({
    columns: [column('sku', 'string'), column('line', 'integer', { computed: '{row}' })], keys: { partitionKey: '{line}', sortKey: '{sku}' },
  });

  test('come last, and keys may be made of them', () => {
    expect(names(['sku'], computed)).toEqual([['sku', 0], ['line', null]]);
  });

  test.each(['fail', 'keep'] as const)('are never taken from a file, where unknown columns %s', (unknownColumns) => {
    expect(failure(() => readHeader(['line', 'sku'], { ...computed, unknownColumns }))).toBe(
      "RESERVED_COLUMN: the header has 'line', which is no column of a file but computed");
  });

  test('are left out of a file where unknown columns are', () => {
    expect(names(['line', 'sku'], { ...computed, unknownColumns: 'ignore' })).toEqual([['sku', 1], ['line', null]]);
    expect(names(['LINE', 'sku'], { ...computed, unknownColumns: 'ignore', looseHeader: true })).toEqual([['sku', 1], ['line', null]]);
  });
});

describe('a header with another separator', () => {
  const of = (...delimiters: (string | null)[]) => ({ ...model, formats: delimiters.map((delimiter) => ({ ...CSV, delimiter })) });

  test.each<[string, typeof model, string]>([
    ['sku;qty', of(','), "; it seems to be separated by ';', and only commas separate columns"],
    ['sku,qty', of(';'), "; it seems to be separated by ',', and only semicolons separate columns"],
    ['sku,qty', of('\t'), "; it seems to be separated by ',', and only tabs separate columns"],
    ['sku\tqty', of('|', '~'), "; it seems to be separated by tabs, and only bars or '~' separate columns"],
    ['sku;qty', of(null), ''],
    ['sku;qty', { ...model, formats: [{ kind: 'ndjson', encoding: null }] }, ''],
  ])('%j', (header, given, hint) => {
    expect(failure(() => readHeader([header], given))).toBe(`MISSING_COLUMN: the header lacks 'sku', got '${header}'${hint}`);
  });
});

describe('names that records have for columns', () => {
  const aliased = recordModel({
    columns: [column('drug_name', 'string', { required: true, aliases: ['Drug', 'column_3'] }), column('line', 'integer', { computed: '{row}' })],
    unknownColumns: 'keep',
  });
  const loose = { ...aliased, looseHeader: true };

  test.each([
    [['x', ' Drug '], aliased, ['x', 'drug_name']],
    [['DRUG', 'drug name'], aliased, ['DRUG', 'drug name']],
    [['Drug-Name', 'X y'], loose, ['drug_name', 'X y']],
    [['line', ''], aliased, ['line', 'column_2']],
    [['a', 'column_2_', ''], aliased, ['a', 'column_2_', 'column_3_']],
    [['a', '', 'column_2'], aliased, ['a', 'column_2_', 'column_2']],
    [['a', 'b', ''], loose, ['a', 'b', 'column_3_2']],
    [['', ' '], anyCsv(), ['column_1', 'column_2']],
  ])('of %j', (header, of, expected) => {
    expect(columnNamer(of, 'header')(header)).toEqual(expected);
    // By the names that it gives each column is found again, and none is another.
    const kept = { ...of, unknownColumns: 'ignore' as const };
    expect(columnNamer(kept, 'header')(expected)).toEqual(expected);
  });

  test('a column without a name is not kept by an alias of another', () => {
    expect(names(['drug_name', 'b', ''], aliased)).toContainEqual(['column_3_', 2]);
    expect(names(['drug_name', 'b', ''], loose)).toContainEqual(['column_3_2', 2]);
  });

  test.each<[NamesFrom, string]>([['header', 'the header'], ['row', 'the row'], ['transform', 'the row that the transform made']])(
    'who has given them is who is told: %s', (from, who) => {
      const strict = recordModel({ ...aliased, unknownColumns: 'fail' });
      const messages = [['Drug', 'drug_name'], ['a', ' a'], ['line', 'Drug'], ['Drug', 'b'], ['b']].map((header) => failure(() => readHeader(header, strict, from)));
      expect(messages).toEqual([
        `DUPLICATE_COLUMN: ${who} has 'Drug' and 'drug_name', which are both the column 'drug_name'`,
        `DUPLICATE_COLUMN: ${who} has 'a' more than once`,
        `RESERVED_COLUMN: ${who} has 'line', which is no column of a file but computed`,
        `UNKNOWN_COLUMN: ${who} has 'b'; the known columns are 'drug_name'`,
        `MISSING_COLUMN: ${who} lacks 'drug_name', got 'b'`,
      ]);
      expect(failure(() => readHeader(['Drug', '_pk'], aliased, from))).toBe(`RESERVED_COLUMN: ${who} has '_pk', which cannot be the name of a column`);
      expect(failure(() => columnNamer(strict, from)(['Drug', 'drug_name']))).toBe(messages[0]);
    },
  );

  test('only of a header somebody may have mistaken what separates it', () => {
    const csv = { ...aliased, formats: [CSV] };
    expect(failure(() => readHeader(['drug;x'], csv, 'header'))).toContain('seems to be separated');
    expect(failure(() => readHeader(['drug;x'], csv, 'transform'))).not.toContain('seems to be separated');
  });
});
