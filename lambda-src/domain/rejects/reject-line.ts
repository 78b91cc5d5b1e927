import { Reject } from './reject';

/** Columns that a rejects file has after those of the original. One that the original has already is called `row_` here, say. */
const REASON_COLUMNS = ['row', 'column', 'code', 'message'];

export function rejectFileHeader(header: readonly string[]): string[] {
  const taken = new Set(header.map((name) => name.trim()));
  return [...header, ...REASON_COLUMNS.map((name) => {
    let free = name;
    while (taken.has(free)) free += '_';
    return free;
  })];
}

/**
 * The row in its original shape, then why it was rejected. Missing fields are filled up and surplus ones joined into the last
 * column, so that every line is as wide as the header and the reason stays in its columns.
 */
export function rejectLine(header: readonly string[], { fields, row, column, code, message }: Reject): string[] {
  const last = header.length - 1;
  const original = fields.length > header.length ? [...fields.slice(0, last), fields.slice(last).join(',')] : fields;
  const missing = Array<string>(header.length - original.length).fill('');
  return [...original, ...missing, String(row), column, code, message];
}

/** A line of CSV by RFC 4180. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
