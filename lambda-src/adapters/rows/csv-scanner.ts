import { MAX_ITEM_BYTES } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { CR, CsvDialect, DialectTables, Kind, LF, extraBytes } from './csv-dialect';
import {
  MAX_FIELDS, MAX_ROW_BYTES, lineTooLong, quoteInPlainField, rowTooLarge, textAfterQuote, tooManyFields, unterminatedQuote,
} from './csv-failures';
import { TextWindow } from './text-window';

const BYTE_ORDER_MARK = 0xfeff;

export interface ScannedRows {
  readonly rows: string[][];
  /** Where each ends, line end included, in bytes. */
  readonly ends: number[];
}

/**
 * Finds the rows of UTF-8 text: RFC 4180 with the characters of a dialect, any line ends, and blank lines are no rows.
 *
 * A chunk is decoded at once, fields are cut out of its text, and bytes are counted where a character has more than one. A row that
 * is not all there yet is scanned anew when more of it is: that leaves no state between chunks.
 */
export class CsvScanner {
  /** Whether `take` has come to a row that begins too late. */
  done = false;
  private readonly tables: DialectTables;
  private readonly window: TextWindow;
  /** Where the window's next row is; null where reading began in the middle. */
  private line: number | null;
  private preambleLines: number;

  /** The row that is being read. One array for all: a copy of the right length is cheaper than one that grows. */
  private readonly fields: string[] = [];
  /** Its bytes beyond one per code unit, those of delimiters and quotes, and line ends inside quotes. */
  private extra = 0;
  private overhead = 0;
  private quotedLineEnds = 0;

  constructor(private readonly dialect: CsvDialect, start: number) {
    this.tables = new DialectTables(dialect);
    this.window = new TextWindow(start);
    this.line = start === 0 ? 1 : null;
    this.preambleLines = start === 0 ? dialect.preambleLines : 0;
  }

  push(chunk: Uint8Array): void {
    this.window.push(chunk);
  }

  /** There are no more bytes. */
  end(): void {
    this.window.end();
  }

  /** The next rows that begin before a place, at most so many. None: more bytes are needed, or there are no more rows. */
  take(most: number, before = Infinity): ScannedRows {
    const { window } = this;
    const rows: string[][] = [];
    const ends: number[] = [];
    while (rows.length < most && this.findRow()) {
      this.done = window.offset >= before;
      if (this.done) break;
      const row = this.readRow();
      if (row === null) break;
      rows.push(row);
      ends.push(window.offset);
    }
    return { rows, ends };
  }

  /** Goes to where the next row begins; false: it is not there yet, or there is none. */
  private findRow(): boolean {
    const { window, tables: { comment } } = this;
    if (window.offset === 0 && window.length > 0 && window.codes[0] === BYTE_ORDER_MARK) window.pass(1, 3);
    while (window.at < window.length) {
      const first = window.codes[window.at];
      if (first !== LF && first !== CR && first !== comment && this.preambleLines === 0) return true;
      if (!this.passLine()) return false;
    }
    return false;
  }

  private passLine(): boolean {
    const { window: { codes, length, at, last } } = this;
    let end = at;
    let extra = 0;
    while (end < length && codes[end] !== LF && codes[end] !== CR) extra += extraBytes(codes[end++]);
    end = end < length ? this.afterLineEnd(end) : last ? end : -1;
    if (end === -1) {
      this.wait();
      return false;
    }
    if (end - at + extra > MAX_ROW_BYTES) throw this.tooLarge(0);
    this.window.pass(end, end - at + extra);
    if (this.line !== null) this.line++;
    if (this.preambleLines > 0) this.preambleLines--;
    return true;
  }

  /** -1: the window ends with a CR that may be half of a line end. */
  private afterLineEnd(at: number): number {
    const { codes, length, last } = this.window;
    if (codes[at] === LF) return at + 1;
    if (at + 1 === length) return last ? at + 1 : -1;
    return codes[at + 1] === LF ? at + 2 : at + 1;
  }

  /** Null: it is not all there yet. */
  private readRow(): string[] | null {
    const { window, fields, tables: { outside } } = this;
    const { text, codes, length } = window;
    this.extra = 0;
    this.overhead = 0;
    this.quotedLineEnds = 0;
    let count = 0;
    let at = window.at;
    for (;;) {
      const start = at;
      let kind: number = Kind.LINE_END;
      let extra = 0;
      for (; at < length; at++) {
        kind = outside[codes[at]];
        if (kind === Kind.PLAIN) continue;
        if (kind !== Kind.WIDE) break;
        extra += extraBytes(codes[at]);
      }
      this.extra += extra;
      if (at < length && kind === Kind.QUOTE) {
        if (at > start) throw this.failure(at, (where) => quoteInPlainField(where, this.dialect));
        at = this.readQuoted(at, count);
        if (at === -1) return this.wait();
        kind = at < length ? outside[codes[at]] : Kind.LINE_END;
        if (kind !== Kind.DELIMITER && kind !== Kind.LINE_END) throw this.failure(at - 1, (where) => textAfterQuote(where, this.dialect));
      } else {
        fields[count] = text.slice(start, at);
      }
      count++;
      if (at === length || kind === Kind.LINE_END) break;
      if (count === MAX_FIELDS) throw this.failure(at, tooManyFields);
      this.passSpecial(Kind.DELIMITER);
      at++;
    }
    const end = at < length ? this.afterLineEnd(at) : window.last ? at : -1;
    if (end === -1) return this.wait();
    const size = this.sizeTo(at);
    const bytes = end - window.at + this.extra;
    if (size > MAX_ITEM_BYTES || bytes > MAX_ROW_BYTES) throw this.tooLarge(size);
    window.pass(end, bytes);
    if (this.line !== null) this.line += this.quotedLineEnds + 1;
    return fields.slice(0, count);
  }

  /** Reads the field that begins with the quote there. What is after its end; -1: it is not all there yet. */
  private readQuoted(quoteAt: number, nth: number): number {
    const { window: { text, codes, length, last }, tables } = this;
    const { inside, escapesWithQuote } = tables;
    const start = quoteAt + 1;
    let isEscaped = false;
    let extra = 0;
    this.passSpecial(Kind.QUOTE);
    for (let at = start; at < length; at++) {
      const kind = inside[codes[at]];
      if (kind === Kind.PLAIN) continue;
      if (kind === Kind.WIDE) {
        extra += extraBytes(codes[at]);
      } else if (kind === Kind.LINE_END) {
        if (codes[at] === LF || codes[at + 1] !== LF) this.quotedLineEnds++;
      } else {
        const next = at + 1 < length ? inside[codes[at + 1]] : Kind.LINE_END;
        this.passSpecial(kind);
        if (kind === Kind.QUOTE && !(escapesWithQuote && next === Kind.QUOTE)) {
          const value = text.slice(start, at);
          this.extra += extra;
          this.fields[nth] = isEscaped ? tables.unescape(value) : value;
          return at + 1;
        }
        isEscaped = true;
        if (next === Kind.QUOTE || next === Kind.ESCAPE) {
          this.extra += tables.bytes[next] - 1;
          at++;
        }
      }
    }
    if (!last) return -1;
    this.extra += extra;
    throw this.failure(length - 1, unterminatedQuote);
  }

  /** Over a character that is no text of the field. */
  private passSpecial(kind: number): void {
    const bytes = this.tables.bytes[kind];
    this.extra += bytes - 1;
    this.overhead += bytes;
  }

  /** Bytes of the row's text before there. */
  private sizeTo(at: number): number {
    return at - this.window.at + this.extra - this.overhead;
  }

  private wait(): null {
    const { window } = this;
    if (window.length - window.at > MAX_ROW_BYTES) throw this.tooLarge(this.sizeTo(window.length));
    window.wait();
    return null;
  }

  /** What is wrong there, unless the row is too large already: which of both it is must not depend on the chunks. */
  private failure(at: number, describe: (where: string) => UploadFailure): UploadFailure {
    const size = this.sizeTo(at);
    const isTooLarge = size > MAX_ITEM_BYTES || at - this.window.at + this.extra > MAX_ROW_BYTES;
    return isTooLarge ? this.tooLarge(size) : describe(this.where(at));
  }

  private tooLarge(size: number): UploadFailure {
    return (size > MAX_ITEM_BYTES ? rowTooLarge : lineTooLong)(this.where(this.window.at));
  }

  private where(at: number): string {
    const { window: { text, codes, at: start, offset } } = this;
    if (this.line === null) return `the line of byte ${offset + Buffer.byteLength(text.slice(start, at))}`;
    let line = this.line;
    for (let before = start; before < at; before++) {
      if (codes[before] === LF || (codes[before] === CR && codes[before + 1] !== LF)) line++;
    }
    return `line ${line}`;
  }
}
