import { RECENT_INDEX, RecordModel } from '../contract';

/** Whether there is a recent index: 0 shards say no. A token is some other number, and its encoded form is negative. */
export function hasRecentIndex({ shards }: { readonly shards: number }): boolean {
  return shards !== 0;
}

/** Names of all indexes of the query table. */
export function indexNames(queryTable: { readonly shards: number }, model: RecordModel): string[] {
  return [...(hasRecentIndex(queryTable) ? [RECENT_INDEX] : []), ...model.indexes.map((index) => index.name)];
}
