/** The part of a text in UTF-8 that a scanner is looking at. */
export class TextWindow {
  text = '';
  /** The same as code units, which are read far faster than those of a string. */
  codes = new Uint16Array(0);
  /** How many of `codes` are the text's. */
  length = 0;
  /** What is before it is done with. */
  at = 0;
  /** Whether the text ends where the window does. */
  last = false;
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private wantedBytes = 0;

  /** @param offset bytes of the text before `at` */
  constructor(public offset: number) {}

  push(chunk: Uint8Array): void {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes >= this.wantedBytes) this.decode();
  }

  end(): void {
    this.last = true;
    this.decode();
  }

  /** Goes on, over so many bytes. */
  pass(to: number, bytes: number): void {
    this.at = to;
    this.offset += bytes;
  }

  /**
   * What is left is too little. It is looked at again when there is twice as much of it, so that what is long costs no more than a
   * second look, however small the chunks are.
   */
  wait(): void {
    this.wantedBytes = this.length - this.at;
  }

  private decode(): void {
    const bytes = this.waiting.length === 1 ? this.waiting[0] : Buffer.concat(this.waiting);
    this.text = this.text.slice(this.at) + this.decoder.decode(bytes, { stream: true });
    this.at = 0;
    this.length = this.text.length;
    if (this.codes.length < this.length) this.codes = new Uint16Array(2 * this.length);
    Buffer.from(this.codes.buffer).write(this.text, 'utf16le');
    this.waiting = [];
    this.waitingBytes = 0;
    this.wantedBytes = 0;
  }
}
