import { Big } from 'big.js';
import { nullTest } from '../../../src/private/columns/null-values';
import { ColumnModel, RecordModel } from '../../../src/private/contract';
import { columnFinder } from '../../../src/private/ingest/header-names';
import { Problem } from '../rejects/reject';
import { normalizeDecimal } from './decimal';

/**
 * Whether a column, by whatever name, takes any JSON: a string of a source that is JSON itself is then passed on as JSON too, quotes
 * included. Without them the text `1` could not be told from the number.
 */
export function takesJson({ columns, looseHeader }: Pick<RecordModel, 'columns' | 'looseHeader'>): (name: string) => boolean {
  const json = (columns ?? []).filter(({ type, computed }) => type === 'json' && computed === undefined);
  if (json.length === 0) return () => false;
  const find = columnFinder(json, looseHeader);
  return (name) => find(name.trim()) !== undefined;
}

/** Writes a number of JSON as the fields of a column have it. */
export type NumberForm = (number: string) => string;

/**
 * How a column, by whatever name, has the numbers of a source that is JSON itself; undefined: as they are. JSON has one decimal sign and
 * does not tell `7` from `7.0`: what a column says of texts must not change what its numbers are.
 */
export function numberForms({ columns, looseHeader }: Pick<RecordModel, 'columns' | 'looseHeader'>): (name: string) => NumberForm | undefined {
  const forms = new Map((columns ?? []).flatMap((column) => {
    const form = column.computed === undefined ? formOf(column) : undefined;
    return form ? [[column, form] as const] : [];
  }));
  if (forms.size === 0) return () => undefined;
  const find = columnFinder([...forms.keys()], looseHeader);
  return (name) => {
    const column = find(name.trim());
    return column && forms.get(column);
  };
}

function formOf(column: ColumnModel): NumberForm | undefined {
  const { type, normalize } = column;
  if (type !== 'integer' && type !== 'decimal') return undefined;
  const steps: NumberForm[] = [];
  if (type === 'integer') steps.push(wholeNumber);
  if (normalize?.includes('decimalComma')) steps.push((number) => number.replace('.', ','));
  const isNull = nullTest(column);
  if (isNull) steps.push((number) => unlike(number, isNull));
  return steps.length === 0 ? undefined : (number) => steps.reduce((text, step) => step(text), number);
}

/** The same number in another form than texts have that count as no value. */
function unlike(number: string, isNull: (text: string) => boolean): string {
  let text = number;
  while (isNull(text)) text = text.replace(/^-?/, '$&0');
  return text;
}

const WITH_POINT_OR_POWER = /[.eE]/;

/** `7.0` and `7e0` as `7`; what is no whole number stays what it is. */
function wholeNumber(number: string): string {
  if (!WITH_POINT_OR_POWER.test(number)) return number;
  const normalized = normalizeDecimal(number);
  if (normalized instanceof Problem) return number;
  const digits = new Big(normalized).toFixed();
  return digits.includes('.') ? number : digits;
}
