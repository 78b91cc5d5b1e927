import { Big } from 'big.js';
import { Problem } from '../rejects/reject';

/** DynamoDB keeps 38 significant digits between 1E-130 and 9.99…E+125; anything else would fail the whole write. */
const MAX_DIGITS = 38;
const MIN_EXPONENT = -130;
const MAX_EXPONENT = 125;

const NOT_AN_INTEGER = new Problem('NOT_AN_INTEGER', 'be a whole number such as 42');
const NOT_A_DECIMAL = new Problem('NOT_A_DECIMAL', 'be a decimal number such as 12.5');
const TOO_MANY_DIGITS = new Problem('TOO_MANY_DIGITS', `have at most ${MAX_DIGITS} significant digits`);
const OUT_OF_RANGE = new Problem('TOO_LARGE', `be smaller than 1E+${MAX_EXPONENT + 1} in magnitude`);
const VANISHING = new Problem('TOO_SMALL', `be 0 or at least 1E${MIN_EXPONENT} in magnitude`);

const CANONICAL_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;
const INTEGER = /^([+-]?)(\d+)$/;
const CANONICAL_DECIMAL = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d*[1-9])$/;
const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The one way to write the whole number that a text denotes. */
export function normalizeInteger(text: string): string | Problem {
  if (CANONICAL_INTEGER.test(text)) return text;
  const match = INTEGER.exec(text);
  return match ? canonical(match[1], match[2], '', 0) : NOT_AN_INTEGER;
}

/** The one way to write the decimal number that a text denotes, with exactly its digits: never through a JS number. */
export function normalizeDecimal(text: string): string | Problem {
  if (text.length <= MAX_DIGITS && CANONICAL_DECIMAL.test(text)) return text;
  const match = DECIMAL.exec(text);
  return match ? canonical(match[1], match[2], match[3] ?? '', Number(match[4] ?? 0)) : NOT_A_DECIMAL;
}

function canonical(sign: string, whole: string, fraction: string, power: number): string | Problem {
  const all = whole + fraction;
  let start = 0;
  while (all[start] === '0') start++;
  if (start === all.length) return '0';
  let end = all.length;
  while (all[end - 1] === '0') end--;

  const digits = end - start;
  const exponent = whole.length - 1 - start + power;
  if (exponent > MAX_EXPONENT) return OUT_OF_RANGE;
  if (exponent < MIN_EXPONENT) return VANISHING;
  if (digits > MAX_DIGITS) return TOO_MANY_DIGITS;
  return (sign === '-' ? '-' : '') + write(all.slice(start, end), exponent);
}

/** `digits` with the point after the first one, times ten to the `exponent`; plain wherever that stays readable. */
function write(digits: string, exponent: number): string {
  const point = exponent + 1;
  if (Math.abs(point) > MAX_DIGITS) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${mantissa}E${exponent > 0 ? '+' : ''}${exponent}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Two decimals of at most 15 digits keep their order as doubles (IEEE 754 tells them apart). */
const EXACT_AS_DOUBLE = 15;

/** Compares normalized numbers with a bound: negative below it, 0 at it, positive above it. */
export function comparatorWith(bound: string): (number: string) => number {
  const exact = new Big(bound);
  if (exact.c.length > EXACT_AS_DOUBLE) return (number) => new Big(number).cmp(exact);
  const double = Number(bound);
  return (number) => (number.length <= EXACT_AS_DOUBLE ? Number(number) - double : new Big(number).cmp(exact));
}
