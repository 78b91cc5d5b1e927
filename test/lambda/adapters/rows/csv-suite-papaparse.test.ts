import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectDelimiter } from '../../../../lambda-src/adapters/rows/csv-delimiter';
import { type CsvDialect } from '../../../../lambda-src/adapters/rows/csv-dialect';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { CSV_SUITES, DIALECT, readRows } from '../../../support/csv-files';
import { referenceRows } from '../../../support/csv-reference';

interface PapaCase {
  readonly suite: string;
  readonly description: string;
  readonly input: string;
  readonly config: {
    readonly comments?: string | boolean | number;
    readonly delimiter?: string;
    readonly quoteChar?: string;
    readonly escapeChar?: string;
    readonly skipFirstNLines?: number;
    readonly header?: boolean;
  };
  readonly data: unknown[];
}

const FOLDER = join(CSV_SUITES, 'papaparse');
const cases = JSON.parse(readFileSync(join(FOLDER, 'cases.json'), 'utf8')) as PapaCase[];

function dialectOf({ input, config }: PapaCase): CsvDialect {
  const quote = config.quoteChar ?? '"';
  const model = {
    kind: 'csv' as const,
    quote,
    escape: config.escapeChar ?? quote,
    comment: config.comments === true ? '#' : typeof config.comments === 'string' ? config.comments : null,
    preambleLines: Math.max(config.skipFirstNLines ?? 0, 0),
    header: null,
    raggedRows: 'reject' as const,
    encoding: null,
  };
  const delimiter = config.delimiter ?? detectDelimiter(Buffer.from(input), { ...model, delimiter: null });
  return { ...model, delimiter };
}

/** What we make of it, in the form in which the suite has it. */
async function outcomeOf(papa: PapaCase, size: number): Promise<unknown> {
  try {
    const rows = await readRows(papa.input, { dialect: dialectOf(papa), sizes: [size] });
    if (!papa.config.header) return rows;
    const [header = [], ...rest] = rows;
    return rest.map((row) => Object.fromEntries(row.map((text, at) => [header[at], text])));
  } catch (error) {
    if (error instanceof UploadFailure) return error.code;
    if (error instanceof RangeError) return 'NO_SUCH_DIALECT';
    throw error;
  }
}

/** Where we mean to differ, by name: Papa Parse guesses what a broken file means, and its rows keep blank lines. */
const DIFFERENCES: Readonly<Record<string, unknown>> = {
  // Stray quotes: a guess may swallow rows, so the file is refused.
  'Unquoted field with quotes at end of field': 'MALFORMED_CSV',
  'Quoted field with whitespace around quotes': 'MALFORMED_CSV',
  'Misplaced quotes in data, not as opening quotes': 'MALFORMED_CSV',
  'Quoted field has no closing quote': 'UNTERMINATED_QUOTE',
  'Quoted field has invalid trailing quote after delimiter with a valid closer': 'MALFORMED_CSV',
  'Quoted field has invalid trailing quote after delimiter': 'MALFORMED_CSV',
  'Quoted field has invalid trailing quote before delimiter': 'MALFORMED_CSV',
  'Quoted field has invalid trailing quote after new line': 'MALFORMED_CSV',
  'Quoted fields with spaces between closing quote and next delimiter': 'MALFORMED_CSV',
  'Quoted fields with spaces between closing quote and next new line': 'MALFORMED_CSV',
  'Quoted fields with spaces after closing quote': 'MALFORMED_CSV',
  'Misplaced quotes in data twice, not as opening quotes': 'MALFORMED_CSV',
  'Quoted fields with spaces between closing quote and next delimiter and contains delimiter': 'MALFORMED_CSV',
  'Quoted fields with spaces between closing quote and newline and contains newline': 'MALFORMED_CSV',
  // Characters with a meaning are single characters.
  'Multi-character comment string': 'NO_SUCH_DIALECT',
  'Multi-character delimiter': 'NO_SUCH_DIALECT',
  'Multi-character delimiter (length 2) with quoted field': 'NO_SUCH_DIALECT',
  // Blank lines are no rows.
  'Input with only a commented line and blank line after': [],
  'One column input with empty fields': [['a'], ['b'], ['c'], ['d'], ['e']],
  'Blank line at beginning': [['a', 'b', 'c'], ['d', 'e', 'f']],
  'Blank line in middle': [['a', 'b', 'c'], ['d', 'e', 'f']],
  'Blank lines at end': [['a', 'b', 'c'], ['d', 'e', 'f']],
  'Empty lines': [['a', 'b', 'c'], ['d', 'e', 'f']],
  // Any CR, LF or CRLF ends a line, whatever the first one was.
  'Mixed slash n and slash r should choose first as precident': [['a', 'b', 'c'], ['d', 'e', 'f'], ['g', 'h', 'i']],
  // "Greedy" takes rows of empty fields for blank lines.
  "Parsing with skipEmptyLines set to 'greedy'": [['a', 'b'], ['', ''], ['c', 'd'], [' ', ' '], ['', ' '], ['\t', '\t'], ['', '', '', '', '']],
  "Parsing with skipEmptyLines set to 'greedy' with quotes and delimiters as content":
    [['a', 'b'], ['', ''], ['c', 'd'], [' , ', ','], ['" "', '""']],
  // The escape character protects any character, as csv-parse has it, and is no text itself.
  'Custom escape character not used for escaping': [['a', 'b', 'cd']],
  // Names of columns are another matter than rows: nothing is renamed here, and a file with a name twice is refused elsewhere.
  'Simple duplicated header names': [{ A: '4' }],
  'Duplicated header names existing column': [{ c: '3', c_1: '4' }],
  'Duplicate header names with __proto__ field': [Object.fromEntries([['__proto__', '3']])],
  'Row with too many fields': [Object.fromEntries([['A', 'a'], ['B', 'b'], ['C', 'c'], ['undefined', 'e']]), { A: 'f', B: 'g', C: 'h' }],
};

test('Papa Parse: 129 cases of which 98 are the same, and no other difference than those named', async () => {
  const differing: string[] = [];
  for (const one of cases) {
    for (const size of [1, 5, 64 * 1024]) {
      const outcome = await outcomeOf(one, size);
      const expected = one.description in DIFFERENCES ? DIFFERENCES[one.description] : one.data;
      expect({ case: one.description, outcome }).toEqual({ case: one.description, outcome: expected });
    }
    if (one.description in DIFFERENCES) differing.push(one.description);
  }
  expect(cases).toHaveLength(129);
  expect(differing.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  expect(differing).toHaveLength(31);
});

test.each<[string, string, number, number]>([
  ['sample.csv', ',', 2, 3],
  ['sample-header.csv', ',', 3, 2],
  ['utf-8-bom-sample.csv', ',', 2, 3],
  ['long-sample.csv', ',', 8, 7],
  ['verylong-sample.csv', ',', 2001, 3],
])('Papa Parse: %s', async (name, delimiter, count, width) => {
  const content = readFileSync(join(FOLDER, name));
  const expected = referenceRows(content, DIALECT);
  expect(detectDelimiter(content, { ...DIALECT, delimiter: null })).toBe(delimiter);
  for (const size of [1, 1000]) expect(await readRows(content, { sizes: [size] })).toEqual('rows' in expected && expected.rows);
  expect('rows' in expected && [expected.rows.length, expected.rows[0].length]).toEqual([count, width]);
});
