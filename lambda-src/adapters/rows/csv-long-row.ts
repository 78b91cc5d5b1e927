import { BadRow } from '../../application/ingest/row-source';
import { CR, CsvDialect, DialectTables, extraBytes, Kind, LF } from './csv-dialect';
import { MAX_FIELDS, openTooLong, quoteInPlainField, textAfterQuote, unterminatedQuote } from './csv-failures';
import { largeRow, MAX_OPEN_BYTES, MAX_ROW_BYTES, tooManyBytes } from './row-limits';
import { TextWindow } from './text-window';

/** Where the next character is: at the beginning of a field; in one without quotes; in a quoted one, maybe behind an escape; behind it. */
const In = { START: 0, PLAIN: 1, QUOTED: 2, ESCAPED: 3, CLOSED: 4 } as const;

/** Says where something is: by the line ends and bytes before it in the row. */
export type Where = (lineEnds: number, bytes: number) => string;

/** A row that is too large to be held: its end is looked for, by the same rules as that of any other, and its beginning is kept. */
export class LongRow {
  /** Inside quotes. */
  lineEnds = 0;
  private bytes = 0;
  private fields = 1;
  private place: number = In.START;
  private endsWithCr = false;
  /** Where the quote is that opened the field. */
  private quoteBytes = 0;
  private quoteLineEnds = 0;

  constructor(
    private readonly dialect: CsvDialect, private readonly tables: DialectTables,
    private readonly beginning: string, private readonly where: Where,
  ) {}

  /** Goes on to where the row or the window ends. Whether the row does; its line end is still to come. */
  pass(window: TextWindow): boolean {
    const { codes, length, last } = window;
    const { outside, inside } = this.tables;
    const before = this.bytes;
    let at = window.at;
    let hasEnded = false;
    for (; at < length; at++) {
      const code = codes[at];
      const isInside = this.place === In.QUOTED || this.place === In.ESCAPED;
      const kind = isInside ? inside[code] : outside[code];
      if (!isInside && kind === Kind.LINE_END) {
        hasEnded = true;
        break;
      }
      if (kind !== Kind.PLAIN) {
        if (kind === Kind.LINE_END && !this.isSecondOfTwo(window, at)) this.lineEnds++;
        this.step(kind);
        this.bytes += 1 + extraBytes(code);
      } else {
        if (this.place !== In.QUOTED && this.place !== In.PLAIN) this.step(kind);
        this.bytes++;
      }
    }
    this.endsWithCr = length > 0 && codes[length - 1] === CR;
    window.pass(at, this.bytes - before);
    if (this.place === In.QUOTED || this.place === In.ESCAPED) {
      this.checkOpen();
      if (last) throw unterminatedQuote(this.quote);
    }
    return hasEnded || (last && at === length);
  }

  asReject(): BadRow {
    const { bytes, fields, lineEnds } = this;
    if (bytes <= MAX_ROW_BYTES) return largeRow(this.beginning, `a row must have at most ${MAX_FIELDS} fields, got ${fields}`);
    const lines = lineEnds === 0 ? '' : ` on ${lineEnds + 1} lines: a quote in it may be one too many`;
    return largeRow(this.beginning, `${tooManyBytes(bytes)}${lines}`);
  }

  /** Of a line end, the LF behind a CR. */
  private isSecondOfTwo({ codes, at: start }: TextWindow, at: number): boolean {
    return codes[at] === LF && (at > start ? codes[at - 1] === CR : this.endsWithCr);
  }

  private step(kind: number): void {
    switch (this.place) {
      case In.QUOTED:
        if (kind === Kind.QUOTE) {
          this.checkOpen();
          this.place = In.CLOSED;
        } else if (kind === Kind.ESCAPE) {
          this.place = In.ESCAPED;
        }
        return;
      case In.ESCAPED:
        this.place = In.QUOTED;
        return;
      case In.CLOSED:
        if (kind === Kind.QUOTE && this.tables.escapesWithQuote) {
          this.place = In.QUOTED;
          return;
        }
        if (kind !== Kind.DELIMITER) {
          throw textAfterQuote(this.where(this.lineEnds, this.bytes - this.tables.bytes[Kind.QUOTE]), this.quote, this.dialect);
        }
        break;
      default:
        if (kind === Kind.QUOTE) {
          if (this.place === In.PLAIN) throw quoteInPlainField(this.where(this.lineEnds, this.bytes), this.dialect);
          this.place = In.QUOTED;
          this.quoteBytes = this.bytes;
          this.quoteLineEnds = this.lineEnds;
          return;
        }
        if (kind !== Kind.DELIMITER) {
          this.place = In.PLAIN;
          return;
        }
    }
    this.place = In.START;
    this.fields++;
  }

  private get quote(): string {
    return this.where(this.quoteLineEnds, this.quoteBytes);
  }

  private checkOpen(): void {
    if (this.bytes - this.quoteBytes > MAX_OPEN_BYTES) throw openTooLong(this.quote);
  }
}
