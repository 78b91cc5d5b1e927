import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { type CsvDialect } from '../../../../lambda-src/adapters/rows/csv-dialect';
import { decode } from '../../../../lambda-src/adapters/rows/decode';
import { type EncodingModel } from '../../../../src/private/contract';
import { CSV_SUITES, DIALECT, chunksOf, readRows } from '../../../support/csv-files';
import { referenceRows } from '../../../support/csv-reference';

const SIZES = [1, 7, 64 * 1024];

async function everySize(content: string | Buffer, dialect: Partial<CsvDialect> = {}): Promise<readonly (readonly string[])[]> {
  const all = await Promise.all(SIZES.map((size) => readRows(content, { dialect, sizes: [size] })));
  for (const rows of all) expect(rows).toEqual(all[0]);
  return all[0];
}

function asObjects([header, ...rows]: readonly (readonly string[])[]): unknown[] {
  return rows.map((fields) => Object.fromEntries(fields.map((text, at) => [header[at], text])));
}

describe('csv-spectrum', () => {
  const folder = dirname(require.resolve('csv-spectrum'));
  const names = readdirSync(join(folder, 'csvs')).map((name) => name.replace('.csv', ''));
  const load = (name: string) => ({
    csv: readFileSync(join(folder, 'csvs', `${name}.csv`)),
    json: JSON.parse(readFileSync(join(folder, 'json', `${name}.json`), 'utf8')) as Array<Record<string, string>>,
  });

  test('has 12 files', () => expect(names).toHaveLength(12));

  test.each(names.filter((name) => name !== 'location_coordinates'))('%s', async (name) => {
    const { csv, json } = load(name);
    expect(asObjects(await everySize(csv))).toEqual(json);
  });

  test('location_coordinates is refused: its coordinates hold quotes, and are not quoted', async () => {
    const { csv } = load('location_coordinates');
    for (const size of SIZES) await expect(readRows(csv, { sizes: [size] })).rejects.toMatchObject({ code: 'MALFORMED_CSV', message: expect.stringMatching(/^line 2 /) });
    expect(referenceRows(csv, DIALECT)).toEqual({ code: 'MALFORMED_CSV', line: 2, rows: [['Contact Phone Number', 'Location Coordinates', 'Cities', 'Counties']], ends: [expect.any(Number)] });
  });
});

describe('csvlint.rb', () => {
  const load = (name: string) => readFileSync(join(CSV_SUITES, 'csvlint', name));
  const NUMBERS = [['1', '2', '3'], ['3', '2', '1']];

  test('has 11 files', () => expect(readdirSync(join(CSV_SUITES, 'csvlint')).filter((name) => name.endsWith('.csv'))).toHaveLength(11));

  test.each<[string, string[][]]>([
    ['cr-line-endings.csv', [['Foo', 'Bar', 'Baz'], ['Biff', 'Baff', 'Boff'], ['Qux', 'Teaspoon', 'Doge']]],
    ['crlf-line-endings.csv', [['Foo', 'Bsr', 'Baz'], ['Biff', 'Baff', 'Boff'], ['Qux', 'Teaspoon', 'Doge']]],
    ['lf-line-endings.csv', [['Foo', 'Bsr', 'Baz'], ['Biff', 'Baff', 'Boff'], ['Qux', 'Teaspoon', 'Doge']]],
    ['inconsistent-line-endings.csv', [['Foo', 'Bsr', 'Baz'], ['Biff', 'Baff', 'Boff'], ['Qux', 'Teaspoon', 'Doge']]],
    ['inconsistent-line-endings-unquoted.csv', [['Foo', 'Bsr', 'Baz'], ['Biff', 'Baff', 'Boff'], ['Qux', 'Teaspoon', 'Doge']]],
    ['windows-line-endings.csv', [['a', 'b', 'c'], ['d', 'e', 'f']]],
    ['valid.csv', [['Foo', 'Bar', 'Baz'], ...NUMBERS]],
    ['valid_many_rows.csv', [['Foo', 'Bar', 'Baz'], ...NUMBERS, ...NUMBERS, ...NUMBERS]],
    ['title-row.csv', [['This is a title row', '', ''], ['Foo', 'Bsr', 'Baz'], ['Biff', 'Baff', 'Boff'], ['Qux', 'Teaspoon', 'Doge']]],
  ])('%s', async (name, expected) => {
    expect(await everySize(load(name))).toEqual(expected);
  });

  test('title-row.csv, with the title as a preamble', async () => {
    expect((await everySize(load('title-row.csv'), { preambleLines: 1 }))[0]).toEqual(['Foo', 'Bsr', 'Baz']);
  });

  test('invalid_many_rows.csv: a stray quote', async () => {
    await expect(readRows(load('invalid_many_rows.csv'))).rejects.toMatchObject({ code: 'MALFORMED_CSV', message: expect.stringMatching(/^line 4 /) });
  });

  async function decoded(name: string, encoding: EncodingModel): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of decode(chunksOf(load(name), [7]) as AsyncIterable<Buffer>, encoding)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  test('invalid-byte-sequence.csv: no UTF-8, but Latin-1', async () => {
    await expect(decoded('invalid-byte-sequence.csv', 'utf-8')).rejects.toMatchObject({ code: 'INVALID_ENCODING' });
    const rows = await everySize(await decoded('invalid-byte-sequence.csv', 'latin1'));
    expect(rows[0]).toEqual(['Data', 'Dependencia Origem', 'Histórico', 'Data do Balancete', 'Número do documento', 'Valor', '']);
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([7]));
  });
});

describe('CSVW, tables without metadata', () => {
  interface CsvwTable {
    readonly tables: ReadonlyArray<{ readonly row: ReadonlyArray<{ readonly describes: ReadonlyArray<Record<string, string>> }> }>;
  }
  const load = (name: string) => readFileSync(join(CSV_SUITES, 'csvw', name));

  test.each([
    ['test001', 'test001.csv', 8], ['test005', 'test005.csv', 12], ['test006', 'test006.csv', 6], ['test007', 'test007.csv', 6],
    ['test008', 'test008.csv', 3], ['test009', 'test009.csv', 3], ['test010', 'test010.csv', 4], ['test028', 'countries.csv', 3],
  ])('%s: %s', async (name, csv, count) => {
    const { tables: [{ row }] } = JSON.parse(load(`${name}.json`).toString()) as CsvwTable;
    const rows = asObjects(await everySize(load(csv))) as Array<Record<string, string>>;
    // Its JSON leaves empty cells out.
    const cells = rows.map((fields) => Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== '')));
    expect(cells).toEqual(row.map(({ describes }) => Object.fromEntries(Object.entries(describes[0]).filter(([column]) => column !== '@id'))));
    expect(rows).toHaveLength(count);
  });
});

describe('big list of naughty strings', () => {
  const strings = JSON.parse(readFileSync(join(CSV_SUITES, 'naughty-strings', 'blns.json'), 'utf8')) as string[];

  test.each<[string, Partial<CsvDialect>, object]>([
    ['commas', {}, {}],
    ['tabs', { delimiter: '\t' }, { delimiter: '\t' }],
    ['semicolons and CRLF, all quoted', { delimiter: ';' }, { delimiter: ';', record_delimiter: 'windows', quoted: true }],
    ['backslashes', { escape: '\\' }, { escape: '\\' }],
    ['single quotes', { quote: "'", escape: "'" }, { quote: "'", escape: "'" }],
  ])('each of them is what it was: %s', async (_, dialect, options) => {
    const rows = strings.map((text, nth) => [String(nth), text, `${text}\n${text}`]);
    expect(await everySize(stringify(rows, options), dialect)).toEqual(rows);
    expect(strings).toHaveLength(515);
  });

  test('and all of them beside each other', async () => {
    const row = fc.array(fc.constantFrom(...strings), { minLength: 2, maxLength: 5 });
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
      // One of the strings is a byte order mark: at the start of a file it is no text.
      fc.pre(!rows[0][0].startsWith('\ufeff'));
      expect(await readRows(stringify(rows), { sizes: [11] })).toEqual(rows);
    }));
  });
});
