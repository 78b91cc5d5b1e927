import { NdjsonSurveyor } from './ndjson-survey';
import { CsvSurveyor, Surveyor } from './survey';
import { FormatModel } from '../../../src/private/contract';

/** What tells where the rows of a file begin. */
export interface FileDialect {
  /** Lines before everything else, which are no rows whatever they hold. */
  readonly preambleLines: number;
  /** 1 where the first row is the header. */
  readonly headerRows: 0 | 1;
  /**
   * @param at where the range begins
   * @param before the byte before it; null at the beginning of the rows
   */
  newSurveyor(at: number, before: number | null): Surveyor;
}

/** Of those that are told apart where none is declared. */
const DETECTED = [',', ';', '\t', '|'];

/** That of a format that can be cut. */
export function fileDialect(format: FormatModel): FileDialect {
  if (format.kind !== 'csv') return { preambleLines: 0, headerRows: 0, newSurveyor: (at) => new NdjsonSurveyor(at) };
  const { quote, delimiter, preambleLines, header } = format;
  const marks = {
    quote: quote === null ? null : quote.charCodeAt(0),
    delimiters: (delimiter === null ? DETECTED : [delimiter]).map((character) => character.charCodeAt(0)),
  };
  return { preambleLines, headerRows: header === null ? 1 : 0, newSurveyor: (at, before) => new CsvSurveyor(marks, at, before) };
}
