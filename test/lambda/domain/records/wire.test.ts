import * as fc from 'fast-check';
import { WireValue, emptyItem, itemSize, wireText } from '../../../../lambda-src/domain/records/wire';

const value = fc.oneof<fc.Arbitrary<WireValue>[]>(
  fc.string({ unit: 'binary' }).map((S) => ({ S })),
  fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{1,18})?(E[+-]?[0-9]{1,2})?$/).map((N) => ({ N })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
  fc.array(fc.string().map((S) => ({ S }))).map((L) => ({ L })),
  fc.dictionary(fc.string(), fc.constant({ NULL: true as const })).map((M) => ({ M })),
);

test.each<[string, WireValue, number]>([
  ['text', { S: 'abc' }, 3],
  ['empty text', { S: '' }, 0],
  ['text outside ASCII', { S: 'é€😀' }, 9],
  ['zero', { N: '0' }, 1],
  ['one digit', { N: '7' }, 2],
  ['two digits', { N: '42' }, 2],
  ['three digits', { N: '421' }, 3],
  ['a negative number', { N: '-42' }, 3],
  ['zeros at both ends', { N: '0.00420' }, 2],
  ['an exponent', { N: '4.2E+100' }, 2],
  ['38 digits', { N: '1'.repeat(38) }, 20],
  ['38 negative digits', { N: `-${'1'.repeat(38)}` }, 21],
  ['more digits than there can be', { N: '1'.repeat(60) }, 21],
  ['a boolean', { BOOL: false }, 1],
  ['null', { NULL: true }, 1],
  ['a set', { SS: ['a', 'é'] }, 3 + 2 + 3],
  ['an empty list', { L: [] }, 3],
  ['a list', { L: [{ N: '42' }, { S: 'a' }] }, 3 + 2 + 3],
  ['an empty map', { M: {} }, 3],
  ['a map', { M: { é: { L: [] }, b: { BOOL: true } } }, 3 + 1 + 2 + 3 + 1 + 1 + 1],
])('%s has its size', (_, of, size) => {
  expect(itemSize({ ab: of })).toBe(2 + size);
});

test('a size is never negative and grows with every attribute', () => {
  fc.assert(fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), value, (attributes, more) => {
    const before = itemSize(attributes);
    expect(before).toBeGreaterThanOrEqual(0);
    expect(itemSize({ ...attributes, [`${Object.keys(attributes).join('')}+`]: more })).toBeGreaterThan(before);
  }));
});

test('an item inherits nothing, so that any name is an attribute', () => {
  const item = emptyItem();
  expect(item.constructor).toBeUndefined();
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) item[name] = { S: 'x' };
  expect(Object.keys(item)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
  expect(JSON.stringify(item)).toContain('"__proto__":{"S":"x"}');
  expect(Object.keys(emptyItem())).toEqual([]);
});

test('every value has a text', () => {
  expect([wireText({ S: 'a' }), wireText({ N: '1' }), wireText({ BOOL: true }), wireText({ BOOL: false })]).toEqual(['a', '1', 'true', 'false']);
});
