import { ParseField } from './column-types';
import { Problem } from './reject';
import { IndexModel, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../../src/private/contract';

/** DynamoDB refuses a record whose index key is empty or too long; without the attribute the record is just not in the index. */
export function asIndexKey(name: string, indexes: readonly IndexModel[], parse: ParseField): ParseField {
  const limit = indexKeyLimit(name, indexes);
  if (limit === undefined) return parse;
  const tooLong = new Problem('KEY_TOO_LONG', `have at most ${limit} bytes, as the key of an index`);
  return (text) => {
    const value = parse(text);
    if (value === undefined || !('S' in value)) return value;
    if (value.S === '') return undefined;
    return exceeds(value.S, limit) ? tooLong : value;
  };
}

/** Whether a text has more UTF-8 bytes than `limit`; most texts are too short to need counting. */
export function exceeds(text: string, limit: number): boolean {
  return text.length * 3 > limit && Buffer.byteLength(text) > limit;
}

function indexKeyLimit(name: string, indexes: readonly IndexModel[]): number | undefined {
  if (indexes.some((index) => index.sortKey === name)) return MAX_SORT_KEY_BYTES;
  return indexes.some((index) => index.partitionKey === name) ? MAX_PARTITION_KEY_BYTES : undefined;
}
