import { MAX_ITEM_BYTES } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { CsvDialect } from './csv-dialect';

/** Far more columns than any item could hold. */
export const MAX_FIELDS = 100_000;
/** More than a row within the other limits can have, even if it is all quotes and delimiters. */
export const MAX_ROW_BYTES = 2_000_000;

/** `where` is a place in the file as people would say it: `line 4`. */
export function unterminatedQuote(where: string): UploadFailure {
  return new UploadFailure('UNTERMINATED_QUOTE', `a quoted field is still open at the end of the file, which is ${where}`);
}

export function rowTooLarge(where: string): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE',
    `a row must have at most ${MAX_ITEM_BYTES} bytes; the one at ${where} has more, or a quote before it is never closed`);
}

/** The line has little text, and so it is all delimiters and quotes, or one that is passed over anyway. */
export function lineTooLong(where: string): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE', `a row must have at most ${MAX_ROW_BYTES} bytes with its delimiters and quotes; the one at ${where} has more`);
}

export function tooManyFields(): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE', `a row must have at most ${MAX_FIELDS} fields`);
}

export function quoteInPlainField(where: string, { quote, escape }: CsvDialect): UploadFailure {
  const protect = escape === quote ? 'its quotes doubled' : `its quotes preceded by ${escape}`;
  return malformed(where, `a field that holds a quote must be quoted, and ${protect}`);
}

export function textAfterQuote(where: string, { delimiter }: CsvDialect): UploadFailure {
  return malformed(where, `a closing quote must be followed by ${NAMES[delimiter] ?? delimiter} or the end of the line`);
}

const NAMES: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab', '|': 'a bar' };

function malformed(where: string, why: string): UploadFailure {
  return new UploadFailure('MALFORMED_CSV', `${where} is not CSV: ${why}`);
}
