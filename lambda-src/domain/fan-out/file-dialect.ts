import { Dialect } from './survey';
import { FormatModel } from '../../../src/private/contract';

/** What tells where the rows of a file begin. */
export interface FileDialect extends Dialect {
  /** Lines before everything else, which are no rows whatever they hold. */
  readonly preambleLines: number;
  /** 1 where the first row is the header. */
  readonly headerRows: 0 | 1;
}

/** Of those that are told apart where none is declared. */
const DETECTED = [',', ';', '\t', '|'];

/** That of a format that can be cut. */
export function fileDialect(format: FormatModel): FileDialect {
  if (format.kind !== 'csv') return { quote: null, delimiters: [], preambleLines: 0, headerRows: 0 };
  const { quote, delimiter, preambleLines, header } = format;
  return {
    quote: quote === null ? null : quote.charCodeAt(0),
    delimiters: (delimiter === null ? DETECTED : [delimiter]).map((character) => character.charCodeAt(0)),
    preambleLines,
    headerRows: header === null ? 1 : 0,
  };
}
