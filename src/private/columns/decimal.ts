/**
 * Numbers as DynamoDB holds them, read from text and compared exactly. The Lambda code does the same with big.js
 * (lambda-src/domain/columns/decimal.ts), which the constructs must not depend on.
 */

/** Amazon DynamoDB Developer Guide, "Naming rules and data types": 38 digits, 1E-130 to 9.99…E+125 in magnitude. */
const MAX_DIGITS = 38;
const MIN_EXPONENT = -130;
const MAX_EXPONENT = 125;

const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** `digits` times ten to the `scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Whether a text is a number that DynamoDB can hold. */
export function isDecimal(text: string): boolean {
  return parse(text) !== undefined;
}

/** Compares two such numbers: negative, 0 or positive. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [parse(a)!, parse(b)!];
  const scale = Math.min(left.scale, right.scale);
  const difference = aligned(left, scale) - aligned(right, scale);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

function aligned({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(scale - to);
}

function parse(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = '', power = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { digits: 0n, scale: 0 };
  const exponent = Number(power) - fraction.length + digits.length - 1;
  if (significant.length > MAX_DIGITS || exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) return undefined;
  return { digits: BigInt(sign + significant), scale: exponent - significant.length + 1 };
}
