import * as fc from 'fast-check';
import { createKeyFilter } from '../../../../lambda-src/domain/records/key-filter';
import { fnv1a } from '../../../../lambda-src/domain/records/shard';

const BYTES = 64 * 1024;
/** 10 bits a key, as 16 MiB have for 13 million keys. */
const DESIGN_LOAD = Math.floor((BYTES * 8) / 10);

test('a key is never forgotten', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 200 }), (keys) => {
    const filter = createKeyFilter(1024);
    for (const key of keys) filter.add(fnv1a(key));
    for (const key of keys) expect(filter.add(fnv1a(key))).toBe(true);
  }));
});

test('the first key of an empty filter is new', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (key) => {
    expect(createKeyFilter(1024).add(fnv1a(key))).toBe(false);
  }));
});

test.each<[string, (n: number) => string]>([
  ['numbered rows', (n) => `38:3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33#${n}RECORD`],
  ['keys with the number twice', (n) => `7:USER#${n}USER#${n}`],
  ['bare numbers', (n) => String(n)],
  ['keys outside ASCII', (n) => String.fromCodePoint(0x4e00 + (n % 5000), 0x1f600 + Math.floor(n / 5000))],
])('at its design load a filter falsely suspects less than 1 % of %s', (_, keyOf) => {
  const filter = createKeyFilter(BYTES);
  const questions = 5000;
  let suspicions = 0;
  for (let n = 0; n < DESIGN_LOAD; n++) {
    const suspected = filter.add(fnv1a(keyOf(n)));
    if (suspected && n >= DESIGN_LOAD - questions) suspicions++;
  }
  expect(suspicions / questions).toBeLessThan(0.01);
});
