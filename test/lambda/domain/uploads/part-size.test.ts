import * as fc from 'fast-check';
import { planParts, sizeOfPart } from '../../../../lambda-src/domain/uploads/part-size';
import { MAX_PART_SIZE, MAX_PARTS } from '../../../../src/private/contract';

const MIB = 1024 ** 2;
const LARGEST = MAX_PARTS * MAX_PART_SIZE;

test('every file fits into parts that S3 takes, which add up to it', () => {
  const nearTheLargest = fc.nat(1000).map((less) => LARGEST - less);
  const sizes = fc.oneof(fc.integer({ min: 1, max: 100 * MIB }), fc.integer({ min: 1, max: LARGEST }), nearTheLargest);
  fc.assert(fc.property(sizes, (size) => {
    const plan = planParts(size);
    const last = sizeOfPart(size, plan, plan.partCount);
    expect(plan.partSize % MIB).toBe(0);
    expect(plan.partSize).toBeGreaterThanOrEqual(8 * MIB);
    expect(plan.partSize).toBeLessThanOrEqual(MAX_PART_SIZE);
    expect(plan.partCount).toBeLessThanOrEqual(MAX_PARTS);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThanOrEqual(plan.partSize);
    expect(plan.partSize * (plan.partCount - 1) + last).toBe(size);
  }), { numRuns: 2000 });
});

test.each([
  [1, 8 * MIB, 1, 1],
  [8 * MIB, 8 * MIB, 1, 8 * MIB],
  [8 * MIB + 1, 8 * MIB, 2, 1],
  [80_000 * MIB, 8 * MIB, 10_000, 8 * MIB],
  [80_000 * MIB + 1, 9 * MIB, 8889, 8 * MIB + 1],
  [LARGEST, MAX_PART_SIZE, 10_000, MAX_PART_SIZE],
])('%d bytes go in parts of %d', (size, partSize, partCount, last) => {
  expect(planParts(size)).toEqual({ partSize, partCount });
  expect(sizeOfPart(size, { partSize, partCount }, partCount)).toBe(last);
});
