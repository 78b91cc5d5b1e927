import { RowBatch, RowSource } from '../ingest/row-source';

/** Whoever reads the rows must find those that were surveyed: otherwise other ranges have other rows than they think. */
function disagreement(expected: number): Error {
  return new Error(`a range must have the ${expected} rows that were counted before, but others were read`);
}

/**
 * So many rows of a stretch, and no more: with blank lines between two rows a reader may take the latter for one that begins
 * before them.
 */
export function rowsOfRange(source: RowSource, expected: number): RowSource {
  return {
    get raggedRows() { return source.raggedRows; },
    async* rows(stretch, onBytes) {
      const { before = Infinity } = stretch;
      let left = expected;
      for await (const batch of source.rows(stretch, onBytes)) {
        if (batch.rows.length > left && batch.ends[left] <= before) throw disagreement(expected);
        yield batch.rows.length > left ? firstOf(batch, left) : batch;
        left -= Math.min(left, batch.rows.length);
      }
      if (left > 0) throw disagreement(expected);
    },
  };
}

function firstOf({ header, rows, ends, texts }: RowBatch, count: number): RowBatch {
  return { header, rows: rows.slice(0, count), ends: ends.slice(0, count), texts: texts?.slice(0, count) };
}
