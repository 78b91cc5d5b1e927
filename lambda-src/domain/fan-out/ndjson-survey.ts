import { Reading, Survey, Surveyor } from './survey';

const LF = 10;
/** Tab, CR and space: a line of nothing else is blank. */
const isBlank = (byte: number) => byte === 9 || byte === 13 || byte === 32;

interface Counted {
  rows: number;
  first: number | null;
}

/**
 * Surveys a range of NDJSON: inside of a row a line end is its end, and nothing else is. After the first one both readings are one.
 * The white space that a row is indented by is a part of it, but only what follows says whether there is a row.
 */
export class NdjsonSurveyor implements Surveyor {
  private readonly outside: Counted = { rows: 0, first: null };
  private readonly inside: Counted = { rows: 0, first: null };
  private isInRow = false;
  private hasLineEnd = false;
  /** Where the line begins, or its part that is in the range. */
  private line: number;

  /** @param at where the range begins */
  constructor(private at: number) {
    this.line = at;
  }

  public push(chunk: Uint8Array): void {
    for (let i = 0; i < chunk.length;) {
      const end = this.isInRow ? chunk.indexOf(LF, i) : i;
      if (end === -1) break;
      if (chunk[end] === LF) {
        this.isInRow = false;
        this.hasLineEnd = true;
        this.line = this.at + end + 1;
      } else if (!isBlank(chunk[end])) {
        this.isInRow = true;
        this.begin(this.outside);
        if (this.hasLineEnd) this.begin(this.inside);
      }
      i = end + 1;
    }
    this.at += chunk.length;
  }

  public end(): Survey {
    const { isInRow, hasLineEnd } = this;
    return { outside: this.reading(this.outside, isInRow), inside: this.reading(this.inside, isInRow || !hasLineEnd) };
  }

  private begin(counted: Counted): void {
    counted.rows++;
    counted.first ??= this.line;
  }

  private reading({ rows, first }: Counted, endsInside: boolean): Reading {
    return { rows, first, strayQuote: null, endsInside, ...(endsInside ? {} : { indent: this.line }) };
  }
}
