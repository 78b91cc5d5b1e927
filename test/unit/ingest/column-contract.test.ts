import * as fc from 'fast-check';
import { compileColumn } from '../../../lambda-src/domain/columns/column-types';
import { compileComputed } from '../../../lambda-src/domain/columns/computed';
import {
  BooleanColumnOptions, Column, ColumnOptions, EnumerationColumnOptions, Normalizer, NumberColumnOptions, StringColumnOptions,
  StringSetColumnOptions, TimestampColumnOptions, UriColumnOptions,
} from '../../../src';
import { ColumnModel } from '../../../src/private/contract';

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
const common = {
  required: fc.boolean(),
  unique: fc.boolean(),
  aliases: fc.array(fc.constantFrom('b', 'c', ' d', ''), { maxLength: 2 }),
  normalize: fc.array(fc.constantFrom(...Object.values(Normalizer)), { maxLength: 2 }),
  nullValues: fc.array(fc.constantFrom('N/A', '-', '0', 'red', 'RED', 'a', 'true', 'null', '"x"', ' x', ''), { maxLength: 2 }),
};
const strings = options<StringColumnOptions>({
  ...common, minLength: length, maxLength: length, pattern, defaultValue: text, allowedValues: fc.array(text, { maxLength: 2 }),
});
const words = fc.array(fc.oneof(text, fc.constantFrom('red', 'Red', 'RED', 'green', ' green ')), { maxLength: 3 });
const enumerations = options<EnumerationColumnOptions>({ ...common, defaultValue: fc.constantFrom('red', 'RED', ' green', 'x', ''), ignoreCase: fc.boolean() });
const sets = options<StringSetColumnOptions>({
  ...common,
  minLength: length,
  maxLength: length,
  pattern,
  separator: fc.constantFrom('|', ', ', '', '01234567890', 'a'),
  defaultValue: fc.oneof(text, fc.constantFrom('a|b', '|', ' | a', '["a","b"]', '["a"', '[1]', 'A|a')),
  allowedValues: fc.array(fc.constantFrom('a', 'b', 'A', ''), { maxLength: 3 }),
});
const numbers = options<NumberColumnOptions>({
  ...common,
  min: number,
  max: number,
  defaultValue: fc.oneof(numberText, fc.constantFrom('1.234,56', '1 234', '0,5', '1.5', '1,2,3', '1,234.5', '-1’234', '0,123')),
  allowedValues: fc.array(number, { maxLength: 2 }),
});
const times = (value: fc.Arbitrary<string>, formats: string[]) => options<TimestampColumnOptions>({
  ...common,
  min: value,
  max: value,
  formats: fc.array(fc.constantFrom(...formats), { maxLength: 2 }),
  defaultValue: fc.oneof(value, fc.constantFrom('29.02.2024', '31.12.2024 02:30', '03/30/2025 2:30 AM', '00.01.2024', '1769860800', '-1.5', '1e9')),
  timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC', 'Mars/Olympus'),
});
const dates = times(date, ['dd.MM.yyyy', 'iso', 'yyyy-dd-MM', 'yyyy-MM', 'dd.MM.yyyy HH:mm']);
const timestamps = times(timestamp, [
  'dd.MM.yyyy HH:mm', 'MM/dd/yyyy h:mm a', 'iso', 'yyyy-dd-MM HH:mm', 'dd.MM.yyyy', 'x', 'epoch_second', 'epoch_millis', 'yyyyMMddHHmm',
]);
const word = fc.constantFrom('true', 'FALSE', 'Yes', 'n', '1', '01', '', 'maybe', 'ｙ', 'ſ');
const ownWords = fc.array(fc.constantFrom('ja', 'JA', 'nein', 'true', 'false', '1', '0', 'no', ' ja', 'not  so', ''), { maxLength: 2 });
const booleans = options<BooleanColumnOptions>({
  ...common, defaultValue: fc.oneof(word, fc.constantFrom('ja', 'Nein', 'on')), trueValues: ownWords, falseValues: ownWords,
});
const json = fc.oneof(fc.json(), fc.json({ maxDepth: 3 }), numberText, fc.constantFrom(
  '{"a":1e999}', '{"a":"1e999"}', `[${'1'.repeat(39)}]`, '["\\"1e999"]', `${'['.repeat(31)}${']'.repeat(31)}`, `${'['.repeat(32)}${']'.repeat(32)}`, '{', '{"__proto__":1}'));
const withDefault = (defaultValue: fc.Arbitrary<string>) => options<ColumnOptions>({ ...common, defaultValue });
const uuid = fc.oneof(fc.uuid(), fc.uuid().map((id) => id.toUpperCase()), fc.constantFrom('', 'x', '3f2b8a526f0e4c119d550c8f9f1f2a33'));
const email = fc.oneof(fc.emailAddress(), text, fc.constantFrom('a@b', 'a@-b', 'ä@b.de', 'A@B.DE'));
const uri = fc.oneof(fc.webUrl(), text, fc.constantFrom('urn:isbn:0451450523', 'HTTPS://example.com', 'http:x', 'C:\\x', 'mailto:a@b', 'https://'));
const uris = options<UriColumnOptions>({ ...common, defaultValue: uri, schemes: fc.array(fc.constantFrom('http', 'https', 'URN', 'mailto:', ''), { maxLength: 2 }) });
const template = fc.oneof(text, fc.constantFrom('{row}', '{fileName}:{row}', '{metadata.a}', '{metadata.}', '{', '{a}', '${row}', '{uploadedAt}'));

const DEFINITIONS: [type: string, definition: fc.Arbitrary<() => Column>][] = [
  ['string', strings.map((given) => () => Column.string('a', given))],
  ['enumeration', fc.tuple(words, enumerations).map(([values, given]) => () => Column.enumeration('a', values, given))],
  ['set', sets.map((given) => () => Column.stringSet('a', given))],
  ['integer', numbers.map((given) => () => Column.integer('a', given))],
  ['decimal', numbers.map((given) => () => Column.decimal('a', given))],
  ['boolean', booleans.map((given) => () => Column.boolean('a', given))],
  ['date', dates.map(({ timeZone: _, ...given }) => () => Column.date('a', given))],
  ['timestamp', timestamps.map((given) => () => Column.timestamp('a', given))],
  ['uuid', withDefault(uuid).map((given) => () => Column.uuid('a', given))],
  ['e-mail', withDefault(email).map((given) => () => Column.email('a', given))],
  ['URI', uris.map((given) => () => Column.uri('a', given))],
  ['JSON', withDefault(json).map((given) => () => Column.json('a', given))],
  ['computed', template.map((given) => () => Column.computed('a', given))],
];

const FILE = { uploadId: 'u', uploadedAt: '2026-01-01T00:00:00Z', fileName: 'f.csv' };

/** The column as the function reads it; undefined when it is refused at synth. */
function declared(define: () => Column): ColumnModel | undefined {
  try {
    const model = JSON.stringify(define()._toModel());
    // What looks like a number that only CloudFormation knows (aws-cdk-lib, "encoding.ts") is not looked at.
    fc.pre(!/-1\.\d+e\+289/.test(model));
    return JSON.parse(model) as ColumnModel;
  } catch (error) {
    if (error instanceof fc.PreconditionFailure) throw error;
    if ((error as Error).name !== 'InvalidPropertyError') throw error;
    return undefined;
  }
}

test.each(DEFINITIONS)('a %s column that is accepted at synth never stops the function', (_type, definition) => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(fc.property(definition, (define) => {
    const model = declared(define);
    seen[model ? 'accepted' : 'refused']++;
    if (model) expect(() => (model.computed === undefined ? compileColumn(model) : compileComputed(model.computed, FILE))).not.toThrow();
  }), { numRuns: 2000 });
  // Otherwise the definitions have no variety.
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20);
});
