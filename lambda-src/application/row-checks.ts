import { BuiltRecord } from '../domain/record-builder';

/** What is wrong with a record besides itself. */
export type Conflict =
  /** An earlier row of the upload has its key. */
  | { readonly code: 'DUPLICATE_KEY' }
  /** Another row has this value in a column where each may be once. */
  | { readonly code: 'DUPLICATE_VALUE'; readonly column: string };

/** Compares the records of an upload with each other, in the order of its rows. */
export interface RowChecks {
  /** Whether whoever goes on from a checkpoint must replay the rows before it. */
  readonly remembers: boolean;
  /** Often known at once, without a promise. */
  conflict(record: BuiltRecord): Conflict | undefined | Promise<Conflict | undefined>;
  /** Remembers a record that an earlier invocation has dealt with. */
  replay(record: BuiltRecord): void;
}

/** For rows that have nothing to do with each other. */
export const NO_CHECKS: RowChecks = { remembers: false, conflict: () => undefined, replay: () => undefined };
