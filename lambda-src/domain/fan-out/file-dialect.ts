import { CsvModel, FormatModel, JsonModel } from '../../../src/private/contract';
import { NdjsonSurveyor } from './ndjson-survey';
import { CsvSurveyor, Surveyor } from './survey';

/** What tells where the rows of a file begin. */
export interface FileDialect {
  /** Lines before everything else, which are no rows whatever they hold. */
  readonly preambleLines: number;
  /**
   * @param at where the range begins
   * @param before the byte before it; null at the beginning of the rows
   */
  newSurveyor(at: number, before: number | null): Surveyor;
}

/** That of a format that can be cut, and whose delimiter is known. */
export function fileDialect(format: JsonModel | (CsvModel & { readonly delimiter: string })): FileDialect {
  if (format.kind !== 'csv') return { preambleLines: 0, newSurveyor: (at) => new NdjsonSurveyor(at) };
  const { quote, delimiter, preambleLines } = format;
  const marks = { quote: quote === null ? null : quote.charCodeAt(0), delimiter: delimiter.charCodeAt(0) };
  return { preambleLines, newSurveyor: (at, before) => new CsvSurveyor(marks, at, before) };
}

/** Rows at the beginning of a file that are none of its records. */
export function headerRows(format: FormatModel): 0 | 1 {
  return format.kind === 'csv' && format.header === null ? 1 : 0;
}
