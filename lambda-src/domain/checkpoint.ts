import { UploadCounts } from './upload';

/** Rejects that one holder of the lease has stored: segments 0 to `segments - 1` of its own. */
export interface StoredRejects {
  /** The fence it worked under; no two holders have the same. */
  readonly fence: string;
  readonly segments: number;
}

/** How far a stretch of a file has been ingested: everything before it is in the table, or among the rejects. */
export interface Checkpoint {
  /** Bytes of the file's text; a row begins here. */
  readonly offset: number;
  /** Of the rows before it, since the stretch began. */
  readonly counts: UploadCounts;
  /** In the order of the rows. */
  readonly rejects: readonly StoredRejects[];
}
