import { Token } from 'aws-cdk-lib';
import { ColumnModel, ColumnType, MAX_COLUMN_NAME, NormalizerModel } from '../contract';
import { firstDuplicate, invalid } from '../validation';
import { booleanWords } from './boolean-words';
import { EPOCHS } from './epoch';
import { textNormalizer } from './normalize';
import { SCHEME } from './text-types';
import { Part, areAmbiguous, formatFault, looksLikeNumber, parseTimeFormat } from './time-format';
import { ISO } from './time-reader';
import { timeZone } from './time-zone';

const TEXTS: readonly ColumnType[] = ['string', 'stringSet', 'uuid', 'email', 'uri'];
const NUMBERS: readonly ColumnType[] = ['integer', 'decimal'];

/** Which types a normalizer is for. */
const NORMALIZES: Readonly<Record<NormalizerModel, (type: ColumnType) => boolean>> = {
  trim: () => true,
  lowerCase: (type) => TEXTS.includes(type),
  upperCase: (type) => TEXTS.includes(type),
  collapseSpaces: (type) => type !== 'json',
  decimalComma: (type) => NUMBERS.includes(type),
  thousandsSeparators: (type) => NUMBERS.includes(type),
};

export function validateNormalizers({ name, type, normalize = [] }: ColumnModel): void {
  const wrong = normalize.find((normalizer) => !NORMALIZES[normalizer](type));
  if (wrong !== undefined) invalid('INVALID_NORMALIZER', `'normalize' of the ${type} column '${name}' must not have '${wrong}', which is for other types`);
  if (normalize.includes('lowerCase') && normalize.includes('upperCase')) {
    invalid('INVALID_NORMALIZER', `'normalize' of the column '${name}' must not have 'lowerCase' and 'upperCase', which contradict each other`);
  }
}

export function validateAliases({ name, aliases = [] }: ColumnModel): void {
  const bad = aliases.find((alias) => !Token.isUnresolved(alias) && (alias === '' || alias !== alias.trim() || alias.length > MAX_COLUMN_NAME));
  if (bad !== undefined) {
    invalid('INVALID_ALIAS', `'aliases' of the column '${name}' must be text of 1 to ${MAX_COLUMN_NAME} characters without white space around it, got '${bad}'`);
  }
  const twice = firstDuplicate([name, ...aliases]);
  if (twice !== undefined) invalid('INVALID_ALIAS', `'aliases' of the column '${name}' must be other names than its own, each once, got '${twice}'`);
}

export function validateUnique({ name, type, unique, default: value }: ColumnModel): void {
  if (!unique) return;
  if (type === 'json' || type === 'stringSet' || type === 'boolean') {
    invalid('INVALID_UNIQUE', `'unique' of the column '${name}' must not be true for a ${type} column`);
  }
  if (value !== undefined) invalid('INVALID_UNIQUE', `'unique' of the column '${name}' contradicts 'defaultValue', got '${value}'`);
}

export function validateSeparator({ name, separator }: ColumnModel): void {
  if (separator === undefined || Token.isUnresolved(separator)) return;
  if (separator === '' || separator.length > 10) {
    invalid('INVALID_SEPARATOR', `'separator' of the column '${name}' must have 1 to 10 characters, got '${separator}'`);
  }
}

export function validateSchemes({ name, schemes }: ColumnModel): void {
  if (schemes === undefined || Token.isUnresolved(schemes)) return;
  if (schemes.length === 0) invalid('INVALID_SCHEME', `'schemes' of the column '${name}' must name at least one scheme, got none`);
  const bad = schemes.find((scheme) => !Token.isUnresolved(scheme) && !SCHEME.test(scheme));
  if (bad !== undefined) invalid('INVALID_SCHEME', `'schemes' of the column '${name}' must be schemes such as 'https', without a colon, got '${bad}'`);
}

/** Forms of dates and timestamps, and their zone. */
export function validateFormats({ name, type, formats, timeZone: zone }: ColumnModel): void {
  for (const [property, value] of Object.entries({ formats, timeZone: zone })) {
    if (Token.isUnresolved(value)) {
      invalid('UNKNOWN_AT_SYNTH', `'${property}' of the column '${name}' must be known when the app is synthesized, got a token: ${value}`);
    }
  }
  if (zone !== undefined && timeZone(zone) === undefined) {
    invalid('UNKNOWN_TIME_ZONE', `'timeZone' of the column '${name}' must be a name of IANA's such as 'Europe/Berlin', got '${zone}'`);
  }
  if (formats === undefined || (type !== 'date' && type !== 'timestamp')) return;
  if (formats.length === 0) invalid('INVALID_FORMAT', `'formats' of the column '${name}' must name at least one format, got none`);
  for (const format of formats) {
    const fault = faultOf(type, format);
    if (fault !== undefined) {
      const example = type === 'date' ? 'dd.MM.yyyy' : 'dd.MM.yyyy HH:mm';
      invalid('INVALID_FORMAT', `'formats' of the ${type} column '${name}' must be formats such as '${example}', got '${format}': ${fault}`);
    }
  }
  refuseAmbiguous(name, formats);
}

function faultOf(type: 'date' | 'timestamp', format: string): string | undefined {
  if (format === ISO) return undefined;
  if (EPOCHS.has(format)) return type === 'date' ? 'a date has no time of day' : undefined;
  return formatFault(type, format);
}

/** The day of ISO 8601, with which a format has to begin to be taken for it. */
const ISO_DAY = parseTimeFormat('yyyy-MM-dd') as Part[];

function refuseAmbiguous(name: string, formats: readonly string[]): void {
  formats.forEach((format, at) => formats.slice(0, at).forEach((earlier) => {
    if (haveSameTexts(format, earlier)) {
      invalid('AMBIGUOUS_FORMATS', `'formats' of the column '${name}' must not read one text in two ways, got '${earlier}' and '${format}'`);
    }
  }));
}

/** Whether some text has both forms and another meaning in each. */
function haveSameTexts(one: string, other: string): boolean {
  if (one === other) return false;
  if (EPOCHS.has(one) || EPOCHS.has(other)) return isNumber(one) && isNumber(other);
  if (one === ISO || other === ISO) return areAmbiguous(partsOf(one === ISO ? other : one).slice(0, ISO_DAY.length), ISO_DAY);
  return areAmbiguous(partsOf(one), partsOf(other));
}

function isNumber(format: string): boolean {
  return EPOCHS.has(format) || (format !== ISO && looksLikeNumber(partsOf(format)));
}

function partsOf(format: string): Part[] {
  return parseTimeFormat(format) as Part[];
}

/** Words of a boolean column. */
export function validateBooleanWords(column: ColumnModel): void {
  const { name, trueValues, falseValues, normalize } = column;
  if (trueValues === undefined && falseValues === undefined) return;
  const normalized = textNormalizer(normalize) ?? ((text: string) => text);
  for (const [property, words] of Object.entries({ trueValues, falseValues })) {
    if (words === undefined) continue;
    if (Token.isUnresolved(words) || words.some((word) => Token.isUnresolved(word))) {
      invalid('UNKNOWN_AT_SYNTH', `'${property}' of the column '${name}' must be known when the app is synthesized, got a token: ${words}`);
    }
    if (words.length === 0) invalid('NO_WORDS', `'${property}' of the column '${name}' must name at least one word, got none`);
    const bad = words.find((word) => word === '' || normalized(word.trim()) !== word);
    if (bad !== undefined) {
      invalid('INVALID_WORD', `'${property}' of the column '${name}' must be words without white space around them, as 'normalize' leaves them, got '${bad}'`);
    }
    const twice = firstDuplicate(words.map((word) => word.toLowerCase()));
    if (twice !== undefined) invalid('INVALID_WORD', `'${property}' of the column '${name}' must differ in more than their case, got '${twice}' more than once`);
  }
  const words = booleanWords(column);
  const both = words.true.find((word) => words.false.includes(word));
  if (both !== undefined) {
    invalid('AMBIGUOUS_WORDS', `'trueValues' and 'falseValues' of the column '${name}' must be different words, in whatever case, got '${both}' for both`);
  }
}
