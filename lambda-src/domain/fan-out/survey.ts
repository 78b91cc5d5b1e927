/** What tells where the rows of a CSV file begin. */
export interface CsvMarks {
  /** The byte of the quote, which also escapes itself; null: there are none. */
  readonly quote: number | null;
  readonly delimiter: number;
}

/** What a range holds, on an assumption about where it begins. */
export interface Reading {
  /** Rows that begin in the range; blank lines are none. */
  readonly rows: number;
  /** Where the first of them begins, in bytes of the file; null: none does. */
  readonly first: number | null;
  /** The first quote that opens in the middle of a field: from there on this is no CSV. */
  readonly strayQuote: number | null;
  /** In CSV, the quote that opens the last quoted field that begins in the range. @default - none does */
  readonly lastOpened?: number;
  /** Whether what follows the range is inside as well. */
  readonly endsInside: boolean;
  /** In NDJSON, where white space begins at the end of the range that the next row is indented by. @default - there is none */
  readonly indent?: number;
}

/**
 * What one look at a range tells. Whether it begins inside of what hides the ends of rows only those before it can say, so it
 * holds both readings. In CSV that is a quoted field; in NDJSON it is a row, outside of which is white space.
 */
export interface Survey {
  readonly outside: Reading;
  readonly inside: Reading;
}

/** Surveys a range whose bytes come in chunks. */
export interface Surveyor {
  push(chunk: Uint8Array): void;
  end(): Survey;
}

const LF = 10;
const CR = 13;

const PLAIN = 0;
const QUOTE = 1;
const LINE_END = 2;

/**
 * Surveys a range of CSV. Quotes tell the two readings apart: a line end that is in a field on one assumption ends a row on the
 * other. Two quotes that stand for one change nothing.
 */
export class CsvSurveyor implements Surveyor {
  /** What each of the 256 bytes is. */
  private readonly kinds = new Uint8Array(256);
  /** What a quote may follow that opens a field; a quote that follows a quote is the second of two that stand for one. */
  private readonly opens = new Uint8Array(256);
  /** 1 after an odd number of quotes: there a range that began inside is outside, and the other way round. */
  private side: 0 | 1 = 0;
  private readonly rows: [number, number] = [0, 0];
  private readonly first: [number, number] = [-1, -1];
  private readonly stray: [number, number] = [-1, -1];
  private readonly lastOpened: [number, number] = [-1, -1];

  /**
   * @param at where the range begins
   * @param before the byte before it; null at the beginning of a text
   */
  constructor(marks: CsvMarks, private at: number, private before: number | null) {
    this.kinds[LF] = LINE_END;
    this.kinds[CR] = LINE_END;
    for (const byte of [LF, CR, marks.delimiter]) this.opens[byte] = 1;
    if (marks.quote === null) return;
    this.kinds[marks.quote] = QUOTE;
    this.opens[marks.quote] = 1;
  }

  /** A row begins where something else follows a line end that is not in a field: so CRLF is one, and blank lines are no rows. */
  public push(chunk: Uint8Array): void {
    const { kinds, opens, rows, first, stray, lastOpened } = this;
    const { length } = chunk;
    let { side } = this;
    let before = this.before ?? LF;
    let i = 0;
    while (i < length) {
      const kind = kinds[chunk[i]];
      if (kind !== LINE_END && kinds[before] === LINE_END && rows[side]++ === 0) first[side] = this.at + i;
      if (kind === QUOTE) {
        if (opens[before] === 0 && stray[side] === -1) stray[side] = this.at + i;
        if (kinds[before] !== QUOTE) lastOpened[side] = this.at + i;
        side = side === 0 ? 1 : 0;
      }
      i++;
      // Most bytes are in the middle of a field.
      if (kind === PLAIN) while (i < length && kinds[chunk[i]] === PLAIN) i++;
      before = chunk[i - 1];
    }
    this.side = side;
    this.before = length === 0 ? this.before : before;
    this.at += length;
  }

  public end(): Survey {
    return { outside: this.reading(0), inside: this.reading(1) };
  }

  private reading(began: 0 | 1): Reading {
    const known = (at: number) => (at === -1 ? null : at);
    const lastOpened = this.lastOpened[began];
    return {
      rows: this.rows[began],
      first: known(this.first[began]),
      strayQuote: known(this.stray[began]),
      endsInside: this.side !== began,
      ...(lastOpened === -1 ? {} : { lastOpened }),
    };
  }
}
