import { BadRow } from '../../application/ingest/row-source';

/** More than a row needs whose record DynamoDB takes. A larger one is not held, but passed over: a reject shows its beginning. */
export const MAX_ROW_BYTES = 2_000_000;
/** What is open for longer than that, a quoted field or an element of an array, is hardly ever closed: nobody looks any further. */
export const MAX_OPEN_BYTES = 64 * 1024 ** 2;
/** Of a row that is too large, what is kept. */
export const SHOWN_BYTES = 1000;

/** @param beginning of its text */
export function largeRow(beginning: string, message: string): BadRow {
  return new BadRow('RECORD_TOO_LARGE', message, `${beginning}…`);
}

export function tooManyBytes(bytes: number): string {
  return `a row must have at most ${MAX_ROW_BYTES} bytes, got ${bytes}`;
}

/**
 * A place in a file.
 * @param isPlain whether it is counted in bytes of the object: of one that is packed, or no UTF-8, people see others
 */
export function byteOf(position: number, isPlain: boolean): string {
  return isPlain ? `byte ${position}` : `byte ${position} of its text, unpacked and in UTF-8`;
}
