/* eslint-disable no-bitwise -- a Bloom filter is made of bits */

/** Bits of a key: four in one block, three in another. */
const BITS_OF_A_KEY = 7;
const IN_FIRST = 4;
/** Bits that come into the processor's cache together, with which looking for seven costs little more than for two. */
const BLOCK_BITS = 512;

/** A set that may claim to have seen a key it has not, but never forgets one. */
export interface KeyFilter {
  /** Adds a key by its hash; true when it was possibly there before. The caller asks the table to be sure. */
  add(hash: number): boolean;
}

/**
 * A Bloom filter: its memory stays the same whatever the size of the file. The default's 134 million bits, and hashes of 32, keep
 * false alarms below 1.5 % up to 13 million keys; beyond that they only cost the caller more questions to the table.
 */
export function createKeyFilter(bytes = 16 * 1024 * 1024): KeyFilter {
  const filter = new Uint8Array(bytes);
  const blocks = Math.floor(bytes * 8 / BLOCK_BITS);
  return {
    add(hash) {
      const one = mix(hash);
      const other = mix(one ^ 0x243f6a88);
      let probe = mix(other ^ 0x9e3779b9);
      // An odd step never degenerates to asking the same bit several times.
      const step = (probe >>> 9) | 1;

      const firstBlock = ((one >>> 0) % blocks) * BLOCK_BITS;
      const secondBlock = ((other >>> 0) % blocks) * BLOCK_BITS;
      let seen = true;
      for (let nth = 0; nth < BITS_OF_A_KEY; nth++) {
        const bit = (nth < IN_FIRST ? firstBlock : secondBlock) + (probe & (BLOCK_BITS - 1));
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

/** The mixer of MurmurHash3. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
