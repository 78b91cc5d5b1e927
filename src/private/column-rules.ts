import { Token } from 'aws-cdk-lib';
import { ColumnModel, ColumnType } from './contract';
import { invalid } from './validation';

/** What the Lambda code takes for a value of each type (lambda-src/domain/column-types.ts); text takes anything. */
const FORMS: Record<Exclude<ColumnType, 'string'>, RegExp> = {
  integer: /^[+-]?\d+$/,
  decimal: /^[+-]?(?=\.?\d)\d*(\.\d*)?([eE][+-]?\d+)?$/,
  boolean: /^(true|false|yes|no|y|n|t|f|1|0)$/i,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamp: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/,
};

/** Checks a number that bounds the values of a column; tokens are let through. */
export function validateBound(type: ColumnType, column: string, property: string, value: number | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (type === 'integer' && !Number.isSafeInteger(value)) {
    invalid('INVALID_BOUND', `'${property}' of the integer column '${column}' must be a whole number of at most 15 digits, got ${value}`);
  }
  if (!Number.isFinite(value)) invalid('INVALID_BOUND', `'${property}' of the ${type} column '${column}' must be a number, got ${value}`);
}

/** Checks that the lower of two bounds is not above the upper one; tokens are let through. */
export function validateOrder(column: string, lowName: string, low: number | undefined, highName: string, high: number | undefined): void {
  if (low === undefined || high === undefined || Token.isUnresolved(low) || Token.isUnresolved(high)) return;
  if (low > high) invalid('BOUNDS_CROSSED', `'${lowName}' of the column '${column}' must not be above '${highName}', got ${low} and ${high}`);
}

/** Checks the bounds of a date or timestamp column, and their order; tokens are let through. */
export function validateTimes(type: ColumnType, column: string, bounds: { readonly min?: string; readonly max?: string }): void {
  for (const [property, value] of Object.entries({ min: bounds.min, max: bounds.max })) {
    if (value !== undefined && !Token.isUnresolved(value) && !isOfType(type, value)) {
      invalid('INVALID_BOUND', `'${property}' of the ${type} column '${column}' must be a ${type} in ISO 8601, got '${value}'`);
    }
  }
  const { min, max } = bounds;
  if (min === undefined || max === undefined || Token.isUnresolved([min, max])) return;
  if (instant(min) > instant(max)) {
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
function compiled(pattern: string): RegExp | undefined {
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
  if (!isOfType(type, value)) refuse(`be a value of its type ${type}`);
  const { min, max, minLength, maxLength, pattern } = rules;
  if (min !== undefined && !Token.isUnresolved(min) && measure(type, value) < measure(type, min)) refuse(`be at least ${min}`);
  if (max !== undefined && !Token.isUnresolved(max) && measure(type, value) > measure(type, max)) refuse(`be at most ${max}`);
  const { length } = [...value];
  if (minLength !== undefined && !Token.isUnresolved(minLength) && length < minLength) refuse(`have at least ${minLength} characters`);
  if (maxLength !== undefined && !Token.isUnresolved(maxLength) && length > maxLength) refuse(`have at most ${maxLength} characters`);
  if (pattern !== undefined && !compiled(pattern)!.test(value)) refuse(`match ${pattern}`);
}

function isOfType(type: ColumnType, value: string): boolean {
  if (type === 'string') return true;
  if (!FORMS[type].test(value)) return false;
  return type !== 'date' && type !== 'timestamp' ? true : isOnCalendar(value);
}

/** `Date.parse` takes 30 February for 2 March. */
function isOnCalendar(value: string): boolean {
  const day = Date.parse(`${value.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(instant(value)) && new Date(day).toISOString().startsWith(value.slice(0, 10));
}

/** Without an offset a time is in UTC, as in the Lambda code; `Date.parse` would take the zone of this machine. */
function instant(value: string): number {
  const text = value.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  return Date.parse(!text.includes('T') || /(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
}

/** What bounds are compared by. */
function measure(type: ColumnType, value: string): number {
  return type === 'date' || type === 'timestamp' ? instant(value) : Number(value);
}
