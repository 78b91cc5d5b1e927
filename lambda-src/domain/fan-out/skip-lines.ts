const LF = 10;
const CR = 13;

/** Passes over the first lines of a text, whose ends are LF, CRLF or CR, as its bytes come. */
export class LineSkipper {
  private endsWithCr = false;

  constructor(private lines: number) {}

  /** Where the text goes on in the chunk; its length: all of it is passed over. */
  public push(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length) {
      const byte = chunk[at];
      const isSecondOfTwo = this.endsWithCr && byte === LF;
      if (!isSecondOfTwo && this.lines === 0) return at;
      if (!isSecondOfTwo && (byte === LF || byte === CR)) this.lines--;
      this.endsWithCr = byte === CR;
      at++;
    }
    return at;
  }
}
