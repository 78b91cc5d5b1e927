import { RowBatch } from '../../application/ingest/row-source';
import { CsvDialect } from './csv-dialect';
import { CsvScanner, ScannerOptions } from './csv-scanner';

/** Enough that a batch costs nothing beside its rows, and few enough that rows of two bytes do not fill the memory. */
const MOST_ROWS = 1000;
/** What is scanned at once: larger pieces take more memory, and are slower for the processor's caches. */
const MOST_BYTES = 64 * 1024;

export interface CsvStart extends ScannerOptions {
  /** Bytes of the text before the chunks: 0, or where a row ended. */
  readonly offset: number;
  /** Null: the header is read from the chunks, which begin with the text's first byte. */
  readonly header: readonly string[] | null;
  /** Rows that begin there or later are left out. */
  readonly before: number;
}

/**
 * The rows of a CSV file in batches. A file with a header has at least one, maybe without rows; one that has nothing at all has none.
 * Widths are not checked: what a row of another width means is the pipeline's own choice. Throws UploadFailure where the text is no
 * CSV, behind the rows that are before it; a row that is too large is a BadRow.
 */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>, dialect: CsvDialect, start: CsvStart): AsyncGenerator<RowBatch> {
  const scanner = new CsvScanner(dialect, start.offset, start);
  let header = start.header ?? dialect.header;
  function* batches(): Generator<RowBatch> {
    if (header === null) {
      const names = scanner.takeHeader();
      if (names === undefined) return;
      header = names;
      yield { header, rows: [], ends: [] };
    }
    for (;;) {
      const { rows, ends } = scanner.take(MOST_ROWS, start.before);
      if (rows.length === 0) return;
      yield { header, rows, ends };
    }
  }
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += MOST_BYTES) {
      scanner.push(chunk.subarray(at, at + MOST_BYTES));
      yield* batches();
      if (scanner.done) return;
    }
  }
  scanner.end();
  yield* batches();
}
