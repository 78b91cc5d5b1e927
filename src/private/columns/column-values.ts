import { ColumnModel, MAX_NESTING } from '../contract';
import { booleanWords } from './boolean-words';
import { compareTimestamps } from './calendar';
import { compareDecimals, isDecimal } from './decimal';
import { jsonDepth } from './json-depth';
import { numberReader, textNormalizer } from './normalize';
import { isEmail, isUri, isUuid } from './text-types';
import { ReadText, dateReader, timestampReader } from './time-reader';
import { timeZone } from './time-zone';

/** The type of a column and what its values go through before they are looked at. */
export type TypeRules = Pick<ColumnModel, 'type' | 'normalize' | 'formats' | 'timeZone' | 'schemes' | 'trueValues' | 'falseValues'>;

const INTEGER = /^[+-]?\d+$/;

/** What the Lambda code takes for a value of the type, comparable; undefined: it is none (lambda-src/domain/columns/column-types.ts). */
export function valueReader(column: TypeRules): ReadText {
  const { type, normalize, formats, timeZone: zone, schemes } = column;
  const prepare = textNormalizer(normalize) ?? ((text: string) => text);
  const number = numberReader(normalize) ?? ((text: string) => text);
  const read = ((): ReadText => {
    switch (type) {
      case 'string':
      case 'stringSet': return (text) => text;
      case 'integer': return (text) => ifTrue(number(text), (value) => INTEGER.test(value) && isDecimal(value));
      case 'decimal': return (text) => ifTrue(number(text), isDecimal);
      case 'boolean': {
        const words = Object.values(booleanWords(column)).flat();
        return (text) => ifTrue(text, (value) => words.includes(value.toLowerCase()));
      }
      case 'date': return dateReader(formats);
      case 'timestamp': return timestampReader(formats, timeZone(zone ?? 'UTC'));
      case 'uuid': return (text) => ifTrue(text.toLowerCase(), isUuid);
      case 'email': return (text) => ifTrue(text, isEmail);
      case 'uri': return (text) => ifTrue(text, (value) => isUri(value, schemes));
      case 'json': return (text) => ifTrue(text, isStorableJson);
    }
  })();
  return (text) => read(prepare(text));
}

function ifTrue(text: string | undefined, condition: (text: string) => boolean): string | undefined {
  return text !== undefined && condition(text) ? text : undefined;
}

/** Strings of a JSON text, and numbers between them. */
const JSON_TEXT = /"(?:[^"\\]|\\.)*"/g;
const JSON_NUMBER = /-?\d[\d.eE+-]*/g;

function isStorableJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return jsonDepth(text) <= MAX_NESTING && (text.replace(JSON_TEXT, '""').match(JSON_NUMBER) ?? []).every(isDecimal);
}

/** Compares values of a type that has bounds, as the reader gives them. */
export function compareValues(type: ColumnModel['type'], a: string, b: string): number {
  if (type === 'timestamp') return compareTimestamps(a, b);
  if (type === 'date') return a < b ? -1 : Number(a > b);
  return compareDecimals(a, b);
}
