/* eslint-disable no-bitwise -- digests are bits */
import { hash } from 'node:crypto';

/** Words of 32 bits in a digest. */
const WORDS = 4;
/** Each grows by itself, so that growing never takes as much memory again as the whole. */
const TABLES = 64;
const FIRST_SLOTS = 64;
const MOST_FULL = 0.85;
const GROWTH = 1.25;

/**
 * An exact set of texts, of which 16 bytes each are kept: the first of their SHA-256, which no two texts share that anybody will
 * ever find.
 */
export class DigestSet {
  public size = 0;
  private readonly tables = Array.from({ length: TABLES }, () => new Table());

  /** False: it was there already. */
  public add(text: string): boolean {
    const digest = hash('sha256', text, 'buffer');
    const word = (nth: number) => digest.readUInt32LE(4 * nth);
    const isNew = this.tables[digest[31] % TABLES].add(word(0) || 1, word(1), word(2), word(3));
    if (isNew) this.size++;
    return isNew;
  }
}

/** Open addressing with linear probing; a slot whose first word is 0 is free. */
class Table {
  private slots = FIRST_SLOTS;
  private words = new Uint32Array(FIRST_SLOTS * WORDS);
  private taken = 0;

  public add(a: number, b: number, c: number, d: number): boolean {
    if (this.taken >= this.slots * MOST_FULL) this.grow();
    const { words } = this;
    let at = this.find(a, b, c, d);
    if (words[at] !== 0) return false;
    words[at++] = a;
    words[at++] = b;
    words[at++] = c;
    words[at] = d;
    this.taken++;
    return true;
  }

  /** Where the digest is, or where there is room for it. */
  private find(a: number, b: number, c: number, d: number): number {
    const { words, slots } = this;
    for (let slot = (b ^ c) >>> 0; ; slot++) {
      const at = (slot % slots) * WORDS;
      if (words[at] === 0 || (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d)) return at;
    }
  }

  private grow(): void {
    const { words } = this;
    this.slots = Math.ceil(this.slots * GROWTH);
    this.words = new Uint32Array(this.slots * WORDS);
    for (let from = 0; from < words.length; from += WORDS) {
      if (words[from] === 0) continue;
      const at = this.find(words[from], words[from + 1], words[from + 2], words[from + 3]);
      this.words.set(words.subarray(from, from + WORDS), at);
    }
  }
}
