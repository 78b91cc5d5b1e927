import * as fc from 'fast-check';
import { fnv1a, keyHash, shardOf } from '../../../../lambda-src/domain/records/shard';

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of %p is the published one', (text, hash) => {
  expect(unsigned(fnv1a(text))).toBe(hash);
});

test('the hash is over the bytes that UTF-8 has for a text, half a surrogate pair included', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(unsigned(fnv1a(text))).toBe(referenceHash(text));
  }));
  expect(unsigned(fnv1a('\ud800x'))).toBe(referenceHash('\ufffdx'));
  expect(unsigned(fnv1a('x\udc00'))).toBe(referenceHash('x\ufffd'));
});

test('the hash of a key is that of its parts with a NUL between them', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (partitionKey, sortKey) => {
    expect(keyHash(partitionKey, sortKey)).toBe(fnv1a(`${partitionKey}\u0000${sortKey}`));
  }));
});

test('keys of every usual form spread over all shards', () => {
  const forms = [
    (n: number) => `3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33#${n}\u0000RECORD`,
    (n: number) => `USER#${n}\u0000USER#${n}`,
    (n: number) => `DRUG#${n * 4}\u0000${n % 7}`,
  ];
  for (const form of forms) {
    for (const shards of [2, 4, 8, 10]) {
      const counts = new Map<string, number>();
      for (let n = 0; n < 10_000; n++) counts.set(shardOf(fnv1a(form(n)), shards), (counts.get(shardOf(fnv1a(form(n)), shards)) ?? 0) + 1);
      expect([...counts.keys()].sort()).toEqual([...Array(shards).keys()].map(String));
      expect(Math.max(...counts.values())).toBeLessThan((10_000 / shards) * 1.25);
    }
  }
});

// eslint-disable-next-line no-bitwise -- as hashes are published
const unsigned = (hash: number) => hash >>> 0;

function referenceHash(text: string): number {
  let hash = 0x811c9dc5n;
  // eslint-disable-next-line no-bitwise -- the algorithm as it was published
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n;
  return Number(hash);
}
