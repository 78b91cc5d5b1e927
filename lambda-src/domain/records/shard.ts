/* eslint-disable no-bitwise -- a hash is made of bits */

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * 32-bit FNV-1a over the UTF-8 bytes of a text, encoded on the way so that nothing is allocated, as a signed integer.
 * @param before the hash of what stands before the text
 */
export function fnv1a(text: string, before = OFFSET_BASIS): number {
  const { length } = '' + text;
  let hash = before;
  for (let at = 0; at < length; at++) {
    let code = text.charCodeAt(at);
    if (code < 0x80) {
      hash = Math.imul(hash ^ code, PRIME);
      continue;
    }
    if (code < 0x800) {
      hash = Math.imul(hash ^ (0xc0 | (code >> 6)), PRIME);
    } else {
      if (code >= 0xd800 && code <= 0xdfff) {
        code = text.codePointAt(at)!;
        // Half a surrogate pair has no UTF-8 form; encoders write the replacement character.
        if (code < 0x10000) code = 0xfffd;
        else at++;
      }
      if (code < 0x10000) {
        hash = Math.imul(hash ^ (0xe0 | (code >> 12)), PRIME);
      } else {
        hash = Math.imul(hash ^ (0xf0 | (code >> 18)), PRIME);
        hash = Math.imul(hash ^ (0x80 | ((code >> 12) & 0x3f)), PRIME);
      }
      hash = Math.imul(hash ^ (0x80 | ((code >> 6) & 0x3f)), PRIME);
    }
    hash = Math.imul(hash ^ (0x80 | (code & 0x3f)), PRIME);
  }
  return hash | 0;
}

/** Of the key of a record, whose two parts are told apart. */
export function keyHash(partitionKey: string, sortKey: string): number {
  return fnv1a(sortKey, fnv1a('\u0000', fnv1a(partitionKey)));
}

/**
 * The partition of a write-sharded index that a key belongs to by its hash, `0` to `shards - 1` as text.
 * The low bits of FNV-1a depend on the low bits of the bytes alone, so that a key such as `USER#7` + `USER#7` would
 * never reach half of the shards; folding the high bits in, as FNV's authors advise, spreads it evenly.
 */
export function shardOf(hash: number, shards: number): string {
  return String(((hash >>> 16) ^ (hash & 0xffff)) % shards);
}
