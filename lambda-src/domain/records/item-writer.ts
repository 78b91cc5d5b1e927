/* eslint-disable no-bitwise -- UTF-8 is made of bits */

/** Items share memory: enough that it is seldom asked for, and little enough that one that is kept does not keep much besides. */
const MEMORY_BYTES = 16 * 1024;
/** The most that a code unit takes: `\u001f`. */
const MOST_BYTES_OF_A_UNIT = 6;
/** From here on what Node.js does at once is faster than what we do one by one, though it takes longer to begin. */
const LONG_TEXT = 96;
const [QUOTE, BACKSLASH, BRACE, U] = Buffer.from('"\\}u');

/** What JSON cannot have inside a string, and halves of pairs, of which one alone has no UTF-8 form. */
const NOT_AS_IT_IS = /["\\\u0000-\u001f\ud800-\udfff]/;
/** Of ASCII: what stands behind a backslash for it; 0: it stands for itself. */
const AFTER_BACKSLASH = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const text = String.fromCharCode(code);
  return NOT_AS_IT_IS.test(text) ? jsonText(text).charCodeAt(1) : 0;
});

/** A text as it stands between quotes in JSON. */
export function jsonText(text: string): string {
  return NOT_AS_IT_IS.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** An item as DynamoDB's API takes it: JSON in UTF-8. */
export class WrittenItem {
  constructor(private readonly memory: Buffer, private readonly from: number, private readonly to: number) {}

  public get byteLength(): number {
    return this.to - this.from;
  }

  /** Where it ends in there. */
  public copyTo(target: Buffer, at: number): number {
    return at + this.memory.copy(target, at, this.from, this.to);
  }

  public toString(): string {
    return this.memory.toString('utf8', this.from, this.to);
  }
}

/**
 * Writes items one after the other, each value straight to where it stays: texts that are put together first would cost the
 * garbage collector more than everything else that is done to a row.
 */
export class ItemWriter {
  private memory: Buffer = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  private start = 0;
  private at = 0;

  /** A member of the item. @param before what stands before its text, which is known before the first row */
  public member(before: Uint8Array, text: string): void {
    this.known(before);
    this.text(text);
    this.reserve(2);
    this.memory[this.at++] = QUOTE;
    this.memory[this.at++] = BRACE;
  }

  /** The same, with a value that is JSON already. */
  public json(before: Uint8Array, value: string): void {
    this.known(before);
    this.whole(value);
  }

  public end(last: Uint8Array): WrittenItem {
    this.known(last);
    const item = new WrittenItem(this.memory, this.start, this.at);
    this.start = this.at;
    return item;
  }

  private known(json: Uint8Array): void {
    const { length } = json;
    this.reserve(length);
    const { memory } = this;
    let { at } = this;
    for (let nth = 0; nth < length; nth++) memory[at++] = json[nth];
    this.at = at;
  }

  private whole(json: string): void {
    this.reserve(Buffer.byteLength(json));
    this.at += this.memory.write(json, this.at);
  }

  private text(text: string): void {
    // Texts have so many forms in V8 that their length is dear, unless it sees that it is a text's.
    const { length } = '' + text;
    if (length > LONG_TEXT) {
      this.whole(jsonText(text));
      return;
    }
    this.reserve(length * MOST_BYTES_OF_A_UNIT);
    const { memory } = this;
    let { at } = this;
    for (let nth = 0; nth < length; nth++) {
      const code = text.charCodeAt(nth);
      if (code < 0x80) {
        const escape = AFTER_BACKSLASH[code];
        if (escape === 0) {
          memory[at++] = code;
        } else if (escape !== U) {
          memory[at++] = BACKSLASH;
          memory[at++] = escape;
        } else {
          at += memory.write(jsonText(text[nth]), at);
        }
      } else if (code < 0x800) {
        memory[at++] = 0xc0 | (code >> 6);
        memory[at++] = 0x80 | (code & 0x3f);
      } else if (code < 0xd800 || code > 0xdfff) {
        memory[at++] = 0xe0 | (code >> 12);
        memory[at++] = 0x80 | ((code >> 6) & 0x3f);
        memory[at++] = 0x80 | (code & 0x3f);
      } else {
        // Pairs are rare, and halves of them rarer.
        at += memory.write(jsonText(text.slice(nth)), at);
        break;
      }
    }
    this.at = at;
  }

  private reserve(bytes: number): void {
    if (this.memory.length - this.at >= bytes) return;
    const { memory, start, at } = this;
    const written = at - start;
    this.memory = Buffer.allocUnsafeSlow(Math.max(MEMORY_BYTES, 2 * (written + bytes)));
    memory.copy(this.memory, 0, start, at);
    this.start = 0;
    this.at = written;
  }
}
