import { CsvError, parse } from 'csv-parse/sync';
import { type CsvDialect } from '../../lambda-src/adapters/rows/csv-dialect';

export interface CsvOutcome {
  readonly rows: readonly (readonly string[])[];
  readonly ends: readonly number[];
}

/** Why a text is no CSV, and on which line; for a quote that is never closed, on which line it is. The rows are those before it. */
export interface CsvRefusal extends CsvOutcome {
  readonly code: string;
  readonly line: number;
}

/** What csv-parse makes of a text: the reference for what a row is, where it ends, and what is none. Its preamble is not known to it. */
export function referenceRows(content: Buffer, dialect: CsvDialect): CsvOutcome | CsvRefusal {
  const rows: string[][] = [];
  const ends: number[] = [];
  const fault = faultOf(content, dialect, (row, end) => {
    rows.push(row);
    ends.push(end);
  });
  if (!fault) return { rows, ends };
  const code = CODES[fault.code] ?? fault.code;
  // Of a quote that is never closed, it names the line that the text ends on.
  const line = code === 'UNTERMINATED_QUOTE' ? lineOfOpenQuote(content.toString(), dialect) : fault.lines as number;
  return { code, line, rows, ends };
}

function faultOf(content: Buffer, dialect: CsvDialect, onRow?: (row: string[], end: number) => void): CsvError | undefined {
  try {
    parse(content, {
      on_record: (record: string[], { bytes }) => {
        onRow?.(record, bytes);
        return null;
      },
      bom: true,
      delimiter: dialect.delimiter,
      quote: dialect.quote,
      escape: dialect.escape,
      comment: dialect.comment ?? undefined,
      comment_no_infix: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error;
  }
}

/** The field that is not closed begins where the text could last have gone on with a character that is in no quotes, nor behind them. */
function lineOfOpenQuote(text: string, dialect: CsvDialect): number {
  let at = text.length - 1;
  while (faultOf(Buffer.from(`${text.slice(0, at)}a`), dialect)) at--;
  return text.slice(0, at).split(/\r\n|\r|\n/).length;
}

const CODES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'UNTERMINATED_QUOTE',
  INVALID_OPENING_QUOTE: 'MALFORMED_CSV',
  CSV_INVALID_CLOSING_QUOTE: 'MALFORMED_CSV',
};
