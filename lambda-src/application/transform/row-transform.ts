import { BadRow, RowBatch, RowSource } from '../ingest/row-source';

/** A row is left out, and counted as such. */
export const DROPPED = Symbol('dropped');

/** What a transform has made of a row: one under a header of its own, none, or one that cannot be a record. */
export type TransformedRow =
  | {
    /** The same object as long as it stays the same. */
    readonly header: readonly string[];
    readonly fields: readonly string[];
  }
  | typeof DROPPED
  | BadRow;

/** Rows as they were read, and beside each what it has become. Rejects show the former, records are made of the latter. */
export interface TransformedBatch extends RowBatch {
  /** As many as there are rows, in their order; what could not be read stays a `BadRow`. */
  readonly results: readonly TransformedRow[];
}

/** Turns the rows of a source into other rows, in the order of the file; it may read ahead, and cut batches into smaller ones. */
export type RowTransform = (batches: AsyncIterable<RowBatch>, source: Pick<RowSource, 'raggedRows'>) => AsyncIterable<TransformedBatch>;
