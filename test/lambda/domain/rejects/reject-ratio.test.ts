import fc from 'fast-check';
import { isWithinRatio, percentage } from '../../../../lambda-src/domain/rejects/reject-ratio';
import { tooManyRejects } from '../../../../lambda-src/domain/rejects/too-many-rejects';

/** A ratio as somebody writes it: so many digits behind the point, of which all are zeros but these. */
const decimal = fc.integer({ min: 1, max: 15 }).chain((decimals) => (
  fc.maxSafeNat().map((nat) => ({ numerator: BigInt(nat) % 10n ** BigInt(decimals), decimals }))
));

test.each([
  [29, 100, 0.29], [57, 100, 0.57], [7, 100, 0.07], [58, 100, 0.58], [1, 3, 1 / 3], [2, 3, 2 / 3],
  [0, 100, 0], [0, 0, 0], [0, 0, 0.5], [5, 5, 1],
])('%d of %d is within %d, and one more is not', (rejected, total, ratio) => {
  expect(isWithinRatio(rejected, total, ratio)).toBe(true);
  expect(tooManyRejects({ total, rejected, accepted: total - rejected }, { ratio })).toBeUndefined();
  if (rejected < total) expect(isWithinRatio(rejected + 1, total, ratio)).toBe(false);
});

test('every decimal is exact at its border, for any number of rows', () => {
  const someRows = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.maxSafeNat());
  fc.assert(fc.property(decimal, someRows, fc.integer({ min: -1, max: 2 }), (written, rows, off) => {
    const { numerator, decimals } = written;
    const ratio = Number(`0.${String(numerator).padStart(decimals, '0')}`);
    const denominator = 10n ** BigInt(decimals);
    const total = Math.max(1, rows);
    const rejected = Math.max(0, Math.min(total, Number(BigInt(total) * numerator / denominator) + off));
    expect(isWithinRatio(rejected, total, ratio)).toBe(BigInt(rejected) * denominator <= numerator * BigInt(total));
  }), { numRuns: 20_000 });
});

test('so is one that the quotient is rounded to', () => {
  const [rejected, total] = [493_828_000_065_359, 4_000_000_000_529_407];
  expect(rejected / total).toBe(0.123457);
  expect(isWithinRatio(rejected, total, 0.123457)).toBe(false);
  expect(isWithinRatio(rejected - 1, total, 0.123457)).toBe(true);
});

test.each([
  [0.29, '29 %'], [0.07, '7 %'], [0.57, '57 %'], [0.001, '0.1 %'], [0, '0 %'], [0.125, '12.5 %'], [1e-9, '0.0000001 %'], [0.99999999, '99.999999 %'],
  [1 / 3, '33.33 %'], [0.123456789012345, '12.3456789012345 %'],
])('%d is shown as %s', (ratio, shown) => {
  expect(percentage(ratio)).toBe(shown);
});

test('any decimal is shown with its own digits', () => {
  fc.assert(fc.property(decimal, ({ numerator, decimals }) => {
    const ratio = Number(`0.${String(numerator).padStart(decimals, '0')}`);
    const shown = percentage(ratio).replace(' %', '');
    const [whole, behind = ''] = shown.split('.');
    expect(BigInt(whole + behind) * 10n ** BigInt(decimals)).toBe(numerator * 100n * 10n ** BigInt(behind.length));
  }), { numRuns: 2_000 });
});
