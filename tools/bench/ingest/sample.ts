import { DuplicateKeysPolicy, RecordModel } from '../../../src/private/contract';

/** The columns of the sample, and all that is asked of them. */
export const sampleModel = (duplicateKeys: DuplicateKeysPolicy): RecordModel => ({
  columns: [
    { name: 'sku', type: 'string', required: true, pattern: 'P\\d{8}' },
    { name: 'name', type: 'string', required: true, minLength: 3, maxLength: 100 },
    { name: 'price', type: 'decimal', required: true, min: '0', max: '100000' },
    { name: 'quantity', type: 'integer', required: true, min: '0' },
    { name: 'available', type: 'boolean', required: true },
    { name: 'category', type: 'string', required: true, allowed: ['tools', 'garden', 'kitchen', 'office', 'toys'] },
    { name: 'added_on', type: 'date', required: true },
    { name: 'note', type: 'string', required: false, maxLength: 500 },
  ],
  unknownColumns: 'fail',
  keys: { partitionKey: 'PRODUCT#{sku}', sortKey: 'INFO' },
  duplicateKeys,
  indexes: [],
});

const HEADER = 'sku,name,price,quantity,available,category,added_on,note\n';
const WORDS = [
  'adjustable', 'blue', 'chair', 'compact', 'drill', 'garden', 'heavy', 'kettle', 'lamp', 'large', 'oak', 'pan', 'pocket', 'rake', 'red', 'saw',
  'small', 'square', 'steel', 'stone', 'table', 'thick', 'twin', 'water', 'white', 'wooden', 'yellow', 'büro', 'größe', 'café', '工具',
];
const CATEGORIES = ['tools', 'garden', 'kitchen', 'office', 'toys'];
const DIGITS = 8;
const ROWS_OF_A_BLOCK = 10_000;

/** Always the same sequence of numbers below a bound. */
function sequence(): (bound: number) => number {
  let state = 20261121;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) % 4294967296;
    return Math.floor((state < 0 ? state + 4294967296 : state) / 4294967296 * bound);
  };
}

/** Half of the names are quoted; so are a third of the notes, with commas, quotes and line ends in them. Every sku has its row's number. */
function rowsOfABlock(): string[] {
  const next = sequence();
  const words = (count: number) => Array.from({ length: count }, () => WORDS[next(WORDS.length)]);
  const two = (number: number) => String(number).padStart(2, '0');
  return Array.from({ length: ROWS_OF_A_BLOCK }, () => {
    const name = words(4).join(' ');
    const note = words(3 + next(12));
    const isQuoted = next(3) === 0;
    return [
      `P${'0'.repeat(DIGITS)}`,
      next(2) === 0 ? `"${name.replace(' ', ', ')}"` : name,
      `${next(2_000)}.${two(next(100))}`,
      String(next(5_000)),
      next(2) === 0 ? 'true' : 'false',
      CATEGORIES[next(CATEGORIES.length)],
      `20${two(10 + next(16))}-${two(1 + next(12))}-${two(1 + next(28))}`,
      isQuoted ? `"${note.slice(0, 3).join(', ')} ""${note[1]}""\n${note.slice(3).join(' ')}"` : note.join(' '),
    ].join(',') + '\n';
  });
}

const ROWS = rowsOfABlock();
const BLOCK = Buffer.from(ROWS.join(''));
const OFFSETS = offsetsOf(ROWS);

function offsetsOf(rows: readonly string[]): number[] {
  let at = 0;
  return rows.map((row) => {
    const start = at;
    at += Buffer.byteLength(row);
    return start;
  });
}

export interface SampleFile {
  readonly bytes: number;
  readonly rows: number;
}

/** The sample of as many whole rows as it takes to have so many bytes. */
export function sampleOf(bytes: number): SampleFile {
  const blocks = Math.max(0, Math.floor((bytes - HEADER.length) / BLOCK.length));
  const start = HEADER.length + blocks * BLOCK.length;
  const more = OFFSETS.findIndex((offset) => start + offset >= bytes);
  const rows = more < 0 ? ROWS.length : more;
  return { bytes: start + (OFFSETS[rows] ?? BLOCK.length), rows: blocks * ROWS.length + rows };
}

/**
 * Any stretch of the sample, as fast as memory is copied: the same rows over and over, but for the numbers that tell them apart.
 * A chunk is good until the next one is asked for.
 */
export function* sampleBytes(from: number, to: number): Generator<Buffer, void> {
  if (from < HEADER.length) yield Buffer.from(HEADER).subarray(from, Math.min(to, HEADER.length));
  const first = Math.max(0, Math.floor((from - HEADER.length) / BLOCK.length));
  for (let nth = first, start = HEADER.length + first * BLOCK.length; start < to; nth++, start += BLOCK.length) {
    const block = Buffer.from(BLOCK);
    OFFSETS.forEach((offset, row) => block.write(String(nth * ROWS.length + row).padStart(DIGITS, '0'), offset + 1, 'latin1'));
    yield block.subarray(Math.max(0, from - start), Math.min(block.length, to - start));
  }
}
