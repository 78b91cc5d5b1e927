import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CsvDialect } from '../../../../lambda-src/adapters/rows/csv-dialect';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { CSV_SUITES, DIALECT, readRows } from '../../../support/csv-files';

interface CsvParseCase {
  readonly file: string;
  readonly name: string;
  readonly input: string;
  readonly options: {
    readonly delimiter?: string;
    readonly quote?: string | boolean | null;
    readonly escape?: string;
    readonly comment?: string | boolean;
  };
  readonly records?: unknown[];
  readonly error?: string;
}

const cases = JSON.parse(readFileSync(join(CSV_SUITES, 'csv-parse', 'cases.json'), 'utf8')) as CsvParseCase[];

const CODES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'UNTERMINATED_QUOTE',
  INVALID_OPENING_QUOTE: 'MALFORMED_CSV',
  CSV_INVALID_CLOSING_QUOTE: 'MALFORMED_CSV',
};

function dialectOf({ delimiter = ',', quote, escape = '"', comment }: CsvParseCase['options']): CsvDialect {
  return { ...DIALECT, delimiter, quote: quote === undefined || quote === true ? '"' : quote || null, escape, comment: typeof comment === 'string' && comment !== '' ? comment : null };
}

async function outcomeOf({ input, options }: CsvParseCase, size: number): Promise<unknown> {
  try {
    return await readRows(input, { dialect: dialectOf(options), sizes: [size] });
  } catch (error) {
    if (error instanceof UploadFailure) return error.code;
    throw error;
  }
}

/** Where we mean to differ, by name. */
const DIFFERENCES: Readonly<Record<string, unknown>> = {
  // Widths are the pipeline's own matter: `raggedRows`.
  'API events emit `error`': [['a', 'a', 'a'], ['b', 'b']],
  'API events emit `error` with data as argument': [['a', 'a', 'a'], ['b', 'b'], ['c', 'c', 'c']],
  'API Types CsvError Proper type is thrown when an error is encountered': [['a', 'b'], ['c']],
  'Option `on_record` usage errors with events': [['a', 'a', 'a'], ['c', 'd'], ['e', 'f']],
  'Option `relax_column_count` throw error by default': [['1', '2', '3'], ['4', '5']],
  'Option `relax_column_count` emit single error when column count is invalid on multiple lines': [['1', '2'], ['1'], ['3', '4'], ['5', '6', '7']],
  // Blank lines are no rows, as with its `skip_empty_lines`.
  'info lines count empty lines': [],
  'Option `skip_empty_lines` false dont skip by default': [['ABC'], ['DEF']],
  // A byte order mark is no text, as with its `bom`.
  'Option `bom` preserve bom if not defined': [['a', 'b', 'c'], ['d', 'e', 'f']],
  'Option `bom` preserve BOM if false': [['a', 'b', 'c'], ['d', 'e', 'f']],
  'Option `bom` throw parsing error if quote follow bom': [['a', 'b', 'c'], ['d', 'e', 'f']],
  // Only whole lines are comments, as with its `comment_no_infix`, and none follows a closing quote.
  'Option `comment_no_infix` with `false`': [['a', 'b#', 'c']],
  'Option `comment` single comment line with empty field': 'MALFORMED_CSV',
  'Option `comment` doent apply inside quotes': 'MALFORMED_CSV',
  'Option `quote` error "Invalid Closing Quote" no throw followed by a comment': 'MALFORMED_CSV',
};

test('the tests of csv-parse: 93 cases of which 78 are the same, and no other difference than those named', async () => {
  const differing: string[] = [];
  for (const one of cases) {
    const expected = DIFFERENCES[one.name] ?? one.records ?? CODES[one.error!] ?? one.error;
    for (const size of [1, 5, 64 * 1024]) {
      expect({ case: one.name, outcome: await outcomeOf(one, size) }).toEqual({ case: one.name, outcome: expected });
    }
    if (one.name in DIFFERENCES) differing.push(one.name);
  }
  expect(cases).toHaveLength(93);
  expect(differing.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  expect(differing).toHaveLength(15);
});
