import { textNormalizer } from '../../../src/private/columns/normalize';
import { ColumnModel, IndexModel, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../../../src/private/contract';
import { ParseField, compileColumn } from '../columns/column-types';
import { normalizeDecimal, normalizeInteger } from '../columns/decimal';
import { Problem } from '../rejects/reject';
import { wireText } from './wire';

/**
 * DynamoDB refuses a record whose index key is empty or too long; without the attribute the record is just not in the index.
 * What stands before a partition key takes of its length.
 */
export function asIndexKey(name: string, indexes: readonly IndexModel[], parse: ParseField, prefixBytes = 0): ParseField {
  const limit = indexKeyLimit(name, indexes, prefixBytes);
  if (limit === undefined) return parse;
  const tooLong = new Problem('KEY_TOO_LONG', `have at most ${limit} bytes, as the key of an index`);
  return (text) => {
    const value = parse(text);
    if (value === undefined || !('S' in value)) return value;
    if (value.S === '') return undefined;
    return exceeds(value.S, limit) ? tooLong : value;
  };
}

/** What of a column decides how a value of it is written. */
export type SearchedColumn = Pick<ColumnModel, 'type' | 'normalize' | 'allowed' | 'ignoreCase'>;

/**
 * The key that a client asks an index for, written as records have it. Forms of numbers and times that are for files are none for
 * clients, and the rules that refuse values do not count: what was written under other rules is found as well.
 */
export function searchedKey({ type, normalize, allowed = [], ignoreCase }: SearchedColumn, given: string): string | Problem {
  const text = textNormalizer(normalize)?.(type === 'string' ? given : given.trim()) ?? given;
  if (type === 'string') return ignoreCase ? allowed.find((one) => one.toLowerCase() === text.toLowerCase()) ?? text : text;
  if (type === 'integer') return searchedInteger(text.trim());
  const value = compileColumn({ name: '', type, required: true })(text)!;
  return value instanceof Problem ? value : wireText(value);
}

/** A normalized number without a fraction; one with a positive exponent never has as many digits as that. */
const WHOLE = /^-?(?:\d+|[\d.]+E\+\d+)$/;

/** Large integers come out of the API as 1E+50, which no file may have. */
function searchedInteger(text: string): string | Problem {
  const number = normalizeDecimal(text);
  return typeof number === 'string' && WHOLE.test(number) ? number : normalizeInteger(text);
}

/** Whether a text has more UTF-8 bytes than `limit`; most texts are too short to need counting. */
export function exceeds(text: string, limit: number): boolean {
  return text.length * 3 > limit && Buffer.byteLength(text) > limit;
}

function indexKeyLimit(name: string, indexes: readonly IndexModel[], prefixBytes: number): number | undefined {
  if (indexes.some((index) => index.sortKey === name)) return MAX_SORT_KEY_BYTES;
  return indexes.some((index) => index.partitionKey === name) ? MAX_PARTITION_KEY_BYTES - prefixBytes : undefined;
}
