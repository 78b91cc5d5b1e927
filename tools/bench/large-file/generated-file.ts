/** Every row has as many bytes, and so one knows what is at any byte. */
const ROW_BYTES = 512;
const HEADER = 'n,note,tail\n';
/** Row numbers all have eight digits. */
export const FIRST_NUMBER = 10_000_000;
export const TAIL = 'end';

/** Of every row. Looks like rows, also to whoever begins to read in the middle of it. */
export const NOTE = `${Array.from({ length: 35 }, (_, line) => `${2000 + line},"a",bc\n`).join('')}the en`;
const NOTE_IN_FILE = NOTE.replaceAll('"', '""');

const ROWS_OF_A_BLOCK = 512;
const BLOCK = Buffer.from(`00000000,"${NOTE_IN_FILE}",${TAIL}\n`.repeat(ROWS_OF_A_BLOCK));

/**
 * A CSV file of any number of rows that is made as it is read. Its header is so long that every multiple of a row's length, where
 * ranges are cut, is inside of quotes, and just after a newline there.
 */
export function fileBytes(rows: number): number {
  return HEADER.length + rows * ROW_BYTES;
}

/** The bytes from one position to another. */
export function* bytesOf(from: number, to: number): Generator<Buffer> {
  if (from < HEADER.length) yield Buffer.from(HEADER).subarray(from, to);
  for (let position = Math.max(from, HEADER.length); position < to;) {
    const row = Math.floor((position - HEADER.length) / ROW_BYTES);
    const start = HEADER.length + row * ROW_BYTES;
    const block = Buffer.from(BLOCK.subarray(0, Math.min(BLOCK.length, Math.ceil((to - start) / ROW_BYTES) * ROW_BYTES)));
    for (let at = 0, number = FIRST_NUMBER + row; at < block.length; at += ROW_BYTES, number++) block.write(String(number), at, 'latin1');
    const piece = block.subarray(position - start, to - start);
    yield piece;
    position += piece.length;
  }
}
