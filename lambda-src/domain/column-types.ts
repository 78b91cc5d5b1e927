import { comparatorWith, normalizeDecimal, normalizeInteger } from './decimal';
import { Problem, listOf, quote } from './reject';
import { wholeMatch } from './whole-match';
import { WireValue, wireText } from './wire';
import { compareTimestamps, isDate, normalizeTimestamp } from '../../src/private/calendar';
import { ColumnModel, ColumnType } from '../../src/private/contract';

/** Turns a field into its value, the rule it breaks, or undefined: the attribute is left out. */
export type ParseField = (text: string) => WireValue | Problem | undefined;

/** Like ParseField, for a text that is not empty. */
type ParseValue = (text: string) => WireValue | Problem;

const REQUIRED = new Problem('REQUIRED', 'not be empty');
const NOT_A_BOOLEAN = new Problem('NOT_A_BOOLEAN', 'be true or false, yes or no, y or n, t or f, 1 or 0');
const NOT_A_DATE = new Problem('NOT_A_DATE', 'be a date such as 2026-01-31');
const NOT_A_TIMESTAMP = new Problem('NOT_A_TIMESTAMP', 'be a timestamp such as 2026-01-31T12:00:00Z');

const PARSERS: Record<ColumnType, (column: ColumnModel) => ParseValue> = {
  string: compileString,
  integer: (column) => compileNumber(column, normalizeInteger),
  decimal: (column) => compileNumber(column, normalizeDecimal),
  boolean: () => parseBoolean,
  date: compileDate,
  timestamp: compileTimestamp,
};

/** Keeps a field as it is; what columns get that the schema does not declare. */
export function keepText(text: string): WireValue {
  return { S: text };
}

/** Compiles everything that can be known before the first row. Throws when the column contradicts itself. */
export function compileColumn(column: ColumnModel): ParseField {
  const parse = onlyAllowed(column, PARSERS[column.type](column));
  const missing = valueIfMissing(column, parse);
  if (column.type === 'string') return (text) => (text === '' ? missing : parse(text));
  return (text) => {
    const trimmed = text.trim();
    return trimmed === '' ? missing : parse(trimmed);
  };
}

function valueIfMissing(column: ColumnModel, parse: ParseValue): WireValue | Problem | undefined {
  if (column.default === undefined) return column.required ? REQUIRED : undefined;
  return configured(column, 'default', column.default, parse);
}

/** A value of the model itself, which must keep the column's own rules. */
function configured(column: ColumnModel, member: string, text: string, parse: ParseValue): WireValue {
  const value = parse(column.type === 'string' ? text : text.trim());
  if (value instanceof Problem) throw new Error(`'${member}' of column '${column.name}' must ${value.rule}, got ${quote(text)}`);
  return value;
}

function onlyAllowed(column: ColumnModel, parse: ParseValue): ParseValue {
  if (column.allowed === undefined) return parse;
  const allowed = new Set(column.allowed.map((text) => wireText(configured(column, 'allowed', text, parse))));
  const problem = new Problem('NOT_ALLOWED', `be one of ${listOf(column.allowed.map(quote))}`);
  return (text) => {
    const value = parse(text);
    return value instanceof Problem || allowed.has(wireText(value)) ? value : problem;
  };
}

function compileString({ name, minLength = 0, maxLength = Infinity, pattern }: ColumnModel): ParseValue {
  const tooShort = new Problem('TOO_SHORT', `have at least ${minLength} ${characters(minLength)}`);
  const tooLong = new Problem('TOO_LONG', `have at most ${maxLength} ${characters(maxLength)}`);
  const whole = pattern === undefined ? undefined : compilePattern(name, pattern);
  const mismatch = new Problem('PATTERN_MISMATCH', `match ${pattern}`);
  return (text) => {
    // A code point has one or two code units, so most texts need no counting.
    if (text.length < 2 * minLength && codePoints(text) < minLength) return tooShort;
    if (text.length > maxLength && codePoints(text) > maxLength) return tooLong;
    if (whole !== undefined && !whole.test(text)) return mismatch;
    return { S: text };
  };
}

function characters(count: number): string {
  return count === 1 ? 'character' : 'characters';
}

function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.codePointAt(at)! > 0xffff) at++;
    count++;
  }
  return count;
}

function compilePattern(name: string, pattern: string): RegExp {
  const whole = wholeMatch(pattern);
  if (whole === undefined) throw new Error(`'pattern' of column '${name}' must be a regular expression, got ${quote(pattern)}`);
  return whole;
}

function compileNumber(column: ColumnModel, normalize: (text: string) => string | Problem): ParseValue {
  const parse: ParseValue = (text) => {
    const number = normalize(text);
    return number instanceof Problem ? number : { N: number };
  };
  return bounded(column, parse, comparatorWith);
}

const TRUE: WireValue = { BOOL: true };
const FALSE: WireValue = { BOOL: false };
const BOOLEANS = new Map([
  ...['true', 'yes', 'y', 't', '1'].map((word) => [word, TRUE] as const),
  ...['false', 'no', 'n', 'f', '0'].map((word) => [word, FALSE] as const),
]);

function parseBoolean(text: string): WireValue | Problem {
  return BOOLEANS.get(text) ?? BOOLEANS.get(text.toLowerCase()) ?? NOT_A_BOOLEAN;
}

function compileDate(column: ColumnModel): ParseValue {
  const parse: ParseValue = (text) => (isDate(text) ? { S: text } : NOT_A_DATE);
  return bounded(column, parse, (bound) => (date) => (date < bound ? -1 : Number(date > bound)));
}

function compileTimestamp(column: ColumnModel): ParseValue {
  const parse: ParseValue = (text) => {
    const timestamp = normalizeTimestamp(text);
    return timestamp === undefined ? NOT_A_TIMESTAMP : { S: timestamp };
  };
  return bounded(column, parse, (bound) => (timestamp) => compareTimestamps(timestamp, bound));
}

/** Inclusive bounds, compared on normalized values. */
function bounded(column: ColumnModel, parse: ParseValue, compareWith: (bound: string) => (value: string) => number): ParseValue {
  const { min, max } = column;
  if (min === undefined && max === undefined) return parse;
  const toMin = min === undefined ? () => 0 : compareWith(wireText(configured(column, 'min', min, parse)));
  const toMax = max === undefined ? () => 0 : compareWith(wireText(configured(column, 'max', max, parse)));
  const tooSmall = new Problem('TOO_SMALL', `be at least ${min}`);
  const tooLarge = new Problem('TOO_LARGE', `be at most ${max}`);
  return (text) => {
    const value = parse(text);
    if (value instanceof Problem) return value;
    const comparable = wireText(value);
    if (toMin(comparable) < 0) return tooSmall;
    return toMax(comparable) > 0 ? tooLarge : value;
  };
}
