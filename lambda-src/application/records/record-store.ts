import { Bookmark } from '../../domain/lists/cursor';
import { Page } from '../../domain/lists/merge-pages';
import { RecordJson } from '../../domain/records/record-json';

/** A stretch of a list in key order, and where the next one starts. */
export interface KeyPage<B extends Bookmark> {
  readonly items: RecordJson[];
  readonly next: B | null;
}

export interface Stretch<B extends Bookmark> {
  readonly limit: number;
  readonly after?: B;
}

/** A declared index as the table has it. */
export interface RecordIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Which of its keys are numbers. */
  readonly numeric: readonly string[];
}

/** Port: the records that the API shows. Bookmarks that the table refuses are INVALID_CURSOR. */
export interface RecordStore {
  /** Name of the attribute that is the records' partition key. */
  readonly partitionKey: string;
  /** Whether records can be listed newest first. */
  readonly listsRecent: boolean;
  /** `prefix` is what the names of the shards begin with. */
  recent(query: { readonly limit: number; readonly before?: string; readonly prefix: string }): Promise<Page<RecordJson>>;
  /** The records with this partition key, by sort key; a bookmark is a sort key. */
  byPartition(partitionKey: string, stretch: Stretch<string>): Promise<KeyPage<string>>;
  /** The records with this key in an index, by its sort key; a bookmark is the rest of the key. */
  byIndex(index: RecordIndex, key: string, stretch: Stretch<Readonly<Record<string, string>>>):
  Promise<KeyPage<Readonly<Record<string, string>>>>;
  get(partitionKey: string, sortKey: string): Promise<RecordJson | undefined>;
}
