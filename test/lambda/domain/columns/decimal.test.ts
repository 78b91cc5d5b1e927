import { Big } from 'big.js';
import * as fc from 'fast-check';
import { comparatorWith, normalizeDecimal, normalizeInteger } from '../../../../lambda-src/domain/columns/decimal';
import { Problem } from '../../../../lambda-src/domain/rejects/reject';

const digits = (min: number, max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });
const sign = fc.constantFrom('', '-', '+');
const decimal = fc.tuple(sign, digits(1, 20), digits(0, 18), fc.option(fc.integer({ min: -90, max: 90 }), { nil: undefined }))
  .map(([minus, whole, fraction, power]) => `${minus}${whole}.${fraction}${power === undefined ? '' : `e${power}`}`);

/** big.js takes no plus and no bare point. */
const big = (text: string) => new Big(text.replace(/^\+/, '').replace(/\.(?=e|$)/, ''));
const code = (normalized: string | Problem) => (normalized instanceof Problem ? normalized.code : normalized);

test('a decimal keeps exactly its value, and has one form only', () => {
  fc.assert(fc.property(decimal, (text) => {
    const normalized = normalizeDecimal(text) as string;
    expect(new Big(normalized).eq(big(text))).toBe(true);
    expect(normalizeDecimal(normalized)).toBe(normalized);
    expect(normalizeDecimal(`${big(text).toFixed()}`)).toBe(normalized);
  }), { numRuns: 1000 });
});

test('an integer keeps exactly its value', () => {
  fc.assert(fc.property(sign, digits(1, 38), (minus, text) => {
    expect(normalizeInteger(minus + text)).toBe(String(BigInt(text) * (minus === '-' ? -1n : 1n)));
  }));
});

test.each([
  ['0', '0'], ['-0', '0'], ['+0', '0'], ['000', '0'], ['+5', '5'], ['007', '7'], ['-007', '-7'],
  ['9'.repeat(38), '9'.repeat(38)],
  ['9'.repeat(39), 'TOO_MANY_DIGITS'],
  [`1${'0'.repeat(125)}`, '1E+125'],
  [`1${'0'.repeat(126)}`, 'TOO_LARGE'],
  ['1.0', 'NOT_AN_INTEGER'], ['1e3', 'NOT_AN_INTEGER'], ['1,000', 'NOT_AN_INTEGER'], ['1 000', 'NOT_AN_INTEGER'],
  ['+', 'NOT_AN_INTEGER'], ['--1', 'NOT_AN_INTEGER'], ['٣', 'NOT_AN_INTEGER'], ['0x1F', 'NOT_AN_INTEGER'], ['1\n', 'NOT_AN_INTEGER'],
])('the integer %s is %s', (text, expected) => {
  expect(code(normalizeInteger(text))).toBe(expected);
});

test.each([
  ['1.', '1'], ['.5', '0.5'], ['-.5', '-0.5'], ['12.50', '12.5'], ['0012.5', '12.5'], ['-0.00', '0'], ['0e999', '0'], ['1e3', '1000'],
  ['1E-3', '0.001'], ['1.5e+2', '150'], ['0.1', '0.1'], ['0.30000000000000000001', '0.30000000000000000001'],
  [`0.${'0'.repeat(37)}1`, `0.${'0'.repeat(37)}1`], ['1e-40', '1E-40'], ['1.25e40', '1.25E+40'],
  [`${'9'.repeat(20)}.${'9'.repeat(18)}`, `${'9'.repeat(20)}.${'9'.repeat(18)}`],
  [`${'9'.repeat(20)}.${'9'.repeat(19)}`, 'TOO_MANY_DIGITS'],
  [`000${'9'.repeat(20)}.${'9'.repeat(18)}000`, `${'9'.repeat(20)}.${'9'.repeat(18)}`],
  [`${'9'.repeat(38)}e88`, `9.${'9'.repeat(37)}E+125`],
  ['1e126', 'TOO_LARGE'], ['-1e126', 'TOO_LARGE'], ['1e99999999999999999999', 'TOO_LARGE'],
  ['1e-130', '1E-130'], ['1e-131', 'TOO_SMALL'], ['1e-99999999999999999999', 'TOO_SMALL'],
  ['', 'NOT_A_DECIMAL'], ['.', 'NOT_A_DECIMAL'], ['1.2.3', 'NOT_A_DECIMAL'], ['1,5', 'NOT_A_DECIMAL'], ['e5', 'NOT_A_DECIMAL'],
  ['1e', 'NOT_A_DECIMAL'], ['NaN', 'NOT_A_DECIMAL'], ['Infinity', 'NOT_A_DECIMAL'], ['$5', 'NOT_A_DECIMAL'], ['1_000', 'NOT_A_DECIMAL'],
])('the decimal %s is %s', (text, expected) => {
  expect(code(normalizeDecimal(text))).toBe(expected);
});

test('a comparison is exact', () => {
  fc.assert(fc.property(decimal, decimal, (a, b) => {
    const [left, right] = [normalizeDecimal(a) as string, normalizeDecimal(b) as string];
    expect(Math.sign(comparatorWith(right)(left))).toBe(big(a).cmp(big(b)));
    expect(comparatorWith(left)(left)).toBe(0);
  }), { numRuns: 1000 });
});

test.each([
  ['0.1', '0.10000000000000000001'],
  ['9007199254740992', '9007199254740993'],
  ['999999999999998', '999999999999999'],
  ['0.30000000000000000001', '0.30000000000000000002'],
  ['-1E+125', '-9.9E+124'],
])('%s is below %s', (smaller, larger) => {
  expect(comparatorWith(larger)(smaller)).toBeLessThan(0);
  expect(comparatorWith(smaller)(larger)).toBeGreaterThan(0);
});

test('a field of a million zeros costs about what reading it does, not its square, which would take hours', () => {
  const started = performance.now();
  expect(normalizeDecimal(`${'0'.repeat(1_000_000)}1.${'0'.repeat(1_000_000)}`)).toBe('1');
  expect(performance.now() - started).toBeLessThan(60_000);
});
