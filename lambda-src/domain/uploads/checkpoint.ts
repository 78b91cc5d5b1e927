import { createHash } from 'node:crypto';
import { UploadFailure } from '../rejects/upload-failure';
import { UploadCounts } from './upload';

/** Rejects that one holder of the lease has stored: segments 0 to `segments - 1` of its own. */
export interface StoredRejects {
  /** The fence it worked under; no two holders have the same. */
  readonly fence: string;
  readonly segments: number;
}

/** A place of which it is known where it is in both, the text of an object and the object: one can begin to decode there. */
export interface Anchor {
  /** In the text, in UTF-8. */
  readonly offset: number;
  readonly byte: number;
}

/** How far a stretch of a file has been ingested: everything before it is in the table, or among the rejects. */
export interface Checkpoint {
  /** Bytes of the file's text; a row begins here. */
  readonly offset: number;
  /** At or before the offset, where the text's bytes are not the object's. undefined: they are, or it is not known. */
  readonly anchor?: Anchor;
  /** Of the rows before it, since the stretch began. */
  readonly counts: UploadCounts;
  /** In the order of the rows. */
  readonly rejects: readonly StoredRejects[];
}

export const NO_ROWS: UploadCounts = { total: 0, accepted: 0, rejected: 0 };

/** Where a stretch begins that nobody has begun with. */
export function startAt(offset: number): Checkpoint {
  return { offset, counts: NO_ROWS, rejects: [] };
}

/**
 * How often the files of an upload are read, and what for: to count their rows, to validate them, to write records. What a pass
 * finds out is found out before the next one begins.
 */
export type Pass = 'counting' | 'validating' | 'writing';

/** How far an upload has been ingested, file by file. */
export interface UploadCheckpoint {
  /** Names the rules that its rows were judged by: under others nobody can go on. */
  readonly model: string;
  readonly pass: Pass;
  /** Which of its files. */
  readonly file: number;
  /** Of the files before it, in this pass. */
  readonly before: UploadCounts;
  readonly at: Checkpoint;
  /** To replay the rows before it takes too long: the table is asked about every key. */
  readonly asksTable?: true;
}

export function sumOf(a: UploadCounts, b: UploadCounts): UploadCounts {
  const dropped = (a.dropped ?? 0) + (b.dropped ?? 0);
  const counts = { total: a.total + b.total, accepted: a.accepted + b.accepted, rejected: a.rejected + b.rejected };
  return dropped === 0 ? counts : { ...counts, dropped };
}

/** The same for two sets of rules if and only if rows become the same records under both. */
export function modelHash(...rules: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(rules)).digest('base64url').slice(0, 22);
}

/** Work that was begun under other rules than those of today cannot go on. */
export function schemaChanged(): UploadFailure {
  return new UploadFailure('SCHEMA_CHANGED', 'the rules for records were changed while the upload was processed; it can be processed again from the start');
}
