import * as fc from 'fast-check';
import { compileColumn } from '../../lambda-src/domain/column-types';
import { Column, NumberColumnOptions, StringColumnOptions, TimeColumnOptions } from '../../src';
import { ColumnModel } from '../../src/private/contract';

const digits = (max: number) => fc.string({ unit: fc.constantFrom(...'0059'), maxLength: max });
const padded = (max: number, width = 2) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(width, '0'));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const number = fc.oneof(fc.integer(), fc.integer({ min: -3, max: 3 }), fc.double(), fc.constantFrom(
  -0, 0.1, 0.5, 1e21, 1e125, 1e126, 1e-130, 1e-131, 9.99e125, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER));
const numberText = fc.oneof(
  number.map(String),
  fc.tuple(fc.constantFrom('', '-', '+'), digits(40), maybe(digits(40)), maybe(fc.integer({ min: -170, max: 170 })))
    .map(([sign, whole, fraction, power]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${power === undefined ? '' : `e${power}`}`),
  fc.constantFrom('0.49999999999999999999', '0.50000000000000000001', '9'.repeat(39), `1${'0'.repeat(125)}`, '0e999', '1e999999999999', '', ' 1', '.', '1.', '.5'),
);
const date = fc.tuple(fc.oneof(padded(9999, 4), fc.constantFrom('0000', '0001', '9999')), padded(13), padded(31)).map((parts) => parts.join('-'));
const timestamp = fc.tuple(
  date, fc.constantFrom('T', ' '), padded(25), padded(61), maybe(padded(61)), maybe(digits(10)),
  fc.constantFrom('', 'Z', '+00:00', '-0130', '+23:59', '-24:00', '+14'),
).map(([day, letter, hour, minute, second, fraction, zone]) => {
  const seconds = second === undefined ? '' : `:${second}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${day}${letter}${hour}:${minute}${seconds}${zone}`;
});
const text = fc.oneof(fc.constantFrom('', 'a', 'aa', '🙂', '-', '1'), fc.string({ unit: 'binary', maxLength: 4 }));
const pattern = fc.oneof(fc.constantFrom('a+', '\\-', '\\p{L}*', '[', 'a)(b', 'a|1', '.', '(?<x>a)\\k<x>'), fc.string({ unit: fc.constantFrom(...'a1-|()[]\\+*.^$?'), maxLength: 6 }));

/** Options of which most are left out, so that they contradict each other not too often. */
function options<T extends object>(members: { [Name in keyof T]?: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  const some = Object.entries<fc.Arbitrary<unknown> | undefined>(members).map(([name, value]) => [name, maybe(value!)] as const);
  return fc.record(Object.fromEntries(some), { requiredKeys: [] }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>;
}

const length = fc.integer({ min: -1, max: 3 });
const required = fc.boolean();
const strings = options<StringColumnOptions>({
  required, minLength: length, maxLength: length, pattern, defaultValue: text, allowedValues: fc.array(text, { maxLength: 2 }),
});
const numbers = options<NumberColumnOptions>({
  required, min: number, max: number, defaultValue: numberText, allowedValues: fc.array(number, { maxLength: 2 }),
});
const times = (value: fc.Arbitrary<string>) => options<TimeColumnOptions>({ required, min: value, max: value, defaultValue: value });
const word = fc.constantFrom('true', 'FALSE', 'Yes', 'n', '1', '01', '', 'maybe', 'ｙ', 'ſ');

const DEFINITIONS: [type: string, definition: fc.Arbitrary<() => Column>][] = [
  ['string', strings.map((given) => () => Column.string('a', given))],
  ['integer', numbers.map((given) => () => Column.integer('a', given))],
  ['decimal', numbers.map((given) => () => Column.decimal('a', given))],
  ['boolean', options<{ defaultValue?: string }>({ defaultValue: word }).map((given) => () => Column.boolean('a', given))],
  ['date', times(date).map((given) => () => Column.date('a', given))],
  ['timestamp', times(timestamp).map((given) => () => Column.timestamp('a', given))],
];

/** The column as the function reads it; undefined when it is refused at synth. */
function declared(define: () => Column): ColumnModel | undefined {
  try {
    return JSON.parse(JSON.stringify(define()._toModel())) as ColumnModel;
  } catch (error) {
    expect((error as Error).name).toBe('InvalidPropertyError');
    return undefined;
  }
}

test.each(DEFINITIONS)('a %s column that is accepted at synth never stops the function', (_type, definition) => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(fc.property(definition, (define) => {
    const model = declared(define);
    seen[model ? 'accepted' : 'refused']++;
    if (model) expect(() => compileColumn(model)).not.toThrow();
  }), { numRuns: 1000 });
  // Otherwise the definitions have no variety.
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20);
});
