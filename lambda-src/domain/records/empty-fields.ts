import { quote } from '../rejects/reject';

/** Whether a row has nothing but white space. */
export function isEmptyRow(fields: readonly string[]): boolean {
  for (const text of fields) {
    if (!isBlank(text)) return false;
  }
  return true;
}

/**
 * What is said of a row, for the uploader, that has something under no name; undefined: it has nothing there.
 * @param from where columns without a name begin
 * @param width of the header
 */
export function textWithoutName(fields: readonly string[], from: number, width: number): string | undefined {
  for (let at = from; at < width && at < fields.length; at++) {
    if (!isBlank(fields[at])) return `the row must have nothing in column ${at + 1}, for which the header has no name, got ${quote(fields[at])}`;
  }
  return undefined;
}

function isBlank(text: string): boolean {
  return text === '' || text.trim() === '';
}
