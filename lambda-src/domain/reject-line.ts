import { Reject } from './reject';

/** Columns that a rejects file has after those of the original. */
const REASON_COLUMNS = ['row', 'column', 'code', 'message'];

export function rejectFileHeader(header: readonly string[]): string[] {
  return [...header, ...REASON_COLUMNS];
}

/** The row in its original shape, then why it was rejected. Missing fields are filled up, so that the reason stays in its columns. */
export function rejectLine(header: readonly string[], { fields, row, column, code, message }: Reject): string[] {
  const missing = Math.max(0, header.length - fields.length);
  return [...fields, ...Array<string>(missing).fill(''), String(row), column, code, message];
}
