import * as fc from 'fast-check';
import { DateTime, IANAZone } from 'luxon';
import { compileTimeFormat, formatFault } from '../../../src/private/columns/time-format';
import { dateReader, timestampReader } from '../../../src/private/columns/time-reader';
import { timeZone } from '../../../src/private/columns/time-zone';

const date = (format: string) => dateReader([format]);
const timestamp = (format: string, zone?: string) => timestampReader([format], zone === undefined ? undefined : timeZone(zone));

describe('the last valid and the first invalid text of every letter', () => {
  test.each([
    ['dd.MM.yyyy', '29.02.2024', '2024-02-29', '29.02.2023'],
    ['dd.MM.yyyy', '01.02.0001', '0001-02-01', '01.02.0000'],
    ['dd.MM.yyyy', '01.02.2024', '2024-02-01', '1.02.2024'],
    ['d.M.yyyy', '1.2.2024', '2024-02-01', '001.2.2024'],
    ['d.M.yyyy', '31.12.2024', '2024-12-31', '32.12.2024'],
    ['MM/dd/yyyy', '12/31/2024', '2024-12-31', '13/31/2024'],
    ['MM/dd/yyyy', '12/31/2024', '2024-12-31', '12-31-2024'],
    ['yyyyMMdd', '20241231', '2024-12-31', '2024-12-31'],
    ['dd.MM.yy', '01.01.68', '2068-01-01', '01.01.1968'],
    ['dd.MM.yy', '01.01.69', '1969-01-01', '01.00.69'],
    ['d MMM yyyy', '1 sEp 2024', '2024-09-01', '1 Sept 2024'],
    ['d MMMM yyyy', '30 June 2024', '2024-06-30', '30 Juni 2024'],
    ["dd 'of' MMMM, yyyy", '05 of May, 2024', '2024-05-05', '05  of May, 2024'],
    ["yyyy'''Y'-MM-dd", "2024'Y-01-02", '2024-01-02', '2024Y-01-02'],
    ["yyyy''MM''dd", "2024'01'02", '2024-01-02', '2024-01-02'],
    ['[yyyy].(MM)$dd', '[2024].(01)$02', '2024-01-02', '[2024]x(01)$02'],
    ['yyyy年MM月dd日', '2024年01月02日', '2024-01-02', '2024年1月2日'],
  ])('%s', (format, valid, value, invalid) => {
    expect(formatFault('date', format)).toBeUndefined();
    expect(date(format)(valid)).toBe(value);
    expect(date(format)(invalid)).toBeUndefined();
  });

  test.each([
    ['dd.MM.yyyy HH:mm', '31.12.2024 23:59', '2024-12-31T23:59:00Z', '31.12.2024 24:00'],
    ['yyyy-MM-ddTHH:mm:ss', '2024-12-31T23:59:59', '2024-12-31T23:59:59Z', '2024-12-31T23:59:60'],
    ['yyyy-MM-dd H:m:s', '2024-12-31 1:2:3', '2024-12-31T01:02:03Z', '2024-12-31 1:60:3'],
    ['M/d/yyyy h:mm a', '1/2/2024 12:00 am', '2024-01-02T00:00:00Z', '1/2/2024 0:00 am'],
    ['M/d/yyyy hh:mm a', '1/2/2024 12:59 PM', '2024-01-02T12:59:00Z', '1/2/2024 13:00 pm'],
    ['yyyy-MM-dd HH', '2024-01-02 05', '2024-01-02T05:00:00Z', '2024-01-02 5'],
    ['yyyyMMddHHmmssSSS', '20240102030405060', '2024-01-02T03:04:05.06Z', '2024010203040506'],
    ['yyyy-MM-dd HH:mm:ss.SSSSSSSSS', '2024-01-02 03:04:05.000000000', '2024-01-02T03:04:05Z', '2024-01-02 03:04:05.0'],
    ['yyyy-MM-dd HH:mm X', '2024-01-02 03:04 +05', '2024-01-01T22:04:00Z', '2024-01-02 03:04 +5'],
    ['yyyy-MM-dd HH:mm X', '2024-01-02 03:04 z', '2024-01-02T03:04:00Z', '2024-01-02 03:04 y'],
    ['yyyy-MM-dd HH:mm XX', '2024-01-02 03:04 -0130', '2024-01-02T04:34:00Z', '2024-01-02 03:04 -01:30'],
    ['yyyy-MM-dd HH:mmXXX', '2024-01-02 03:04+23:59', '2024-01-01T03:05:00Z', '2024-01-02 03:04+24:00'],
    ['yyyy-MM-dd HH:mmXXX', '0001-01-01 00:00Z', '0001-01-01T00:00:00Z', '0001-01-01 00:00+00:01'],
  ])('%s', (format, valid, value, invalid) => {
    expect(formatFault('timestamp', format)).toBeUndefined();
    expect(timestamp(format)(valid)).toBe(value);
    expect(timestamp(format)(invalid)).toBeUndefined();
  });
});

test('of several formats the first that fits counts, and iso is one of them', () => {
  expect(dateReader(['dd/MM/yyyy', 'd.M.yyyy', 'iso'])('3.4.2024')).toBe('2024-04-03');
  expect(dateReader(['dd/MM/yyyy', 'iso'])('2024-04-03')).toBe('2024-04-03');
  expect(dateReader(['dd/MM/yyyy'])('2024-04-03')).toBeUndefined();
  expect(timestampReader(['dd/MM/yyyy HH:mm', 'iso'], timeZone('Asia/Tokyo'))('2024-04-03T09:00')).toBe('2024-04-03T00:00:00Z');
});

describe('a number of seconds or milliseconds since 1970', () => {
  test.each<[string, string, string | undefined]>([
    ['epoch_second', '0', '1970-01-01T00:00:00Z'],
    ['epoch_second', '-0', '1970-01-01T00:00:00Z'],
    ['epoch_second', '-1', '1969-12-31T23:59:59Z'],
    ['epoch_second', '-0.000000001', '1969-12-31T23:59:59.999999999Z'],
    ['epoch_second', '1.500000000', '1970-01-01T00:00:01.5Z'],
    ['epoch_second', '1.5000000000', undefined],
    ['epoch_second', '253402300799.999999999', '9999-12-31T23:59:59.999999999Z'],
    ['epoch_second', '253402300800', undefined],
    ['epoch_second', '-62135596800', '0001-01-01T00:00:00Z'],
    ['epoch_second', '-62135596800.5', undefined],
    ['epoch_second', '+1', undefined],
    ['epoch_second', '1.', undefined],
    ['epoch_second', '.5', undefined],
    ['epoch_second', '', undefined],
    ['epoch_second', '1e9', undefined],
    ['epoch_millis', '5', '1970-01-01T00:00:00.005Z'],
    ['epoch_millis', '-1', '1969-12-31T23:59:59.999Z'],
    ['epoch_millis', '1769860800000', '2026-01-31T12:00:00Z'],
    ['epoch_millis', '1769860800000.000001', '2026-01-31T12:00:00.000000001Z'],
    ['epoch_millis', '1769860800000.0000001', undefined],
    ['epoch_millis', '253402300799999', '9999-12-31T23:59:59.999Z'],
    ['epoch_millis', '253402300800000', undefined],
    ['epoch_millis', '-62135596800001', undefined],
  ])("%s '%s'", (format, text, expected) => {
    expect(timestamp(format)(text)).toBe(expected);
    expect(timestamp(format, 'Asia/Tokyo')(text)).toBe(expected);
  });

  test('is what Luxon makes of it', () => {
    const milliseconds = fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') });
    fc.assert(fc.property(milliseconds, (number) => {
      const expected = DateTime.fromMillis(number, { zone: 'UTC' }).toISO()!.replace(/\.?0+Z$/, (end) => (end.startsWith('.') ? 'Z' : end)).replace(/(\.\d*[1-9])0+Z$/, '$1Z');
      expect(timestamp('epoch_millis')(String(number))).toBe(expected);
      const sign = number < 0 ? '-' : '';
      const digits = String(Math.abs(number)).padStart(4, '0');
      expect(timestamp('epoch_second')(`${sign}${digits.slice(0, -3)}.${digits.slice(-3)}`)).toBe(expected);
    }), { numRuns: 1000 });
  });
});

describe('a time of a zone', () => {
  test.each([
    ['winter', '2026-01-31T12:00', '2026-01-31T11:00:00Z'],
    ['summer', '2026-07-31T12:00:00.5', '2026-07-31T10:00:00.5Z'],
    ['the last second before clocks are put forward', '2026-03-29T01:59:59', '2026-03-29T00:59:59Z'],
    ['the first that they skip', '2026-03-29T02:00:00', undefined],
    ['the last that they skip', '2026-03-29T02:59:59.999', undefined],
    ['the first after that', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z'],
    ['the last second that is shown once', '2026-10-25T01:59:59', '2026-10-24T23:59:59Z'],
    ['the first that is shown twice is the earlier one', '2026-10-25T02:00:00', '2026-10-25T00:00:00Z'],
    ['and so is the last', '2026-10-25T02:59:59', '2026-10-25T00:59:59Z'],
    ['the first that is shown once again', '2026-10-25T03:00:00', '2026-10-25T02:00:00Z'],
    ['before there was standard time', '1890-01-01T00:53:28', '1890-01-01T00:00:00Z'],
    ['one with an offset needs no zone', '2026-03-29T02:30:00+02:00', '2026-03-29T00:30:00Z'],
    ['one in UTC neither', '2026-03-29T02:30:00Z', '2026-03-29T02:30:00Z'],
    ['no point in time', '2026-02-30T02:30:00', undefined],
    ['before the year 1', '0001-01-01T00:53:27', undefined],
    ['the first of the year 1', '0001-01-01T00:53:28', '0001-01-01T00:00:00Z'],
  ])('%s', (_, text, expected) => {
    expect(timestampReader(undefined, timeZone('Europe/Berlin'))(text)).toBe(expected);
  });

  test('a day that a zone skipped is none', () => {
    const samoa = timestampReader(undefined, timeZone('Pacific/Apia'));
    expect(samoa('2011-12-29T23:59:59')).toBe('2011-12-30T09:59:59Z');
    expect(samoa('2011-12-30T12:00:00')).toBeUndefined();
    expect(samoa('2011-12-31T00:00:00')).toBe('2011-12-30T10:00:00Z');
  });

  test('the last second of all', () => {
    const toUtc = (zone: string) => timestampReader(undefined, timeZone(zone))('9999-12-31T23:59:59');
    expect(toUtc('Asia/Tokyo')).toBe('9999-12-31T14:59:59Z');
    expect(toUtc('America/New_York')).toBeUndefined();
  });

  test.each(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia', 'Etc/GMT+5'])('%s is a zone', (name) => {
    expect(timeZone(name)).toBeDefined();
  });

  test.each(['', 'Europe/Paname', '+01:00', 'Berlin', ' UTC'])("'%s' is none", (name) => {
    expect(timeZone(name)).toBeUndefined();
  });
});

const DAY = 24 * 60 * 60 * 1000;

/** Days of a zone on which its clocks are changed, by Luxon. */
function daysWithChanges(zone: string): [zone: string, day: number][] {
  const offset = (time: number) => IANAZone.create(zone).offset(time);
  const days = Array.from({ length: 40 * 365 }, (_, nth) => Date.UTC(1995, 0) + nth * DAY);
  return days.filter((day) => offset(day) !== offset(day + DAY)).map((day) => [zone, day]);
}

/** Luxon has formats and zones of its own, and the same letters for these. */
describe('like luxon', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Sao_Paulo', 'Africa/Casablanca'];

  const anyTime = fc.tuple(fc.constantFrom(...zones), fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2037, 11) }));
  const nearChange = fc.constantFrom(...zones.flatMap(daysWithChanges)).chain(([zone, day]) => (
    fc.noBias(fc.integer({ min: day - DAY / 2, max: day + 1.5 * DAY })).map((time): [string, number] => [zone, time])));

  test('a time of any zone, and the earlier one of two', () => {
    const readers = new Map(zones.map((zone) => [zone, timestampReader(undefined, timeZone(zone))]));
    let [skipped, twice] = [0, 0];
    fc.assert(fc.property(fc.oneof(anyTime, { weight: 4, arbitrary: nearChange }), ([zone, time]) => {
      const local = DateTime.fromMillis(Math.floor(time / 1000) * 1000, { zone: 'UTC' });
      const shown = local.setZone(zone, { keepLocalTime: true });
      const read = readers.get(zone)!(local.toFormat("yyyy-MM-dd'T'HH:mm:ss"));
      if (shown.hour !== local.hour || shown.minute !== local.minute) {
        skipped++;
        expect(read).toBeUndefined();
        return;
      }
      const possible = shown.getPossibleOffsets().map((one) => one.toUTC().toISO({ suppressMilliseconds: true })).sort();
      if (possible.length > 1) twice++;
      expect(read).toBe(possible[0]);
    }), { numRuns: 5000 });
    // Otherwise there was nothing to go wrong.
    expect(Math.min(skipped, twice)).toBeGreaterThan(10);
  });

  test('every text that a format makes', () => {
    const formats = [
      'dd.MM.yyyy HH:mm:ss', 'd.M.yyyy H:m:s', 'M/d/yyyy h:mm:ss a', 'yyyyMMddHHmmss', 'dd MMM yyyy HH:mm:ss', "MMMM d, yyyy 'at' hh:mm:ss a",
    ];
    const readers = new Map(formats.map((format) => [format, timestamp(format, 'UTC')]));
    fc.assert(fc.property(fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(9999, 11) }), fc.constantFrom(...formats), (time, format) => {
      const at = DateTime.fromMillis(Math.floor(time / 1000) * 1000, { zone: 'UTC' });
      expect(readers.get(format)!(at.toFormat(format, { locale: 'en-US' }))).toBe(at.toISO({ suppressMilliseconds: true }));
    }), { numRuns: 3000 });
  });

  test('whether there is such a time', () => {
    const number = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
    const reader = timestamp('dd.MM.yyyy HH:mm');
    const years = fc.integer({ min: 1000, max: 9999 });
    fc.assert(fc.property(number(33), number(14), years, number(26), number(62), (day, month, year, hour, minute) => {
      const text = `${day}.${month}.${year} ${hour}:${minute}`;
      const expected = DateTime.fromFormat(text, 'dd.MM.yyyy HH:mm', { zone: 'UTC' });
      // Luxon takes 24:00 for the next day's midnight.
      fc.pre(hour !== '24');
      expect(reader(text)).toBe(expected.isValid ? expected.toISO({ suppressMilliseconds: true }) : undefined);
    }), { numRuns: 3000 });
  });
});

test('a format can read any text without an error', () => {
  const read = compileTimeFormat("dd.MM.yyyy HH:mm:ss.SSS XXX'x'");
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(read.read(text)).toBeUndefined();
  }));
});
