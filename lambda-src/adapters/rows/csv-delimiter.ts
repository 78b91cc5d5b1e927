import { CsvScanner } from './csv-scanner';
import { CsvModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/upload-failure';

/** Bytes that a delimiter is detected in: all of them, or all that the file has. */
export const DETECTION_BYTES = 64 * 1024;
const MOST_ROWS = 100;
const CANDIDATES = [',', ';', '\t', '|'];

/**
 * The delimiter of a text that begins so: the one that most of the first rows have as many of as the header has, and the more of them
 * the better. Comma where there is none.
 *
 * @param firstBytes of the text, DETECTION_BYTES or all that there are: the answer depends on nothing else
 */
export function detectDelimiter(firstBytes: Uint8Array, model: CsvModel): string {
  const bytes = firstBytes.subarray(0, DETECTION_BYTES);
  const taken = [model.quote, model.escape, model.comment];
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of CANDIDATES) {
    if (taken.includes(delimiter)) continue;
    const score = fit(firstRows(bytes, { ...model, delimiter }), model.header);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** 0: no row has the delimiter. */
function fit(rows: ReadonlyArray<readonly string[]>, header: readonly string[] | null): number {
  const width = (header ?? rows[0] ?? []).length;
  if (width < 2) return 0;
  const alike = rows.filter((row) => row.length === width).length;
  return (width - 1) * alike / rows.length;
}

/** Up to the first that is no CSV with this delimiter: none at all, often, where it is another. */
function firstRows(bytes: Uint8Array, dialect: CsvModel & { readonly delimiter: string }): string[][] {
  const scanner = new CsvScanner(dialect, 0);
  const found: string[][] = [];
  const take = (): void => {
    while (found.length < MOST_ROWS) {
      const { rows: [row] } = scanner.take(1);
      if (row === undefined) return;
      found.push(row);
    }
  };
  try {
    scanner.push(bytes);
    take();
    // A row that is cut off is better than none.
    if (bytes.length < DETECTION_BYTES || found.length === 0) {
      scanner.end();
      take();
    }
  } catch (error) {
    if (!(error instanceof UploadFailure)) throw error;
  }
  return found;
}
