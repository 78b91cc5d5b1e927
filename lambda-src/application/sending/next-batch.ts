import { BuiltRecord } from '../../domain/records/record-builder';

/** BatchWriteItem's own limits, the second of them with room for what stands around the records. */
export const MOST_RECORDS = 25;
const MOST_BYTES = 16 * 1024 ** 2 - 64 * 1024;

export interface BatchSize {
  readonly count: number;
  readonly bytes: number;
}

/** How many of those that wait go into one request. */
export function nextBatch(waiting: readonly { readonly record: BuiltRecord }[]): BatchSize {
  const most = Math.min(MOST_RECORDS, waiting.length);
  let count = 0;
  let bytes = 0;
  while (count < most) {
    const more = waiting[count].record.item.byteLength;
    if (count > 0 && bytes + more > MOST_BYTES) break;
    bytes += more;
    count++;
  }
  return { count, bytes };
}
