import * as fc from 'fast-check';
import { compareTimestamps, isDate, normalizeTimestamp } from '../../../src/private/columns/calendar';

const digits = (number: number, width: number) => String(number).padStart(width, '0');

describe('dates', () => {
  test('are those of the UTC calendar', () => {
    const numbers = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(fc.property(numbers, ([year, month, day]) => {
      const text = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
      const date = new Date(0);
      date.setUTCFullYear(year, month - 1, day);
      expect(isDate(text)).toBe(year > 0 && date.toISOString().slice(0, 10) === text);
    }), { numRuns: 2000 });
  });

  test.each([
    ['0001-01-01', '0000-12-31'],
    ['9999-12-31', '10000-01-01'],
    ['2024-02-29', '2023-02-29'],
    ['2000-02-29', '1900-02-29'],
    ['2026-04-30', '2026-04-31'],
    ['2026-01-01', '2026-1-1'],
    ['2026-12-31', '2026-12-31T00:00:00Z'],
    ['2026-10-10', '10/10/2026'],
  ])('%s is one, %s is none', (valid, invalid) => {
    expect([isDate(valid), isDate(invalid)]).toEqual([true, false]);
  });
});

describe('timestamps', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00', '2026-01-31T12:00:00Z'],
    ['2026-01-31 12:00:01', '2026-01-31T12:00:01Z'],
    ['2026-01-31T12:00:00.500', '2026-01-31T12:00:00.5Z'],
    ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.123456789Z', '2026-01-31T12:00:00.123456789Z'],
    ['2026-01-31T12:00:00.120000000+00:00', '2026-01-31T12:00:00.12Z'],
    ['2026-01-31T23:30:15.25-0130', '2026-02-01T01:00:15.25Z'],
    ['2024-03-01T00:15+01:00', '2024-02-29T23:15:00Z'],
    ['2026-01-31T00:00:00+23:59', '2026-01-30T00:01:00Z'],
    ['0001-01-01T00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
  ])('%s is stored as %s', (text, stored) => {
    expect(normalizeTimestamp(text)).toBe(stored);
    expect(normalizeTimestamp(stored)).toBe(stored);
  });

  test.each([
    '2026-01-31', '2026-01-31T12', '2026-01-31T24:00', '2026-01-31T23:60', '2026-01-31T23:59:60Z', '2026-01-31T23:59:61.5+01:00',
    '2026-02-30T00:00Z', '2026-02-30T00:00:00Z', '2026-01-31  12:00', '2026-01-31t12:00', '2026-01-31T12:00z', '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00.1234567890Z', '2026-01-31T12:00.5', '2026-01-31T12:00+1:00', '2026-01-31T12:00+24:00', '2026-01-31T12:00+01:60',
    '2026-01-31T12:00 +01:00', '0000-12-31T00:00Z', '0001-01-01T00:00+00:01', '9999-12-31T23:59-00:01', '1769857200', '',
  ])('%j is none', (text) => {
    expect(normalizeTimestamp(text)).toBeUndefined();
  });

  test('keep their instant whatever the zone', () => {
    const instant = fc.date({ min: new Date('0002-01-01T00:00:00Z'), max: new Date('9998-12-31T23:59:59Z'), noInvalidDate: true });
    fc.assert(fc.property(instant, fc.integer({ min: -1439, max: 1439 }), fc.constantFrom(':', ''), (at, offset, colon) => {
      const local = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const zone = `${offset < 0 ? '-' : '+'}${digits(Math.floor(Math.abs(offset) / 60), 2)}${colon}${digits(Math.abs(offset) % 60, 2)}`;
      const normalized = normalizeTimestamp(local + zone)!;
      expect(Date.parse(normalized)).toBe(at.getTime());
      expect(normalized).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/);
    }));
  });

  test('compare by instant, also where only one has a fraction', () => {
    const instant = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 999_999_999 }));
    const textOf = ([second, nanos]: [number, number]) => normalizeTimestamp(`2026-01-31T12:00:0${second}.${digits(nanos, 9)}Z`)!;
    fc.assert(fc.property(instant, instant, (a, b) => {
      expect(compareTimestamps(textOf(a), textOf(b))).toBe(Math.sign((a[0] - b[0]) * 1e9 + a[1] - b[1]));
    }));
    expect(compareTimestamps('2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5Z')).toBe(-1);
  });
});
