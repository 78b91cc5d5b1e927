import { Token } from 'aws-cdk-lib';
import { ColumnModel } from '../contract';
import { invalid, validateInteger } from '../validation';
import {
  validateAliases, validateBooleanWords, validateFormats, validateNormalizers, validateSchemes, validateSeparator, validateUnique,
} from './column-forms';
import { compareValues, valueReader } from './column-values';
import { isDecimal } from './decimal';
import { textNormalizer } from './normalize';
import { validateNullValues } from './null-rules';
import { textsOf } from './text-set';

/**
 * Checks a column, so that the Lambda code never finds it contradicting itself.
 *
 * @param allowedName what its user calls the allowed values
 */
export function validateColumn(column: ColumnModel, allowedName: string): void {
  validateLengths(column);
  validatePattern(column.name, column.pattern);
  validateFormats(column);
  validateBounds(column);
  validateName(column.name);
  validateAliases(column);
  validateNormalizers(column);
  validateSeparator(column);
  validateSchemes(column);
  validateUnique(column);
  validateBooleanWords(column);
  validateNullValues(column);
  validateAllowed(column, allowedName);
  validateDefault(column, allowedName);
}

function validateName(name: string): void {
  if (name.trim() === '' || name !== name.trim()) {
    invalid('INVALID_COLUMN_NAME', `'name' of a column must be text without white space around it, got '${name}'`);
  }
}

function validateLengths({ name, minLength, maxLength }: ColumnModel): void {
  validateInteger('minLength', minLength, 0, 409_600);
  validateInteger('maxLength', maxLength, 1, 409_600);
  if (minLength === undefined || maxLength === undefined || Token.isUnresolved(minLength) || Token.isUnresolved(maxLength)) return;
  if (minLength > maxLength) crossed(name, 'minLength', minLength, 'maxLength', maxLength);
}

function crossed(column: string, lowName: string, low: unknown, highName: string, high: unknown): never {
  return invalid('BOUNDS_CROSSED', `'${lowName}' of the column '${column}' must not be above '${highName}', got ${low} and ${high}`);
}

export function validatePattern(column: string, pattern: string | undefined): void {
  if (pattern === undefined) return;
  if (compiled(pattern) === undefined) {
    invalid('INVALID_PATTERN', `'pattern' of the column '${column}' must be a regular expression, got '${pattern}'`);
  }
}

/** With the flag u where that works, as in the Lambda code: it changes what an expression means. */
export function compiled(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      new RegExp(pattern, flags);
      return new RegExp(`^(?:${pattern})$`, flags);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Bounds are in the type's own form, whatever form the values of the file have; tokens are let through. */
function validateBounds(column: ColumnModel): void {
  const { name, type, min, max } = column;
  const isTime = type === 'date' || type === 'timestamp';
  for (const [property, value] of Object.entries({ min, max })) {
    if (value === undefined || Token.isUnresolved(value)) continue;
    if (!isTime) {
      validateNumber(column, property, value);
    } else if (readsPlain(column)(value) === undefined) {
      invalid('INVALID_BOUND', `'${property}' of the ${type} column '${name}' must be a ${type} in ISO 8601, got '${value}'`);
    }
  }
  if (min === undefined || max === undefined || Token.isUnresolved(min) || Token.isUnresolved(max)) return;
  const read = readsPlain(column);
  if (compareValues(type, read(min)!, read(max)!) > 0) crossed(name, 'min', min, 'max', max);
}

function validateNumber({ name, type }: ColumnModel, property: string, value: string): void {
  if (type === 'integer' && !Number.isSafeInteger(Number(value))) {
    invalid('INVALID_BOUND', `'${property}' of the integer column '${name}' must be a whole number of at most 15 digits, got ${value}`);
  }
  if (!isDecimal(value)) {
    invalid('INVALID_BOUND',
      `'${property}' of the ${type} column '${name}' must be 0 or a number between 1E-130 and 9.99E+125 in magnitude, got ${value}`);
  }
}

const readsPlain = ({ type, timeZone, schemes }: ColumnModel) => valueReader({ type, timeZone, schemes });

function validateAllowed(column: ColumnModel, property: string): void {
  const { name, type, allowed, ignoreCase } = column;
  if (allowed === undefined || Token.isUnresolved(allowed)) return;
  if (allowed.length === 0) invalid('NO_ALLOWED_VALUES', `'${property}' of the column '${name}' must name at least one value, got none`);
  const isNumber = type === 'integer' || type === 'decimal';
  const normalize = isNumber ? undefined : textNormalizer(column.normalize);
  const seen = new Set<string>();
  for (const value of allowed) {
    if (Token.isUnresolved(value)) continue;
    if (isNumber) validateNumber(column, property, value);
    if (normalize && normalize(value) !== value) {
      invalid('NOT_NORMALIZED', `'${property}' of the column '${name}' must be written as 'normalize' leaves them, got '${value}' for '${normalize(value)}'`);
    }
    const folded = ignoreCase ? value.toLowerCase() : value;
    if (ignoreCase !== undefined && seen.has(folded)) {
      invalid('AMBIGUOUS_VALUES', `'${property}' of the column '${name}' must differ in more than their case with 'ignoreCase', got '${value}' more than once`);
    }
    seen.add(folded);
    validateRules({ ...column, normalize: undefined }, property, value);
  }
}

/** A default that breaks the column's own rules would stop the function when it starts. */
function validateDefault(column: ColumnModel, allowedName: string): void {
  const { name, type, default: value, separator = '', ignoreCase } = column;
  if (value === undefined) return;
  if (column.required) invalid('REQUIRED_WITH_DEFAULT', `'required' of the column '${name}' contradicts 'defaultValue', got '${value}'`);
  if (Token.isUnresolved(value) || Token.isUnresolved(separator)) return;
  const isSet = type === 'stringSet';
  const normalize = textNormalizer(column.normalize) ?? ((text: string) => text);
  const texts = isSet ? textsOf(value, separator, normalize) : [type === 'string' ? normalize(value) : value];
  if (texts === undefined) return refuse(column, 'defaultValue', value, 'be separated texts or a JSON array of strings');
  if (texts.length === 0) refuse(column, 'defaultValue', value, 'have at least one text');
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const allowed = column.allowed?.map(fold);
  if (allowed && !texts.every((text) => allowed.includes(fold(text)))) {
    invalid('DEFAULT_NOT_ALLOWED', `'defaultValue' of the column '${name}' must be one of '${allowedName}', got '${value}'`);
  }
  for (const text of texts) validateRules(isSet || type === 'string' ? { ...column, normalize: undefined } : column, 'defaultValue', text);
}

function validateRules(column: ColumnModel, property: string, text: string): void {
  const { type, min, max, minLength, maxLength, pattern } = column;
  const value = (property === 'defaultValue' ? valueReader(column) : readsPlain(column))(text);
  if (value === undefined) return refuse(column, property, text, `be a value of its type ${type}`);
  const bound = (text_: string) => compareValues(type, value, readsPlain(column)(text_)!);
  if (min !== undefined && !Token.isUnresolved(min) && bound(min) < 0) refuse(column, property, text, `be at least ${min}`);
  if (max !== undefined && !Token.isUnresolved(max) && bound(max) > 0) refuse(column, property, text, `be at most ${max}`);
  const { length } = [...value];
  if (minLength !== undefined && !Token.isUnresolved(minLength) && length < minLength) refuse(column, property, text, `have at least ${minLength} characters`);
  if (maxLength !== undefined && !Token.isUnresolved(maxLength) && length > maxLength) refuse(column, property, text, `have at most ${maxLength} characters`);
  if (pattern !== undefined && !compiled(pattern)!.test(value)) refuse(column, property, text, `match ${pattern}`);
}

function refuse({ name }: ColumnModel, property: string, value: string, rule: string): void {
  invalid('INVALID_VALUE', `'${property}' of the column '${name}' must ${rule}, got '${value}'`);
}
