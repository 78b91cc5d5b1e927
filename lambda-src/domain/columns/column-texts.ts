import { isEmail, isUri, isUuid } from '../../../src/private/columns/text-types';
import { ColumnModel } from '../../../src/private/contract';
import { Problem, listOf, quote } from '../rejects/reject';
import { ParseValue } from './column-parts';
import { wholeMatch } from './whole-match';

const NOT_A_UUID = new Problem('NOT_A_UUID', 'be a UUID such as 3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33');
const NOT_AN_EMAIL = new Problem('NOT_AN_EMAIL', 'be an e-mail address such as mail@example.com');

export function compileString({ name, minLength = 0, maxLength = Infinity, pattern }: ColumnModel): ParseValue {
  const tooShort = new Problem('TOO_SHORT', `have at least ${minLength} ${characters(minLength)}`);
  const tooLong = new Problem('TOO_LONG', `have at most ${maxLength} ${characters(maxLength)}`);
  const whole = pattern === undefined ? undefined : compilePattern(name, pattern);
  const mismatch = new Problem('PATTERN_MISMATCH', `match ${pattern}`);
  return (text) => {
    // A code point has one or two code units, so most texts need no counting.
    if (text.length < 2 * minLength && codePoints(text) < minLength) return tooShort;
    if (text.length > maxLength && codePoints(text) > maxLength) return tooLong;
    if (whole !== undefined && !whole.test(text)) return mismatch;
    return { S: text };
  };
}

function characters(count: number): string {
  return count === 1 ? 'character' : 'characters';
}

function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.codePointAt(at)! > 0xffff) at++;
    count++;
  }
  return count;
}

function compilePattern(name: string, pattern: string): RegExp {
  const whole = wholeMatch(pattern);
  if (whole === undefined) throw new Error(`'pattern' of column '${name}' must be a regular expression, got ${quote(pattern)}`);
  return whole;
}

/** Two spellings of one UUID are one value. */
export function compileUuid(): ParseValue {
  return (text) => (isUuid(text) ? { S: text.toLowerCase() } : NOT_A_UUID);
}

export function compileEmail(): ParseValue {
  return (text) => (isEmail(text) ? { S: text } : NOT_AN_EMAIL);
}

export function compileUri({ schemes }: ColumnModel): ParseValue {
  const withScheme = schemes === undefined ? 'such as https://example.com' : `with one of the schemes ${listOf(schemes)}`;
  const problem = new Problem('NOT_A_URI', `be an absolute URI ${withScheme}`);
  return (text) => (isUri(text, schemes) ? { S: text } : problem);
}
