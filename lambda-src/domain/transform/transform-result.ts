import { MAX_COLUMN_NAME } from '../../../src/private/contract';
import { quote } from '../rejects/reject';

/** A row that a transform has made, or one that it is given: names and texts in the same order. */
export interface RowTexts {
  readonly names: readonly string[];
  readonly texts: readonly string[];
  /** Which of them are numbers, whatever form the texts of their columns have; undefined: none. */
  readonly numbers?: readonly number[];
}

/** Why there is no row. */
export class TransformFault {
  constructor(public readonly code: 'TRANSFORM_FAILED' | 'INVALID_TRANSFORM', /** For the uploader. */ public readonly message: string) {}
}

/** What a transform has made of a row; null: it is left out. */
export type RowResult = RowTexts | null | TransformFault;

/** Of what is no text itself, such as a decimal that says in JSON which number it is. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What a function of JavaScript has returned, or what was in the JSON of one in another language. */
export function resultOf(value: unknown): RowResult {
  if (value === null || value === undefined) return null;
  if (!isColumns(value)) {
    return new TransformFault('INVALID_TRANSFORM', `the transform must make an object of columns of a row, or nothing, got ${kindOf(value)}`);
  }
  const names = Object.keys(value);
  const texts: string[] = [];
  let numbers: number[] | undefined;
  for (const name of names) {
    if (name.trim().length > MAX_COLUMN_NAME) {
      return new TransformFault('INVALID_TRANSFORM', `the transform must make columns whose names have at most ${MAX_COLUMN_NAME} characters, got ${quote(name)}`);
    }
    const one = value[name];
    const text = textOf(one);
    if (text === undefined) return new TransformFault('INVALID_TRANSFORM', `the transform must make values of columns, got a function or a circle for ${quote(name)}`);
    if (typeof one !== 'string' && NUMBER.test(text)) (numbers ??= []).push(texts.length);
    texts.push(text);
  }
  return { names, texts, numbers };
}

/** What a transform has thrown. Anything can be thrown, and anything can throw again when it is looked at. */
export function failureOf(thrown: unknown): TransformFault {
  return new TransformFault('TRANSFORM_FAILED', `the transform failed: ${shortened(messageOf(thrown))}`);
}

function messageOf(thrown: unknown): string {
  try {
    const { message } = Object(thrown) as { readonly message?: unknown };
    const text = typeof message === 'string' && message !== '' ? message : String(thrown);
    return text === '' ? 'it did not say why' : text;
  } catch {
    return 'it did not say why';
  }
}

const MESSAGE_CHARACTERS = 200;

function shortened(message: string): string {
  const start = [...message.toWellFormed().slice(0, 2 * (MESSAGE_CHARACTERS + 1))];
  return start.length > MESSAGE_CHARACTERS ? `${start.slice(0, MESSAGE_CHARACTERS).join('')}…` : start.join('');
}

/** The text that a file would have for a value; undefined: there is none. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string': return value.isWellFormed() ? value : value.toWellFormed();
    case 'undefined': return '';
    case 'number': case 'bigint': case 'boolean': return String(value);
    case 'object': return value === null ? '' : textOfObject(value);
    default: return undefined;
  }
}

/** Dates and decimals say themselves what they are in JSON. */
function textOfObject(value: object): string | undefined {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json?.startsWith('"') ? textOf(JSON.parse(json)) : json?.toWellFormed().replace(/^null$/, '');
  } catch {
    return undefined;
  }
}

/** A plain object, or one of a class; not a list, a map, a date or a promise, which have no columns. */
function isColumns(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]';
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Array.isArray(value) ? 'a list' : `something else: ${Object.prototype.toString.call(value).slice(8, -1)}`;
}
