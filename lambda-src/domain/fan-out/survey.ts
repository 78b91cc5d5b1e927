/** What tells where rows begin. */
export interface Dialect {
  /** The byte of the quote, which also escapes itself; null: there are none. */
  readonly quote: number | null;
  /** What may stand between fields: one of these bytes. */
  readonly delimiters: readonly number[];
}

/** What a range holds, on the assumption that it begins outside, or inside, of a quoted field. */
export interface Reading {
  /** Rows that begin in the range; blank lines are none. */
  readonly rows: number;
  /** Where the first of them begins, in bytes of the file; null: none does. */
  readonly first: number | null;
  /** The first quote that opens in the middle of a field: from there on this is no CSV. */
  readonly strayQuote: number | null;
}

/**
 * What one look at a range tells. Whether it begins inside a quoted field only those before it can say, so it holds both
 * readings; quotes tell them apart (two of them that stand for one change nothing).
 */
export interface Survey {
  readonly outside: Reading;
  readonly inside: Reading;
  /** Whether there is an odd number of quotes in the range: what follows it is on the other side. */
  readonly odd: boolean;
}

const LF = 10;
const CR = 13;

const PLAIN = 0;
const QUOTE = 1;
const LINE_END = 2;

/** Surveys a range whose bytes come in chunks. */
export class Surveyor {
  /** What each of the 256 bytes is. */
  private readonly kinds = new Uint8Array(256);
  /** What a quote may follow that opens a field; a quote that follows a quote is the second of two that stand for one. */
  private readonly opens = new Uint8Array(256);
  /** 1 after an odd number of quotes: there a range that began inside is outside, and the other way round. */
  private side: 0 | 1 = 0;
  private readonly rows: [number, number] = [0, 0];
  private readonly first: [number, number] = [-1, -1];
  private readonly stray: [number, number] = [-1, -1];

  /**
   * @param at where the range begins
   * @param before the byte before it; null at the beginning of a text
   */
  constructor(dialect: Dialect, private at: number, private before: number | null) {
    this.kinds[LF] = LINE_END;
    this.kinds[CR] = LINE_END;
    for (const byte of [LF, CR, ...dialect.delimiters]) this.opens[byte] = 1;
    if (dialect.quote === null) return;
    this.kinds[dialect.quote] = QUOTE;
    this.opens[dialect.quote] = 1;
  }

  /** A row begins where something else follows a line end that is not in a field: so CRLF is one, and blank lines are no rows. */
  public push(chunk: Uint8Array): void {
    const { kinds, opens, rows, first, stray } = this;
    const { length } = chunk;
    let { side } = this;
    let before = this.before ?? LF;
    let i = 0;
    while (i < length) {
      const kind = kinds[chunk[i]];
      if (kind !== LINE_END && kinds[before] === LINE_END && rows[side]++ === 0) first[side] = this.at + i;
      if (kind === QUOTE) {
        if (opens[before] === 0 && stray[side] === -1) stray[side] = this.at + i;
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
    return { outside: this.reading(0), inside: this.reading(1), odd: this.side === 1 };
  }

  private reading(side: 0 | 1): Reading {
    const known = (at: number) => (at === -1 ? null : at);
    return { rows: this.rows[side], first: known(this.first[side]), strayQuote: known(this.stray[side]) };
  }
}
