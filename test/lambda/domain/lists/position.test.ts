import * as fc from 'fast-check';
import { isPosition, positionOf, positionPrefix, rowPosition } from '../../../../lambda-src/domain/lists/position';

const uploadId = '3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33';
const at = '2026-11-21T09:46:15.123Z';

const upload = fc.record({
  at: fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
  uploadId: fc.uuid(),
});
const row = fc.integer({ min: 1, max: 36 ** 7 - 1 });

test('a position is time, upload and row in a fixed number of characters', () => {
  expect(positionOf({ at, uploadId, row: 1 })).toBe('0mwq83parPyuKUm8OTBGdVQyPnx8qMwzzzzzzy');
  expect(positionOf({ at, uploadId })).toBe('0mwq83parPyuKUm8OTBGdVQyPnx8qMw');
});

test('a prefix serves all rows of an upload', () => {
  fc.assert(fc.property(upload, row, (of, n) => {
    expect(rowPosition(positionPrefix(of.at, of.uploadId), n)).toBe(positionOf({ ...of, row: n }));
  }));
});

test('a descending scan gives the newest upload first and its rows in file order', () => {
  fc.assert(fc.property(upload, upload, row, row, (one, other, n, m) => {
    const [a, b] = [positionOf({ ...one, row: n }), positionOf({ ...other, row: m })];
    if (one.at !== other.at) expect(a > b).toBe(one.at > other.at);
    expect(positionOf({ ...one, row: n }) > positionOf({ ...one, row: m })).toBe(n < m);
  }));
});

test('positions are unique and have the form of a position', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.record({ upload, row })), (all) => {
    const positions = all.map((one) => positionOf({ ...one.upload, row: one.row }));
    expect(new Set(positions).size).toBe(new Set(all.map((one) => JSON.stringify(one))).size);
    expect(positions.every(isPosition)).toBe(true);
    expect(all.every((one) => isPosition(positionOf(one.upload)))).toBe(true);
  }));
});

test.each([
  ['', 'empty'],
  ['0mwq83parPyuKUm8OTBGdVQyPnx8qM', 'too short'],
  ['0mwq83parPyuKUm8OTBGdVQyPnx8qMwzzzzzz', 'one digit of the row short'],
  ['0mwq83parPyuKUm8OTBGdVQyPnx8qMwzzzzzzyy', 'too long'],
  ['0mwq83parPyuKUm8OTBGdVQyPnx8qMwzzzzzzY', 'capitals in the row'],
  ['0MWQ83PARPyuKUm8OTBGdVQyPnx8qMwzzzzzzy', 'capitals in the time'],
  ['0mwq83parPyuKUm8OTBGdVQyPnx8qMxzzzzzzy', 'bits that 16 bytes do not have'],
  ['0mwq83parPyuKUm8OTBGdVQyPnx8qMwzzzzzzy\n', 'a line end'],
])('%j is no position: %s', (text) => {
  expect(isPosition(text)).toBe(false);
});

test('only a time since 1970 and a UUID make a position', () => {
  expect(() => positionPrefix('1969-12-31T23:59:59Z', uploadId)).toThrow('not a time since 1970: 1969-12-31T23:59:59Z');
  expect(() => positionPrefix('yesterday', uploadId)).toThrow('not a time since 1970: yesterday');
  expect(() => positionPrefix(at, 'one')).toThrow('not a UUID: one');
  expect(isPosition(positionPrefix('1970-01-01T00:00:00Z', uploadId))).toBe(true);
});
