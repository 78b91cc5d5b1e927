import { Token } from 'aws-cdk-lib';
import { ColumnModel } from '../contract';
import { firstDuplicate, invalid } from '../validation';
import { textsOf } from './text-set';

/** Texts that count as no value, of a column or of all columns of a schema. */
export function validateNullTexts(owner: string, nullValues: readonly string[] | undefined): void {
  if (nullValues === undefined || Token.isUnresolved(nullValues)) return;
  const bad = nullValues.find((text) => !Token.isUnresolved(text) && (text === '' || text !== text.trim()));
  if (bad !== undefined) {
    invalid('INVALID_NULL_VALUE', `'nullValues' of ${owner} must be texts without white space around them, of at least one character, got '${bad}'`);
  }
  const twice = firstDuplicate(nullValues);
  if (twice !== undefined) invalid('INVALID_NULL_VALUE', `'nullValues' of ${owner} must be different texts, got '${twice}' more than once`);
}

/** What counts as no value can be no value that the column names itself. */
export function validateNullValues(column: ColumnModel): void {
  const { name, type, nullValues, ignoreCase, trueValues, falseValues, allowed, default: defaultValue, separator } = column;
  if (!nullValues || nullValues.length === 0) return;
  validateNullTexts(`the column '${name}'`, nullValues);
  const fold = ignoreCase || type === 'boolean' ? (text: string) => text.toLowerCase() : (text: string) => text;
  const nulls = new Set(nullValues.map(fold));
  const named = {
    'an allowed value': allowed,
    // JSON has no other words for them; the other usual ones may be nothing in a file.
    'a word for true': type === 'boolean' ? ['true', ...trueValues ?? []] : undefined,
    'a word for false': type === 'boolean' ? ['false', ...falseValues ?? []] : undefined,
    'the default value': textsOfDefault(defaultValue, separator),
  };
  for (const [what, values] of Object.entries(named)) {
    const clashing = values?.find((value) => nulls.has(fold(value)));
    if (clashing !== undefined) invalid('NULL_VALUE_IN_USE', `'nullValues' must not have '${clashing}', which is ${what} of the column '${name}'`);
  }
}

function textsOfDefault(value: string | undefined, separator: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  return [value.trim(), ...(separator === undefined ? [] : textsOf(value, separator) ?? [])];
}

/** A column of a schema, which says what counts as no value in columns that do not say it themselves. */
export function withNullValues(column: ColumnModel, nullValues: readonly string[] | undefined): ColumnModel {
  if (nullValues === undefined || column.nullValues !== undefined || column.computed !== undefined) return column;
  const merged = { ...column, nullValues };
  validateNullValues(merged);
  return merged;
}
