import { booleanWords } from '../../../src/private/columns/boolean-words';
import { Normalize, numberReader, textNormalizer } from '../../../src/private/columns/normalize';
import { nullTest } from '../../../src/private/columns/null-values';
import { textsOf } from '../../../src/private/columns/text-set';
import { ColumnModel, ColumnType } from '../../../src/private/contract';
import { WireValue } from '../records/wire';
import { Problem, listOf, quote } from '../rejects/reject';
import { Convert, ParseValue, bounded, configured, onlyAllowed } from './column-parts';
import { compileEmail, compileString, compileUri, compileUuid } from './column-texts';
import { compileDate, compileTimestamp, timeConverter } from './column-times';
import { comparatorWith, normalizeDecimal, normalizeInteger } from './decimal';
import { parseJson } from './json-value';

/** Turns a field into its value, the rule it breaks, or undefined: the attribute is left out. */
export type ParseField = (text: string) => WireValue | Problem | undefined;

const REQUIRED = new Problem('REQUIRED', 'not be empty');
const NOT_NULL = new Problem('REQUIRED', 'have a value');
const NOT_A_BOOLEAN = new Problem('NOT_A_BOOLEAN', 'be true or false, yes or no, y or n, t or f, 1 or 0');
const NOT_A_STRING_SET = new Problem('NOT_A_STRING_SET', 'be separated texts or a JSON array of strings');
const NOT_WITH_COMMA = {
  integer: new Problem('NOT_AN_INTEGER', 'be a whole number such as 42 or 1.234.567'),
  decimal: new Problem('NOT_A_DECIMAL', 'be a decimal number such as 12,5 or 1.234,56'),
} as const;
const NOT_WITH_THOUSANDS = {
  integer: new Problem('NOT_AN_INTEGER', 'be a whole number such as 42 or 1,234,567'),
  decimal: new Problem('NOT_A_DECIMAL', 'be a decimal number such as 12.5 or 1,234.56'),
} as const;

const PARSERS: Record<Exclude<ColumnType, 'stringSet'>, (column: ColumnModel) => ParseValue> = {
  string: compileString,
  integer: (column) => compileNumber(column, normalizeInteger),
  decimal: (column) => compileNumber(column, normalizeDecimal),
  boolean: compileBoolean,
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
function fieldNormalizer(column: ColumnModel): Normalize | undefined {
  const own = textNormalizer(column.normalize);
  if (column.type === 'string') return emptyIfNull(column, own);
  return emptyIfNull(column, own ? (text) => own(text.trim()) : trimmed);
}

const trimmed: Normalize = (text) => text.trim();

/** What counts as no value becomes an empty text, before anything else is done to it. */
function emptyIfNull(column: ColumnModel, normalize: Normalize | undefined): Normalize | undefined {
  const isNull = nullTest(column);
  if (isNull === undefined) return normalize;
  return (text) => {
    if (isNull(text)) return '';
    return normalize ? normalize(text) : text;
  };
}

function valueIfMissing(column: ColumnModel, parse: ParseValue): WireValue | Problem | undefined {
  if (column.default !== undefined) return configured(column, 'default', column.default, parse);
  if (!column.required) return undefined;
  return column.nullValues ? NOT_NULL : REQUIRED;
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
  const read = numberReader(normalize);
  if ((type !== 'integer' && type !== 'decimal') || read === undefined) return undefined;
  const problem = (normalize!.includes('decimalComma') ? NOT_WITH_COMMA : NOT_WITH_THOUSANDS)[type];
  return (text) => read(text) ?? problem;
}

/** A set of texts, each of which keeps the column's rules. */
function compileTextSet(column: ColumnModel): ParseField {
  const parse = onlyAllowed(column, compileString(column));
  const normalize = emptyIfNull(column, textNormalizer(column.normalize));
  const normalizeField = emptyIfNull(column, trimmed)!;
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
  return (text) => parseSet(normalizeField(text)) ?? missing;
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

function compileBoolean(column: ColumnModel): ParseValue {
  const words = booleanWords(column);
  const values = new Map([...words.true.map((word) => [word, TRUE] as const), ...words.false.map((word) => [word, FALSE] as const)]);
  const isOwn = column.trueValues !== undefined || column.falseValues !== undefined;
  const problem = isOwn ? new Problem(NOT_A_BOOLEAN.code, `be ${listOf(words.true.map(quote))} or ${listOf(words.false.map(quote))}`) : NOT_A_BOOLEAN;
  return (text) => values.get(text) ?? values.get(text.toLowerCase()) ?? problem;
}
