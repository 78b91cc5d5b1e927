/** A value as DynamoDB's API takes it; numbers stay text, since a JS number has too few digits. */
export type WireValue = { readonly S: string } | { readonly N: string } | { readonly BOOL: boolean };

export type WireItem = Record<string, WireValue>;

/**
 * Nothing is inherited, so that columns called `__proto__` or `constructor` are attributes like any other;
 * unlike `Object.create(null)` an object made this way keeps the engine's fast shape.
 */
const EmptyItem = function () {} as unknown as { prototype: WireItem; new (): WireItem };
EmptyItem.prototype = Object.create(null);

export function emptyItem(): WireItem {
  return new EmptyItem();
}

/** The value in the form that keys and comparisons use. */
export function wireText(value: WireValue): string {
  if ('S' in value) return value.S;
  return 'N' in value ? value.N : String(value.BOOL);
}

/** Largest size of a number, whatever its digits. */
export const MAX_NUMBER_BYTES = 21;

/** Size in bytes by DynamoDB's rule (Developer Guide, "DynamoDB Item sizes and formats"). */
export function itemSize(item: WireItem): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + valueSize(item[name]);
  return size;
}

function valueSize(value: WireValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  return 'N' in value ? numberSize(value.N) : 1;
}

const [ZERO, NINE] = ['0'.charCodeAt(0), '9'.charCodeAt(0)];

/** One byte for two significant digits, one for the exponent and one for a minus; zeros at either end do not count. */
function numberSize(number: string): number {
  const exponentAt = number.search(/e/i);
  const end = exponentAt < 0 ? number.length : exponentAt;
  let digits = 0;
  let digitsToLastNonZero = 0;
  for (let at = 0; at < end; at++) {
    const code = number.charCodeAt(at);
    if (code < ZERO || code > NINE) continue;
    if (digits > 0 || code !== ZERO) digits++;
    if (code !== ZERO) digitsToLastNonZero = digits;
  }
  return Math.min(MAX_NUMBER_BYTES, Math.ceil(digitsToLastNonZero / 2) + (number.startsWith('-') ? 2 : 1));
}
