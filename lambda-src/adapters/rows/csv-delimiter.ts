import { CsvModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { CsvDialect } from './csv-dialect';
import { CsvScanner } from './csv-scanner';

/** Bytes that a delimiter is detected in: all of them, or all that the file has. */
export const DETECTION_BYTES = 64 * 1024;
const MOST_ROWS = 100;
/** The first of those that fit alike: there are commas in texts and numbers, too, and no tabs. */
const CANDIDATES = ['\t', ';', '|', ','];
/** What spreadsheets write, and take, as the first line of a file. */
const DECLARATION = /^\ufeff?"?sep=([\t -/:-@[-`{-~])"?(?:[\r\n]|$)/i;
/** It is as short as that. */
const DECLARATION_BYTES = 20;

/** The format with the delimiter that a text which begins so has. A first line that says it is passed over like those before a header. */
export function withDelimiter(format: CsvModel, firstBytes: Uint8Array): CsvDialect {
  if (format.delimiter !== null) return { ...format, delimiter: format.delimiter };
  const declared = declaredDelimiter(firstBytes, format);
  if (declared === undefined) return { ...format, delimiter: detectDelimiter(firstBytes, format) };
  return { ...format, delimiter: declared, preambleLines: Math.max(1, format.preambleLines) };
}

function declaredDelimiter(firstBytes: Uint8Array, { quote, escape, comment }: CsvModel): string | undefined {
  const delimiter = saidDelimiter(Buffer.from(firstBytes.subarray(0, DECLARATION_BYTES)).toString());
  return [quote, escape, comment].includes(delimiter ?? null) ? undefined : delimiter;
}

/** The delimiter that the first line of a text says for spreadsheets; undefined: it says none. */
export function saidDelimiter(text: string): string | undefined {
  return DECLARATION.exec(text.slice(0, DECLARATION_BYTES))?.[1];
}

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
function firstRows(bytes: Uint8Array, dialect: CsvDialect): (readonly string[])[] {
  const scanner = new CsvScanner(dialect, 0);
  const found: (readonly string[])[] = [];
  const take = (): void => {
    while (found.length < MOST_ROWS) {
      // Any of them may be the header.
      const row = scanner.takeHeader();
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
