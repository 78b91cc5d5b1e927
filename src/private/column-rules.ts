import { Token } from 'aws-cdk-lib';
import { compareTimestamps, isDate, normalizeTimestamp } from './calendar';
import { ColumnModel, ColumnType } from './contract';
import { compareDecimals, isDecimal } from './decimal';
import { numberText } from './environment';
import { invalid } from './validation';

/** What the Lambda code takes for a value of each type (lambda-src/domain/column-types.ts). */
const IS_VALUE: Record<ColumnType, (text: string) => boolean> = {
  string: () => true,
  integer: (text) => /^[+-]?\d+$/.test(text) && isDecimal(text),
  decimal: isDecimal,
  boolean: (text) => /^(true|false|yes|no|y|n|t|f|1|0)$/i.test(text),
  date: isDate,
  timestamp: (text) => normalizeTimestamp(text) !== undefined,
};

/** Checks a number that bounds the values of a column; tokens are let through. */
export function validateBound(type: ColumnType, column: string, property: string, value: number | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (type === 'integer' && !Number.isSafeInteger(value)) {
    invalid('INVALID_BOUND', `'${property}' of the integer column '${column}' must be a whole number of at most 15 digits, got ${value}`);
  }
  if (!isDecimal(numberText(value))) {
    invalid('INVALID_BOUND',
      `'${property}' of the ${type} column '${column}' must be 0 or a number between 1E-130 and 9.99E+125 in magnitude, got ${value}`);
  }
}

/** Checks that the lower of two bounds is not above the upper one; tokens are let through. */
export function validateOrder(column: string, lowName: string, low: number | undefined, highName: string, high: number | undefined): void {
  if (low === undefined || high === undefined || Token.isUnresolved(low) || Token.isUnresolved(high)) return;
  if (low > high) invalid('BOUNDS_CROSSED', `'${lowName}' of the column '${column}' must not be above '${highName}', got ${low} and ${high}`);
}

/** Checks the bounds of a date or timestamp column, and their order; tokens are let through. */
export function validateTimes(type: ColumnType, column: string, bounds: { readonly min?: string; readonly max?: string }): void {
  for (const [property, value] of Object.entries({ min: bounds.min, max: bounds.max })) {
    if (value !== undefined && !Token.isUnresolved(value) && !IS_VALUE[type](value)) {
      invalid('INVALID_BOUND', `'${property}' of the ${type} column '${column}' must be a ${type} in ISO 8601, got '${value}'`);
    }
  }
  const { min, max } = bounds;
  if (min === undefined || max === undefined || Token.isUnresolved([min, max])) return;
  if (compare(type, min, max) > 0) {
    invalid('BOUNDS_CROSSED', `'min' of the column '${column}' must not be above 'max', got ${min} and ${max}`);
  }
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

export function validateAllowed(column: string, allowed: readonly unknown[] | undefined): void {
  if (allowed?.length === 0) {
    invalid('NO_ALLOWED_VALUES', `'allowedValues' of the column '${column}' must name at least one value, got none`);
  }
}

/** A default or allowed value that breaks the column's own rules would stop the function when it starts. */
export function validateValue(type: ColumnType, column: string, property: string, value: string, rules: Partial<ColumnModel>): void {
  if (Token.isUnresolved(value)) return;
  const refuse = (rule: string) => invalid('INVALID_VALUE', `'${property}' of the column '${column}' must ${rule}, got '${value}'`);
  if (!IS_VALUE[type](value)) refuse(`be a value of its type ${type}`);
  const { min, max, minLength, maxLength, pattern } = rules;
  if (min !== undefined && !Token.isUnresolved(min) && compare(type, value, min) < 0) refuse(`be at least ${min}`);
  if (max !== undefined && !Token.isUnresolved(max) && compare(type, value, max) > 0) refuse(`be at most ${max}`);
  const { length } = [...value];
  if (minLength !== undefined && !Token.isUnresolved(minLength) && length < minLength) refuse(`have at least ${minLength} characters`);
  if (maxLength !== undefined && !Token.isUnresolved(maxLength) && length > maxLength) refuse(`have at most ${maxLength} characters`);
  if (pattern !== undefined && !compiled(pattern)!.test(value)) refuse(`match ${pattern}`);
}

/** Compares valid values of a type that has bounds, as the Lambda code does. */
function compare(type: ColumnType, a: string, b: string): number {
  if (type === 'timestamp') return compareTimestamps(normalizeTimestamp(a)!, normalizeTimestamp(b)!);
  if (type === 'date') return a < b ? -1 : Number(a > b);
  return compareDecimals(a, b);
}
