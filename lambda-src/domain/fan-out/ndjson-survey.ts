import { Reading, Survey, Surveyor } from './survey';

const LF = 10;
/** Tab, CR and space: a line of nothing else is blank. */
const isBlank = (byte: number) => byte === 9 || byte === 13 || byte === 32;

interface Counted {
  rows: number;
  first: number | null;
}

/** Surveys a range of NDJSON: inside of a row a line end is its end, and nothing else is. After the first one both readings are one. */
export class NdjsonSurveyor implements Surveyor {
  private readonly outside: Counted = { rows: 0, first: null };
  private readonly inside: Counted = { rows: 0, first: null };
  private isInRow = false;
  private hasLineEnd = false;

  /** @param at where the range begins */
  constructor(private at: number) {}

  public push(chunk: Uint8Array): void {
    for (let i = 0; i < chunk.length;) {
      const end = this.isInRow ? chunk.indexOf(LF, i) : i;
      if (end === -1) break;
      if (chunk[end] === LF) {
        this.isInRow = false;
        this.hasLineEnd = true;
      } else if (!isBlank(chunk[end])) {
        this.isInRow = true;
        this.begin(this.outside, this.at + end);
        if (this.hasLineEnd) this.begin(this.inside, this.at + end);
      }
      i = end + 1;
    }
    this.at += chunk.length;
  }

  public end(): Survey {
    const { isInRow, hasLineEnd } = this;
    return { outside: reading(this.outside, isInRow), inside: reading(this.inside, isInRow || !hasLineEnd) };
  }

  private begin(counted: Counted, at: number): void {
    counted.rows++;
    counted.first ??= at;
  }
}

function reading({ rows, first }: Counted, endsInside: boolean): Reading {
  return { rows, first, strayQuote: null, endsInside };
}
