import { Column, NumberColumnOptions, StringColumnOptions, TimeColumnOptions } from '../../../src';

const refusal = (message: string) => new Error(message);

test.each(['drug_name', 'Drug Name', 'a', 'größe', '_id'])("'%s' can be the name of a column", (name) => {
  expect(Column.string(name).name).toBe(name);
});

test.each(['', ' ', ' a', 'a '])("'%s' cannot be the name of a column", (name) => {
  expect(() => Column.string(name)).toThrow(
    refusal(`'name' of a column must be text without white space around it, got '${name}' [INVALID_COLUMN_NAME]`));
});

describe('text', () => {
  test.each<[StringColumnOptions]>([
    [{ minLength: 0 }],
    [{ minLength: 3, maxLength: 3 }],
    [{ minLength: 409_600, maxLength: 409_600 }],
    [{ pattern: '[A-Z]{2}\\d+' }],
    [{ pattern: '\\p{Lu}+', defaultValue: 'ÄÖ' }],
    [{ pattern: '\\-', defaultValue: '-' }],
    [{ allowedValues: ['a'], defaultValue: 'a' }],
    [{ minLength: 2, maxLength: 2, defaultValue: '🙂🙂' }],
    [{ required: true }],
    [{ required: false, defaultValue: 'a' }],
  ])('takes %j', (options) => {
    expect(() => Column.string('a', options)).not.toThrow();
  });

  test.each<[StringColumnOptions, string]>([
    [{ minLength: -1 }, "'minLength' must be a whole number between 0 and 409600, got -1 [OUT_OF_RANGE]"],
    [{ maxLength: 0 }, "'maxLength' must be a whole number between 1 and 409600, got 0 [OUT_OF_RANGE]"],
    [{ maxLength: 409_601 }, "'maxLength' must be a whole number between 1 and 409600, got 409601 [OUT_OF_RANGE]"],
    [{ minLength: 4, maxLength: 3 }, "'minLength' of the column 'a' must not be above 'maxLength', got 4 and 3 [BOUNDS_CROSSED]"],
    [{ pattern: '[' }, "'pattern' of the column 'a' must be a regular expression, got '[' [INVALID_PATTERN]"],
    [{ allowedValues: [] }, "'allowedValues' of the column 'a' must name at least one value, got none [NO_ALLOWED_VALUES]"],
    [{ allowedValues: ['abc'], maxLength: 2 }, "'allowedValues' of the column 'a' must have at most 2 characters, got 'abc' [INVALID_VALUE]"],
    [{ allowedValues: ['a'], defaultValue: 'b' }, "'defaultValue' of the column 'a' must be one of 'allowedValues', got 'b' [DEFAULT_NOT_ALLOWED]"],
    [{ required: true, defaultValue: 'b' }, "'required' of the column 'a' contradicts 'defaultValue', got 'b' [REQUIRED_WITH_DEFAULT]"],
    [{ minLength: 2, defaultValue: 'b' }, "'defaultValue' of the column 'a' must have at least 2 characters, got 'b' [INVALID_VALUE]"],
    [{ maxLength: 2, defaultValue: 'abc' }, "'defaultValue' of the column 'a' must have at most 2 characters, got 'abc' [INVALID_VALUE]"],
    [{ pattern: 'b', defaultValue: 'abc' }, "'defaultValue' of the column 'a' must match b, got 'abc' [INVALID_VALUE]"],
  ])('refuses %j', (options, message) => {
    expect(() => Column.string('a', options)).toThrow(refusal(message));
  });
});

describe('numbers', () => {
  const outOfRange = (property: string, got: string) =>
    `'${property}' of the decimal column 'a' must be 0 or a number between 1E-130 and 9.99E+125 in magnitude, got ${got} [INVALID_BOUND]`;

  test.each<[NumberColumnOptions]>([
    [{ min: 0, max: 0 }],
    [{ min: -5, max: Number.MAX_SAFE_INTEGER }],
    [{ min: 0, max: 10, defaultValue: '10' }],
    [{ allowedValues: [1, 2], defaultValue: '2' }],
  ])('both kinds take %j', (options) => {
    expect(() => Column.integer('a', options)).not.toThrow();
    expect(() => Column.decimal('a', options)).not.toThrow();
  });

  test('decimals take fractions and exponents', () => {
    expect(() => Column.decimal('a', { min: 0.5, max: 1e21, defaultValue: '1.5e3' })).not.toThrow();
  });

  test.each(['9.99e125', '-1E-130', '0e999', '9'.repeat(38), `${'9'.repeat(38)}00`, `0.${'0'.repeat(129)}1`])('decimals can default to %s', (defaultValue) => {
    expect(() => Column.decimal('a', { defaultValue })).not.toThrow();
  });

  test('integers have up to 38 digits that count', () => {
    const withDefault = (defaultValue: string) => () => Column.integer('a', { defaultValue });
    expect(withDefault(`-${'9'.repeat(38)}00`)).not.toThrow();
    expect(withDefault('9'.repeat(39))).toThrow(
      refusal(`'defaultValue' of the column 'a' must be a value of its type integer, got '${'9'.repeat(39)}' [INVALID_VALUE]`));
  });

  test.each<[NumberColumnOptions, string]>([
    [{ min: 0.5 }, "'min' of the integer column 'a' must be a whole number of at most 15 digits, got 0.5 [INVALID_BOUND]"],
    [{ max: 2 ** 53 }, "'max' of the integer column 'a' must be a whole number of at most 15 digits, got 9007199254740992 [INVALID_BOUND]"],
    [{ allowedValues: [1, 1.5] }, "'allowedValues' of the integer column 'a' must be a whole number of at most 15 digits, got 1.5 [INVALID_BOUND]"],
    [{ defaultValue: '1.5' }, "'defaultValue' of the column 'a' must be a value of its type integer, got '1.5' [INVALID_VALUE]"],
  ])('integers refuse %j', (options, message) => {
    expect(() => Column.integer('a', options)).toThrow(refusal(message));
  });

  test.each<[NumberColumnOptions, string]>([
    [{ min: 2, max: 1 }, "'min' of the column 'a' must not be above 'max', got 2 and 1 [BOUNDS_CROSSED]"],
    [{ min: NaN }, outOfRange('min', 'NaN')],
    [{ max: Infinity }, outOfRange('max', 'Infinity')],
    [{ max: Number.MAX_VALUE }, outOfRange('max', '1.7976931348623157e+308')],
    [{ min: 1e-131 }, outOfRange('min', '1e-131')],
    [{ allowedValues: [1e126] }, outOfRange('allowedValues', '1e+126')],
    [{ defaultValue: '1e126' }, "'defaultValue' of the column 'a' must be a value of its type decimal, got '1e126' [INVALID_VALUE]"],
    [{ defaultValue: '1e-131' }, "'defaultValue' of the column 'a' must be a value of its type decimal, got '1e-131' [INVALID_VALUE]"],
    [{ min: 0.5, defaultValue: '0.49999999999999999999' },
      "'defaultValue' of the column 'a' must be at least 0.5, got '0.49999999999999999999' [INVALID_VALUE]"],
    [{ max: 0.5, defaultValue: '0.50000000000000000001' },
      "'defaultValue' of the column 'a' must be at most 0.5, got '0.50000000000000000001' [INVALID_VALUE]"],
    [{ allowedValues: [] }, "'allowedValues' of the column 'a' must name at least one value, got none [NO_ALLOWED_VALUES]"],
    [{ min: 2, allowedValues: [2, 1] }, "'allowedValues' of the column 'a' must be at least 2, got '1' [INVALID_VALUE]"],
    [{ defaultValue: 'many' }, "'defaultValue' of the column 'a' must be a value of its type decimal, got 'many' [INVALID_VALUE]"],
    [{ defaultValue: '' }, "'defaultValue' of the column 'a' must be a value of its type decimal, got '' [INVALID_VALUE]"],
    [{ min: 2, defaultValue: '1.9' }, "'defaultValue' of the column 'a' must be at least 2, got '1.9' [INVALID_VALUE]"],
    [{ max: 2, defaultValue: '2.1' }, "'defaultValue' of the column 'a' must be at most 2, got '2.1' [INVALID_VALUE]"],
    [{ required: true, defaultValue: '1' }, "'required' of the column 'a' contradicts 'defaultValue', got '1' [REQUIRED_WITH_DEFAULT]"],
  ])('decimals refuse %j', (options, message) => {
    expect(() => Column.decimal('a', options)).toThrow(refusal(message));
  });
});

describe('booleans', () => {
  test.each(['true', 'No', 'Y', '0'])("can default to '%s'", (defaultValue) => {
    expect(() => Column.boolean('a', { defaultValue })).not.toThrow();
  });

  test("cannot default to 'maybe'", () => {
    expect(() => Column.boolean('a', { defaultValue: 'maybe' })).toThrow(
      refusal("'defaultValue' of the column 'a' must be a value of its type boolean, got 'maybe' [INVALID_VALUE]"));
  });
});

describe('dates', () => {
  test.each<[TimeColumnOptions]>([
    [{ min: '2024-02-29', max: '2024-02-29' }],
    [{ min: '2024-01-01', defaultValue: '2024-01-01' }],
  ])('take %j', (options) => {
    expect(() => Column.date('a', options)).not.toThrow();
  });

  test.each<[TimeColumnOptions, string]>([
    [{ min: '2023-02-29' }, "'min' of the date column 'a' must be a date in ISO 8601, got '2023-02-29' [INVALID_BOUND]"],
    [{ min: '0000-12-31' }, "'min' of the date column 'a' must be a date in ISO 8601, got '0000-12-31' [INVALID_BOUND]"],
    [{ max: '1.1.2024' }, "'max' of the date column 'a' must be a date in ISO 8601, got '1.1.2024' [INVALID_BOUND]"],
    [{ min: '2024-01-02', max: '2024-01-01' }, "'min' of the column 'a' must not be above 'max', got 2024-01-02 and 2024-01-01 [BOUNDS_CROSSED]"],
    [{ defaultValue: 'today' }, "'defaultValue' of the column 'a' must be a value of its type date, got 'today' [INVALID_VALUE]"],
    [{ max: '2024-01-01', defaultValue: '2024-01-02' }, "'defaultValue' of the column 'a' must be at most 2024-01-01, got '2024-01-02' [INVALID_VALUE]"],
  ])('refuse %j', (options, message) => {
    expect(() => Column.date('a', options)).toThrow(refusal(message));
  });
});

describe('timestamps', () => {
  test.each<[TimeColumnOptions]>([
    [{ min: '2024-01-01T00:00:00Z', max: '2024-01-01T01:00:00+01:00' }],
    [{ min: '2024-01-01 00:00', max: '2024-01-01T00:00:00.5Z' }],
    [{ defaultValue: '2024-01-01T01:00:00+0100', min: '2024-01-01T00:00:00' }],
  ])('take %j', (options) => {
    expect(() => Column.timestamp('a', options)).not.toThrow();
  });

  test.each<[TimeColumnOptions, string]>([
    [{ min: '2024-01-01' }, "'min' of the timestamp column 'a' must be a timestamp in ISO 8601, got '2024-01-01' [INVALID_BOUND]"],
    [{ max: '2024-02-30T00:00:00Z' }, "'max' of the timestamp column 'a' must be a timestamp in ISO 8601, got '2024-02-30T00:00:00Z' [INVALID_BOUND]"],
    [{ min: '2024-01-01T24:00:00Z' }, "'min' of the timestamp column 'a' must be a timestamp in ISO 8601, got '2024-01-01T24:00:00Z' [INVALID_BOUND]"],
    [{ defaultValue: '2024-01-01T23:59:60Z' },
      "'defaultValue' of the column 'a' must be a value of its type timestamp, got '2024-01-01T23:59:60Z' [INVALID_VALUE]"],
    [{ max: '2024-01-01T00:00:00.000000001Z', defaultValue: '2024-01-01T00:00:00.000000002Z' },
      "'defaultValue' of the column 'a' must be at most 2024-01-01T00:00:00.000000001Z, got '2024-01-01T00:00:00.000000002Z' [INVALID_VALUE]"],
    [{ min: '2024-01-01T00:00:01Z', max: '2024-01-01T01:00:00+01:00' },
      "'min' of the column 'a' must not be above 'max', got 2024-01-01T00:00:01Z and 2024-01-01T01:00:00+01:00 [BOUNDS_CROSSED]"],
  ])('refuse %j', (options, message) => {
    expect(() => Column.timestamp('a', options)).toThrow(refusal(message));
  });
});
