import { CsvModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { CsvDialect } from './csv-dialect';
import { MAX_OPEN_BYTES, MAX_ROW_BYTES } from './row-limits';

/** Far more columns than any item could hold. */
export const MAX_FIELDS = 100_000;

/** `where` is a place in the file as people would say it, `line 4`, as are all of these. */
export function unterminatedQuote(where: string): UploadFailure {
  return new UploadFailure('UNTERMINATED_QUOTE', `a quoted field is still open at the end of the file: its quote is on ${where}`);
}

export function openTooLong(where: string): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE',
    `a quoted field must have at most ${MAX_OPEN_BYTES} bytes; the one whose quote is on ${where} has more, or is never closed`);
}

export function headerTooLarge(where: string): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE',
    `the header must have at most ${MAX_ROW_BYTES} bytes; the one on ${where} has more, or a quote in it is never closed`);
}

export function tooManyNames(): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE', `the header must have at most ${MAX_FIELDS} fields`);
}

/** Of a comment, say. */
export function lineTooLong(where: string): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE', `a line that is passed over must have at most ${MAX_ROW_BYTES} bytes; the one on ${where} has more`);
}

export function quoteInPlainField(where: string, { quote, escape }: CsvDialect): UploadFailure {
  const protect = escape === quote ? 'its quotes doubled' : `its quotes preceded by ${escape}`;
  return malformed(where, `a field that holds a quote must be quoted, and ${protect}`);
}

/** @param opened where the field began: often it is that quote that should not be there, and this one is the next */
export function textAfterQuote(where: string, opened: string, { delimiter }: CsvDialect): UploadFailure {
  const began = opened === where ? '' : `; the quote that it closes is on ${opened}`;
  return malformed(where, `a closing quote must be followed by ${NAMES[delimiter] ?? delimiter} or the end of the line${began}`);
}

/** There is nothing where the first row should be. */
export function noRows({ header, preambleLines, comment }: CsvModel): UploadFailure {
  const passed = preambleLines === 0 ? '' : preambleLines === 1 ? ' after its first line' : ` after its first ${preambleLines} lines`;
  const nothing = passed !== '' ? 'there is nothing' : comment === null ? 'it is empty' : 'it is empty, or has nothing but comments';
  return new UploadFailure('EMPTY_FILE', `the file must have ${header === null ? 'a header' : 'rows'}${passed}, but ${nothing}`);
}

const NAMES: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab', '|': 'a bar' };

function malformed(where: string, why: string): UploadFailure {
  return new UploadFailure('MALFORMED_CSV', `${where} is not CSV: ${why}`);
}
