import { Token } from 'aws-cdk-lib';
import { ColumnModel, ColumnType, MAX_COLUMN_NAME, NormalizerModel } from '../contract';
import { firstDuplicate, invalid } from '../validation';
import { SCHEME } from './text-types';
import { Part, areAmbiguous, formatFault, parseTimeFormat } from './time-format';
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
    const fault = format === ISO ? undefined : formatFault(type, format);
    if (fault !== undefined) {
      const example = type === 'date' ? 'dd.MM.yyyy' : 'dd.MM.yyyy HH:mm';
      invalid('INVALID_FORMAT', `'formats' of the ${type} column '${name}' must be formats such as '${example}', got '${format}': ${fault}`);
    }
  }
  refuseAmbiguous(name, formats);
}

/** The day of ISO 8601, with which a format has to begin to be taken for it. */
const ISO_DAY = parseTimeFormat('yyyy-MM-dd') as Part[];

function refuseAmbiguous(name: string, formats: readonly string[]): void {
  const forms = formats.map((format) => (format === ISO ? undefined : parseTimeFormat(format) as Part[]));
  const ambiguous = (one: Part[] | undefined, other: Part[] | undefined) => (
    one && other ? areAmbiguous(one, other) : areAmbiguous((one ?? other ?? []).slice(0, ISO_DAY.length), ISO_DAY)
  );
  forms.forEach((form, at) => forms.slice(0, at).forEach((earlier, before) => {
    if (ambiguous(form, earlier)) {
      invalid('AMBIGUOUS_FORMATS',
        `'formats' of the column '${name}' must not read one text in two ways, got '${formats[before]}' and '${formats[at]}'`);
    }
  }));
}
