import * as fc from 'fast-check';
import { compileColumn, keepText } from '../../../../lambda-src/domain/columns/column-types';
import { Problem } from '../../../../lambda-src/domain/rejects/reject';
import { ColumnType } from '../../../../src/private/contract';
import { parse, Rules } from './parse-field';

describe('the last valid and the first invalid value of every rule', () => {
  test.each<[ColumnType, Rules, string, unknown, string, string]>([
    ['string', { required: true }, ' ', { S: ' ' }, '', "REQUIRED: 'x' must not be empty"],
    ['integer', { required: true }, ' 0 ', { N: '0' }, '  ', "REQUIRED: 'x' must not be empty, got '  '"],
    ['string', { minLength: 2 }, '😀😀', { S: '😀😀' }, '😀', "TOO_SHORT: 'x' must have at least 2 characters, got '😀'"],
    ['string', { maxLength: 1 }, '😀', { S: '😀' }, '😀😀', "TOO_LONG: 'x' must have at most 1 character, got '😀😀'"],
    ['string', { pattern: '\\p{Lu}|b' }, 'Ä', { S: 'Ä' }, 'bb', "PATTERN_MISMATCH: 'x' must match \\p{Lu}|b, got 'bb'"],
    ['string', { pattern: 'a\\-b' }, 'a-b', { S: 'a-b' }, 'a-b\n', "PATTERN_MISMATCH: 'x' must match a\\-b, got 'a-b\n'"],
    ['string', { allowed: ['a', 'b'] }, 'a', { S: 'a' }, 'A', "NOT_ALLOWED: 'x' must be one of 'a', 'b', got 'A'"],
    ['integer', {}, '-1', { N: '-1' }, '1.5', "NOT_AN_INTEGER: 'x' must be a whole number such as 42, got '1.5'"],
    ['integer', {}, '9'.repeat(38), { N: '9'.repeat(38) }, '9'.repeat(39),
      `TOO_MANY_DIGITS: 'x' must have at most 38 significant digits, got '${'9'.repeat(39)}'`],
    ['integer', { min: '1' }, '1', { N: '1' }, '0', "TOO_SMALL: 'x' must be at least 1, got '0'"],
    ['integer', { max: '10' }, '10', { N: '10' }, '11', "TOO_LARGE: 'x' must be at most 10, got '11'"],
    ['integer', { max: '9007199254740992' }, '9007199254740992', { N: '9007199254740992' }, '9007199254740993',
      "TOO_LARGE: 'x' must be at most 9007199254740992, got '9007199254740993'"],
    ['integer', { allowed: ['+1', '02'] }, '2', { N: '2' }, '3', "NOT_ALLOWED: 'x' must be one of '+1', '02', got '3'"],
    ['decimal', {}, '.5', { N: '0.5' }, 'abc', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12.5, got 'abc'"],
    ['decimal', {}, '1e125', { N: '1E+125' }, '1e126', "TOO_LARGE: 'x' must be smaller than 1E+126 in magnitude, got '1e126'"],
    ['decimal', {}, '1e-130', { N: '1E-130' }, '1e-131', "TOO_SMALL: 'x' must be 0 or at least 1E-130 in magnitude, got '1e-131'"],
    ['decimal', { min: '-0.5' }, '-0.50', { N: '-0.5' }, '-0.51', "TOO_SMALL: 'x' must be at least -0.5, got '-0.51'"],
    ['decimal', { allowed: ['1.50'] }, '1.5', { N: '1.5' }, '1.51', "NOT_ALLOWED: 'x' must be one of '1.50', got '1.51'"],
    ['boolean', {}, ' YES ', { BOOL: true }, 'maybe',
      "NOT_A_BOOLEAN: 'x' must be true or false, yes or no, y or n, t or f, 1 or 0, got 'maybe'"],
    ['boolean', { allowed: ['yes'] }, '1', { BOOL: true }, 'no', "NOT_ALLOWED: 'x' must be one of 'yes', got 'no'"],
    ['date', {}, ' 2024-02-29 ', { S: '2024-02-29' }, '2023-02-29', "NOT_A_DATE: 'x' must be a date such as 2026-01-31, got '2023-02-29'"],
    ['date', { min: '2026-01-01' }, '2026-01-01', { S: '2026-01-01' }, '2025-12-31', "TOO_SMALL: 'x' must be at least 2026-01-01, got '2025-12-31'"],
    ['date', { max: '2026-01-01' }, '2026-01-01', { S: '2026-01-01' }, '2026-01-02', "TOO_LARGE: 'x' must be at most 2026-01-01, got '2026-01-02'"],
    ['timestamp', {}, '2026-01-31 12:00', { S: '2026-01-31T12:00:00Z' }, 'noon',
      "NOT_A_TIMESTAMP: 'x' must be a timestamp such as 2026-01-31T12:00:00Z, got 'noon'"],
    ['timestamp', { max: '2026-01-31T12:00Z' }, '2026-01-31T13:00+01:00', { S: '2026-01-31T12:00:00Z' }, '2026-01-31T12:00:00.1Z',
      "TOO_LARGE: 'x' must be at most 2026-01-31T12:00Z, got '2026-01-31T12:00:00.1Z'"],
    ['timestamp', { min: '2026-01-31T12:00:00.1Z' }, '2026-01-31T12:00:00.10', { S: '2026-01-31T12:00:00.1Z' }, '2026-01-31T12:00',
      "TOO_SMALL: 'x' must be at least 2026-01-31T12:00:00.1Z, got '2026-01-31T12:00'"],
    ['timestamp', { allowed: ['2026-01-31T12:00Z'] }, '2026-01-31T14:00+02:00', { S: '2026-01-31T12:00:00Z' }, '2026-01-31T14:00',
      "NOT_ALLOWED: 'x' must be one of '2026-01-31T12:00Z', got '2026-01-31T14:00'"],
  ])('%s %j', (type, rules, valid, value, invalid, message) => {
    expect(parse(type, rules, valid)).toEqual(value);
    expect(parse(type, rules, invalid)).toBe(message);
  });
});

test.each(['true', 'yes', 'y', 't', '1'].map((word, i) => [word, ['false', 'no', 'n', 'f', '0'][i]]))('%s is true and %s is false', (yes, no) => {
  for (const spell of [(text: string) => text, (text: string) => text.toUpperCase()]) {
    expect([parse('boolean', {}, spell(yes)), parse('boolean', {}, spell(no))]).toEqual([{ BOOL: true }, { BOOL: false }]);
  }
});

describe('an empty field', () => {
  test.each<ColumnType>(['string', 'integer', 'decimal', 'boolean', 'date', 'timestamp'])('of an optional %s column is left out', (type) => {
    expect(parse(type, {}, '')).toBeUndefined();
    if (type !== 'string') expect(parse(type, {}, ' \t\u00a0')).toBeUndefined();
  });

  test.each<[ColumnType, string, unknown]>([
    ['string', ' n/a ', { S: ' n/a ' }],
    ['string', '', { S: '' }],
    ['integer', '007', { N: '7' }],
    ['decimal', ' 1.50 ', { N: '1.5' }],
    ['boolean', 'No', { BOOL: false }],
    ['timestamp', '2026-01-31 12:00', { S: '2026-01-31T12:00:00Z' }],
  ])('of a %s column with the default %j gets it typed, also when it is required', (type, value, expected) => {
    expect(parse(type, { default: value }, '')).toEqual(expected);
    expect(parse(type, { default: value, required: true }, '')).toEqual(expected);
  });
});

test.each<[Rules & { type: ColumnType }, string]>([
  [{ type: 'integer', default: 'x' }, "'default' of column 'x' must be a whole number such as 42, got 'x'"],
  [{ type: 'integer', default: '11', max: '10' }, "'default' of column 'x' must be at most 10, got '11'"],
  [{ type: 'date', min: '2026' }, "'min' of column 'x' must be a date such as 2026-01-31, got '2026'"],
  [{ type: 'decimal', max: '1e200' }, "'max' of column 'x' must be smaller than 1E+126 in magnitude, got '1e200'"],
  [{ type: 'boolean', allowed: ['oui'] }, "'allowed' of column 'x' must be true or false, yes or no, y or n, t or f, 1 or 0, got 'oui'"],
  [{ type: 'string', pattern: '(' }, "'pattern' of column 'x' must be a regular expression, got '('"],
])('a column that contradicts itself is refused: %j', (column, message) => {
  expect(() => compileColumn({ name: 'x', required: false, ...column })).toThrow(message);
});

test('a message quotes at most 50 characters and lists at most 10 allowed values', () => {
  expect(parse('integer', {}, '😀'.repeat(50))).toContain(`got '${'😀'.repeat(50)}'`);
  expect(parse('integer', {}, '😀'.repeat(51))).toContain(`got '${'😀'.repeat(50)}…'`);
  expect(parse('string', { allowed: [...'abcdefghijk'] }, 'z')).toBe(
    "NOT_ALLOWED: 'x' must be one of 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j' and 1 more, got 'z'");
});

test('lengths are counted in code points', () => {
  const length = fc.integer({ min: 0, max: 8 });
  fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }), length, length, (text, minLength, maxLength) => {
    const count = [...text].length;
    const expected = count < minLength ? 'TOO_SHORT' : count > maxLength ? 'TOO_LONG' : undefined;
    const result = compileColumn({ name: 'x', type: 'string', required: false, minLength, maxLength })(text);
    expect(result instanceof Problem ? result.code : undefined).toBe(expected);
  }));
});

test('text is kept exactly', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
    expect(parse('string', {}, text)).toEqual({ S: text });
    expect(keepText(text)).toEqual({ S: text });
  }));
});
