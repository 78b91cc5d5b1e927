import { SourceRow } from '../../application/ingest/row-source';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { CR, CsvDialect, DialectTables, Kind, LF, extraBytes } from './csv-dialect';
import { headerTooLarge, lineTooLong, MAX_FIELDS, quoteInPlainField, textAfterQuote, tooManyNames, unterminatedQuote } from './csv-failures';
import { LongRow } from './csv-long-row';
import { byteOf, MAX_ROW_BYTES, SHOWN_BYTES } from './row-limits';
import { TextWindow } from './text-window';

const BYTE_ORDER_MARK = 0xfeff;

export interface ScannerOptions {
  /** Whether the text's bytes are the object's. @default true */
  readonly isPlain?: boolean;
  /** Larger rows are passed over. @default MAX_ROW_BYTES */
  readonly maxRowBytes?: number;
}

export interface ScannedRows {
  readonly rows: SourceRow[];
  /** Where each ends, line end included, in bytes. */
  readonly ends: number[];
}

/**
 * Finds the rows of UTF-8 text: RFC 4180 with the characters of a dialect, any line ends, and blank lines are no rows.
 *
 * A chunk is decoded at once, fields are cut out of its text, and bytes are counted where a character has more than one. A row that
 * is not all there yet is scanned anew when more of it is: that leaves no state between chunks, but of a row that is too large to
 * be held.
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
  /** Its bytes beyond one per code unit, and line ends inside quotes. */
  private extra = 0;
  private quotedLineEnds = 0;
  /** A header is needed, or nothing can be read. */
  private isHeader = false;
  private longRow: LongRow | null = null;
  /** What is wrong behind the rows that were taken last. */
  private failed: unknown = null;

  private readonly isPlain: boolean;
  private readonly maxRowBytes: number;

  constructor(private readonly dialect: CsvDialect, start: number, { isPlain = true, maxRowBytes = MAX_ROW_BYTES }: ScannerOptions = {}) {
    this.isPlain = isPlain;
    this.maxRowBytes = maxRowBytes;
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

  /** The first row, which is not in the way of what comes after it. Undefined: more bytes are needed, or there is none. */
  takeHeader(): readonly string[] | undefined {
    this.isHeader = true;
    const { rows: [header] } = this.take(1);
    this.isHeader = header === undefined;
    return header as readonly string[] | undefined;
  }

  /**
   * The next rows that begin before a place, at most so many. None: more bytes are needed, or there are no more rows. What is wrong
   * with the text is thrown when all that is before it has been taken.
   */
  take(most: number, before = Infinity): ScannedRows {
    const rows: SourceRow[] = [];
    const ends: number[] = [];
    if (this.failed !== null) throw this.failed;
    try {
      this.find(rows, ends, most, before);
    } catch (error) {
      if (rows.length === 0) throw error;
      this.failed = error;
    }
    return { rows, ends };
  }

  private find(rows: SourceRow[], ends: number[], most: number, before: number): void {
    const { window } = this;
    while (rows.length < most && (this.longRow !== null || this.findRow())) {
      this.done = this.longRow === null && window.offset >= before;
      if (this.done) return;
      const row = this.longRow === null ? this.readRow() : this.passLongRow(this.longRow);
      if (row === null) return;
      rows.push(row);
      ends.push(window.offset);
    }
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
      if (length - at > MAX_ROW_BYTES) throw lineTooLong(this.where(at));
      this.window.wait();
      return false;
    }
    if (end - at + extra > MAX_ROW_BYTES) throw lineTooLong(this.where(at));
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
  private readRow(): SourceRow | null {
    const { window, fields, tables: { outside } } = this;
    const { text, codes, length } = window;
    this.extra = 0;
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
        if (at > start) throw this.malformed(at, null);
        at = this.readQuoted(at, count);
        if (at === -1) return this.wait();
        kind = at < length ? outside[codes[at]] : Kind.LINE_END;
        if (kind !== Kind.DELIMITER && kind !== Kind.LINE_END) throw this.malformed(at - 1, start);
      } else {
        fields[count] = text.slice(start, at);
      }
      count++;
      if (at === length || kind === Kind.LINE_END) break;
      if (count === MAX_FIELDS) {
        if (this.isHeader) throw this.headerTooLarge(at) ?? tooManyNames();
        return this.beginLongRow();
      }
      this.extra += this.tables.bytes[Kind.DELIMITER] - 1;
      at++;
    }
    const end = at < length ? this.afterLineEnd(at) : window.last ? at : -1;
    if (end === -1) return this.wait();
    if (at - window.at + this.extra > this.maxRowBytes) return this.beginLongRow();
    window.pass(end, end - window.at + this.extra);
    if (this.line !== null) this.line += this.quotedLineEnds + 1;
    return fields.slice(0, count);
  }

  /** Reads the field that begins with the quote there. What is after its end; -1: it is not all there yet. */
  private readQuoted(quoteAt: number, nth: number): number {
    const { window: { text, codes, length, last }, tables } = this;
    const { inside, escapesWithQuote } = tables;
    const start = quoteAt + 1;
    let isEscaped = false;
    let extra = tables.bytes[Kind.QUOTE] - 1;
    for (let at = start; at < length; at++) {
      const kind = inside[codes[at]];
      if (kind === Kind.PLAIN) continue;
      if (kind === Kind.WIDE) {
        extra += extraBytes(codes[at]);
      } else if (kind === Kind.LINE_END) {
        if (codes[at] === LF || codes[at + 1] !== LF) this.quotedLineEnds++;
      } else {
        const next = at + 1 < length ? inside[codes[at + 1]] : Kind.LINE_END;
        extra += tables.bytes[kind] - 1;
        if (kind === Kind.QUOTE && !(escapesWithQuote && next === Kind.QUOTE)) {
          const value = text.slice(start, at);
          this.extra += extra;
          this.fields[nth] = isEscaped ? tables.unescape(value) : value;
          return at + 1;
        }
        isEscaped = true;
        if (next === Kind.QUOTE || next === Kind.ESCAPE) {
          extra += tables.bytes[next] - 1;
          at++;
        }
      }
    }
    if (!last) return -1;
    this.extra += extra;
    throw this.headerTooLarge(length) ?? unterminatedQuote(this.where(quoteAt));
  }

  private wait(): SourceRow | null {
    const { window } = this;
    // The last unit may be half of its line end.
    if (window.length - window.at > this.maxRowBytes + 1) return this.beginLongRow();
    window.wait();
    return null;
  }

  private beginLongRow(): SourceRow | null {
    const { window: { text, at, offset }, line } = this;
    if (this.isHeader) throw headerTooLarge(this.where(at));
    const cut = text.slice(at, at + SHOWN_BYTES);
    const where = (lineEnds: number, bytes: number) => (line === null ? this.lineOfByte(offset + bytes) : `line ${line + lineEnds}`);
    this.longRow = new LongRow(this.dialect, this.tables, cut.isWellFormed() ? cut : cut.slice(0, -1), where);
    return this.passLongRow(this.longRow);
  }

  private passLongRow(longRow: LongRow): SourceRow | null {
    const { window } = this;
    const hasEnded = longRow.pass(window);
    const end = !hasEnded ? -1 : window.at < window.length ? this.afterLineEnd(window.at) : window.at;
    if (end === -1) {
      window.wait();
      return null;
    }
    window.pass(end, end - window.at);
    if (this.line !== null) this.line += longRow.lineEnds + 1;
    this.longRow = null;
    return longRow.asReject();
  }

  /** Of a quote: `opened` is where the field has begun that it closes. */
  private malformed(at: number, opened: number | null): UploadFailure {
    const tooLarge = this.headerTooLarge(at);
    if (tooLarge) return tooLarge;
    if (opened === null) return quoteInPlainField(this.where(at), this.dialect);
    return textAfterQuote(this.where(at), this.where(opened), this.dialect);
  }

  /** What is wrong there, or that a header is too large already: which of both it is must not depend on the chunks. */
  private headerTooLarge(at: number): UploadFailure | undefined {
    const { window, isHeader, extra, maxRowBytes } = this;
    return isHeader && at - window.at + extra > maxRowBytes ? headerTooLarge(this.where(window.at)) : undefined;
  }

  private where(at: number): string {
    const { window: { text, codes, at: start, offset } } = this;
    if (this.line === null) return this.lineOfByte(offset + Buffer.byteLength(text.slice(start, at)));
    let line = this.line;
    for (let before = start; before < at; before++) {
      if (codes[before] === LF || (codes[before] === CR && codes[before + 1] !== LF)) line++;
    }
    return `line ${line}`;
  }

  private lineOfByte(position: number): string {
    return `the line of ${byteOf(position, this.isPlain)}${this.isPlain ? ' of the file' : ''}`;
  }
}
