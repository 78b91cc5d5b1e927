import { UploadFailure } from '../rejects/upload-failure';
import { Range } from './cut';
import { Survey } from './survey';

/** The rows that begin in a range. */
export interface SettledRange {
  readonly file: number;
  /** Where the first of them begins; 0 also where the header is before it. */
  readonly from: number;
  /** Where the next range's first row begins; null: these are the last rows of the file. */
  readonly before: number | null;
  readonly rows: number;
  /** Rows before the first of them, of all files of the upload and of its own. */
  readonly rowsBefore: number;
  readonly rowsBeforeInFile: number;
}

/** A file is no CSV, which its quotes alone show. */
export class WrongQuotes extends UploadFailure {
  /** After it nobody knows what is inside of a field and what is not. A reader who comes to it stops there, too. */
  static stray(file: number, at: number): WrongQuotes {
    return new WrongQuotes(file, 'MALFORMED_CSV',
      `byte ${at} is a quote in the middle of a field: a field that holds a quote must be quoted, and its quotes doubled`);
  }

  static neverClosed(file: number, at: number): WrongQuotes {
    return new WrongQuotes(file, 'UNTERMINATED_QUOTE', `a quoted field is still open at the end of the file: its quote is byte ${at}`);
  }

  private constructor(/** Which file of the upload. */ public readonly file: number, code: UploadFailure['code'], message: string) {
    super(code, message);
  }
}

/**
 * Which reading of every range is the true one, since the first of a file begins outside of a field; and so where its rows are
 * and which numbers they have. Throws UploadFailure where a file is no CSV.
 *
 * @param headerRows by file: 1 where its first row is its header
 */
export function settle(ranges: readonly Range[], surveys: readonly Survey[], headerRows: readonly (0 | 1)[]): SettledRange[] {
  const settled: SettledRange[] = [];
  let rowsBefore = 0;
  let state = beginning(0);
  for (const [nth, { file, from: start }] of ranges.entries()) {
    if (file !== ranges[nth - 1]?.file) state = beginning(headerRows[file]);
    const { outside, inside } = surveys[nth];
    const reading = state.isInside ? inside : outside;
    if (reading.strayQuote !== null) throw WrongQuotes.stray(file, reading.strayQuote);
    const headers = Math.min(state.headersLeft, reading.rows);
    const rows = reading.rows - headers;
    // What a row is indented by may have begun in a range before.
    const indented = (at: number | undefined) => (at === start ? state.indent ?? at : at);
    const from = headers > 0 ? 0 : indented(reading.first ?? undefined) ?? 0;
    settled.push({ file, from, before: null, rows, rowsBefore, rowsBeforeInFile: state.rows });
    rowsBefore += rows;
    state = {
      isInside: reading.endsInside,
      headersLeft: state.headersLeft - headers,
      rows: state.rows + rows,
      indent: indented(reading.indent),
      lastOpened: reading.lastOpened ?? state.lastOpened,
    };
    // A row of JSON may end with the file, which opens no field.
    const isLast = ranges[nth + 1]?.file !== file;
    if (isLast && state.isInside && state.lastOpened !== undefined) throw WrongQuotes.neverClosed(file, state.lastOpened);
  }
  return bounded(settled);
}

interface State {
  readonly isInside: boolean;
  readonly headersLeft: number;
  readonly rows: number;
  /** Where white space has begun that the next row is indented by. */
  readonly indent?: number;
  /** The quote that opens the last quoted field so far. */
  readonly lastOpened?: number;
}

function beginning(headersLeft: number): State {
  return { isInside: false, headersLeft, rows: 0 };
}

function bounded(settled: readonly SettledRange[]): SettledRange[] {
  let next: SettledRange | undefined;
  return settled.toReversed().map((range) => {
    const before = next?.file === range.file ? next.from : null;
    if (range.rows > 0) next = range;
    return { ...range, before };
  }).reverse();
}

/** Those worth the work: with rows, or of a file without any, since its header may be wrong. */
export function worthwhile(settled: readonly SettledRange[]): number[] {
  const numbers = [...settled.keys()];
  return numbers.filter((nth) => settled[nth].rows > 0 || isFirstOfEmptyFile(settled, nth));
}

function isFirstOfEmptyFile(settled: readonly SettledRange[], nth: number): boolean {
  const { file } = settled[nth];
  return settled[nth - 1]?.file !== file && settled.every((range) => range.file !== file || range.rows === 0);
}
