/* eslint-disable no-bitwise -- a Bloom filter is made of bits */

/** Bits of a key: four in one block, three in another. */
const HASHES = 7;
const IN_FIRST = 4;
/** Bits that come into the processor's cache together, with which looking for seven costs little more than for two. */
const BLOCK_BITS = 512;

/** A set that may claim to have seen a key it has not, but never forgets one. */
export interface KeyFilter {
  /** Adds a key; true when it was possibly there before. The caller asks the table to be sure. */
  add(key: string): boolean;
}

/**
 * A Bloom filter: its memory stays the same whatever the size of the file. The default's 134 million bits keep false alarms
 * below 1 % up to 13 million keys; beyond that they only cost the caller more questions to the table.
 */
export function createKeyFilter(bytes = 16 * 1024 * 1024): KeyFilter {
  const filter = new Uint8Array(bytes);
  const blocks = Math.floor(bytes * 8 / BLOCK_BITS);
  return {
    add(key) {
      // Two multiplicative hashes in one pass over the key, finished by the mixer of MurmurHash3.
      let first = 0x9e3779b9;
      let second = 0x243f6a88;
      for (let at = 0; at < key.length; at++) {
        const code = key.charCodeAt(at);
        first = Math.imul(first ^ code, 0x9e3779b1);
        second = Math.imul(second ^ code, 0x5f356495);
      }
      const one = mix(first ^ (second >>> 16));
      const other = mix(second ^ (first >>> 16));
      let probe = mix(one ^ other);
      // An odd step never degenerates to asking the same bit several times.
      const step = (probe >>> 9) | 1;

      const firstBlock = ((one >>> 0) % blocks) * BLOCK_BITS;
      const secondBlock = ((other >>> 0) % blocks) * BLOCK_BITS;
      let seen = true;
      for (let hash = 0; hash < HASHES; hash++) {
        const bit = (hash < IN_FIRST ? firstBlock : secondBlock) + (probe & (BLOCK_BITS - 1));
        const mask = 1 << (bit & 7);
        if ((filter[bit >>> 3] & mask) === 0) {
          seen = false;
          filter[bit >>> 3] |= mask;
        }
        probe = (probe + step) | 0;
      }
      return seen;
    },
  };
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
