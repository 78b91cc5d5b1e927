import { fromDecimalComma, textNormalizer } from '../../../src/private/columns/normalize';
import { textsOf } from '../../../src/private/columns/text-set';
import { ColumnModel, ColumnType } from '../../../src/private/contract';
import { WireValue } from '../records/wire';
import { Problem } from '../rejects/reject';
import { Convert, ParseValue, bounded, configured, onlyAllowed } from './column-parts';
import { compileEmail, compileString, compileUri, compileUuid } from './column-texts';
import { compileDate, compileTimestamp, timeConverter } from './column-times';
import { comparatorWith, normalizeDecimal, normalizeInteger } from './decimal';
import { parseJson } from './json-value';

/** Turns a field into its value, the rule it breaks, or undefined: the attribute is left out. */
export type ParseField = (text: string) => WireValue | Problem | undefined;

const REQUIRED = new Problem('REQUIRED', 'not be empty');
const NOT_A_BOOLEAN = new Problem('NOT_A_BOOLEAN', 'be true or false, yes or no, y or n, t or f, 1 or 0');
const NOT_A_STRING_SET = new Problem('NOT_A_STRING_SET', 'be separated texts or a JSON array of strings');
const NOT_WITH_COMMA = {
  integer: new Problem('NOT_AN_INTEGER', 'be a whole number such as 42 or 1.234.567'),
  decimal: new Problem('NOT_A_DECIMAL', 'be a decimal number such as 12,5 or 1.234,56'),
} as const;

const PARSERS: Record<Exclude<ColumnType, 'stringSet'>, (column: ColumnModel) => ParseValue> = {
  string: compileString,
  integer: (column) => compileNumber(column, normalizeInteger),
  decimal: (column) => compileNumber(column, normalizeDecimal),
  boolean: () => parseBoolean,
  date: compileDate,
  timestamp: compileTimestamp,
  uuid: compileUuid,
  email: compileEmail,
  uri: compileUri,
  json: () => parseJson,
};

/** Keeps a field as it is; what columns get that the schema does not declare. */
export function keepText(text: string): WireValue {
  return { S: text };
}

/**
 * Compiles everything that can be known before the first row, so that what a column does not ask for costs nothing. Throws when the
 * column contradicts itself.
 */
export function compileColumn(column: ColumnModel): ParseField {
  if (column.type === 'stringSet') return compileTextSet(column);
  const parse = afterConversion(column, onlyAllowed(column, PARSERS[column.type](column)));
  const normalize = fieldNormalizer(column);
  const missing = valueIfMissing(column, (text) => parse(normalize ? normalize(text) : text));
  if (normalize === undefined) return (text) => (text === '' ? missing : parse(text));
  return (text) => {
    const normalized = normalize(text);
    return normalized === '' ? missing : parse(normalized);
  };
}

/** Texts are kept as they are; white space around anything else means nothing. */
function fieldNormalizer({ type, normalize }: ColumnModel): ((text: string) => string) | undefined {
  const own = textNormalizer(normalize);
  if (type === 'string') return own;
  return own ? (text) => own(text.trim()) : (text) => text.trim();
}

function valueIfMissing(column: ColumnModel, parse: ParseValue): WireValue | Problem | undefined {
  if (column.default === undefined) return column.required ? REQUIRED : undefined;
  return configured(column, 'default', column.default, parse);
}

/** Fields may have another form than the bounds and the allowed values of the model. */
function afterConversion(column: ColumnModel, parse: ParseValue): ParseValue {
  const convert = converterOf(column);
  if (convert === undefined) return parse;
  return (text) => {
    const converted = convert(text);
    return converted instanceof Problem ? converted : parse(converted);
  };
}

function converterOf(column: ColumnModel): Convert | undefined {
  const { type, normalize } = column;
  if (type === 'date' || type === 'timestamp') return timeConverter(column, type);
  if ((type !== 'integer' && type !== 'decimal') || !normalize?.includes('decimalComma')) return undefined;
  return (text) => fromDecimalComma(text) ?? NOT_WITH_COMMA[type];
}

/** A set of texts, each of which keeps the column's rules. */
function compileTextSet(column: ColumnModel): ParseField {
  const parse = onlyAllowed(column, compileString(column));
  const normalize = textNormalizer(column.normalize);
  const { separator = '|' } = column;
  const problems = new Map<Problem, Problem>();
  const ofTexts = (problem: Problem): Problem => {
    const known = problems.get(problem) ?? new Problem(problem.code, `be a set of texts that must ${problem.rule}`);
    problems.set(problem, known);
    return known;
  };
  const parseSet = (text: string): WireValue | Problem | undefined => {
    const texts = textsOf(text, separator, normalize);
    if (texts === undefined) return NOT_A_STRING_SET;
    if (texts.length === 0) return undefined;
    const set = new Set<string>();
    for (const one of texts) {
      const value = parse(one);
      if (value instanceof Problem) return ofTexts(value);
      if ('S' in value) set.add(value.S);
    }
    return { SS: [...set] };
  };
  const missing = valueIfMissing(column, (text) => parseSet(text) ?? REQUIRED);
  return (text) => parseSet(text.trim()) ?? missing;
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
