import { ColumnModel } from '../../../src/private/contract';
import { WireValue, wireText } from '../records/wire';
import { Problem, listOf, quote } from '../rejects/reject';

/** Turns a text that is not empty into its value, or the rule that it breaks. */
export type ParseValue = (text: string) => WireValue | Problem;

/** Changes a text into the column's own form, or says which rule it breaks. */
export type Convert = (text: string) => string | Problem;

/** A value of the model itself, which must keep the column's own rules. */
export function configured(column: ColumnModel, member: string, text: string, parse: ParseValue): WireValue {
  const value = parse(text);
  if (value instanceof Problem) throw new Error(`'${member}' of column '${column.name}' must ${value.rule}, got ${quote(text)}`);
  return value;
}

/** Inclusive bounds, compared on normalized values. */
export function bounded(column: ColumnModel, parse: ParseValue, compareWith: (bound: string) => (value: string) => number): ParseValue {
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

/** Only the allowed values, as they are written in the model; of a text the case may not matter. */
export function onlyAllowed(column: ColumnModel, parse: ParseValue): ParseValue {
  if (column.allowed === undefined) return parse;
  const fold = column.ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text;
  const allowed = new Map(column.allowed.map((text) => configured(column, 'allowed', text, parse)).map((value) => [fold(wireText(value)), value]));
  const problem = new Problem('NOT_ALLOWED', `be one of ${listOf(column.allowed.map(quote))}`);
  return (text) => {
    const value = parse(text);
    return value instanceof Problem ? value : allowed.get(fold(wireText(value))) ?? problem;
  };
}
