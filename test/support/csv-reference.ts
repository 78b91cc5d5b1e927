import { CsvError, type Info, parse } from 'csv-parse/sync';
import { type CsvDialect } from '../../lambda-src/adapters/rows/csv-dialect';

export interface CsvOutcome {
  readonly rows: readonly (readonly string[])[];
  readonly ends: readonly number[];
}

/** Why a text is no CSV, and on which line. */
export interface CsvRefusal {
  readonly code: string;
  readonly line: number;
}

/** What csv-parse makes of a text: the reference for what a row is, where it ends, and what is none. Its preamble is not known to it. */
export function referenceRows(content: Buffer, dialect: CsvDialect): CsvOutcome | CsvRefusal {
  try {
    const found = parse(content, {
      bom: true,
      info: true,
      delimiter: dialect.delimiter,
      quote: dialect.quote,
      escape: dialect.escape,
      comment: dialect.comment ?? undefined,
      comment_no_infix: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as Array<{ record: string[]; info: Info }>;
    return { rows: found.map(({ record }) => record), ends: found.map(({ info }) => info.bytes) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { code: CODES[error.code] ?? error.code, line: error.lines as number };
  }
}

const CODES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'UNTERMINATED_QUOTE',
  INVALID_OPENING_QUOTE: 'MALFORMED_CSV',
  CSV_INVALID_CLOSING_QUOTE: 'MALFORMED_CSV',
};
