/**
 * A position in time order is text: the milliseconds, the upload, the row. The row counts backwards, so that a descending scan
 * gives the newest upload first and, inside one upload, the rows in the order of the file.
 */
const TIME_DIGITS = 9;
const ROW_DIGITS = 7;
const LAST_ROW = 36 ** ROW_DIGITS - 1;
/** Engines write small integers many times faster than doubles, so the row is written in two halves. */
const LOW_DIGITS = 5;
const LOW = 36 ** LOW_DIGITS;

/** 16 bytes in 22 characters leave the last one four bits that are always zero. */
const POSITION = /^[0-9a-z]{9}[A-Za-z0-9_-]{21}[AQgw](?:[0-9a-z]{7})?$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What all positions of one upload start with, and the whole position of its status item. */
export function positionPrefix(at: string, uploadId: string): string {
  const milliseconds = Date.parse(at);
  if (!(milliseconds >= 0)) throw new RangeError(`not a time since 1970: ${at}`);
  if (!UUID.test(uploadId)) throw new RangeError(`not a UUID: ${uploadId}`);
  return base36(milliseconds, TIME_DIGITS) + Buffer.from(uploadId.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The position of a row, given its upload's prefix. */
export function rowPosition(prefix: string, row: number): string {
  const backwards = LAST_ROW - row;
  const high = Math.floor(backwards / LOW);
  const low = backwards - high * LOW;
  if (high !== lastHigh) {
    lastHigh = high;
    lastHighDigits = base36(high, ROW_DIGITS - LOW_DIGITS);
  }
  // One digit more, which is cut off, is faster than to fill up with zeros.
  return prefix + lastHighDigits + (low + LOW).toString(36).slice(1);
}

/** The same for sixty million rows. */
let lastHigh = -1;
let lastHighDigits = '';

/** The position of a record, or without a row that of a status item. */
export function positionOf({ at, uploadId, row }: { at: string; uploadId: string; row?: number }): string {
  const prefix = positionPrefix(at, uploadId);
  return row === undefined ? prefix : rowPosition(prefix, row);
}

/** Whether a text, such as one from a client's cursor, has the form of a position. */
export function isPosition(text: string): boolean {
  return POSITION.test(text);
}

function base36(number: number, digits: number): string {
  return number.toString(36).padStart(digits, '0');
}
