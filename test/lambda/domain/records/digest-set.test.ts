import * as fc from 'fast-check';
import { DigestSet } from '../../../../lambda-src/domain/records/digest-set';

test('says of every text whether it is new, like a set of texts', () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 2000, size: 'max' }), (texts) => {
    const digests = new DigestSet();
    const set = new Set<string>();
    for (const text of texts) {
      expect(digests.add(text)).toBe(!set.has(text));
      set.add(text);
      expect(digests.size).toBe(set.size);
    }
  }), { numRuns: 50 });
});

test('remembers all of many, while it grows many times', () => {
  const digests = new DigestSet();
  const count = 200_000;
  let fresh = 0;
  for (let nth = 0; nth < count; nth++) fresh += digests.add(`text ${nth}`) ? 1 : 0;
  for (let nth = 0; nth < count; nth++) fresh += digests.add(`text ${nth}`) ? 1 : 0;
  expect([fresh, digests.size]).toEqual([count, count]);
});
