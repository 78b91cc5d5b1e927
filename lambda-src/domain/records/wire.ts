/** A value as DynamoDB's API takes it; numbers stay text, since a JS number has too few digits. */
export type WireValue = { readonly S: string } | { readonly N: string } | { readonly BOOL: boolean } | WireSet | WireTree;

/** Never empty, and no text twice. */
export interface WireSet {
  readonly SS: readonly string[];
}

/** What only JSON makes. */
export type WireTree = { readonly L: readonly WireValue[] } | { readonly M: Readonly<Record<string, WireValue>> } | { readonly NULL: true };

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

/** The value in the form that keys and comparisons use; sets and trees are in neither. */
export function wireText(value: WireValue): string {
  if ('S' in value) return value.S;
  if ('N' in value) return value.N;
  return 'BOOL' in value ? String(value.BOOL) : JSON.stringify(value);
}

/** Largest size of a number, whatever its digits. */
export const MAX_NUMBER_BYTES = 21;

/** Size in bytes by DynamoDB's rule (Developer Guide, "DynamoDB Item sizes and formats"). */
export function itemSize(item: WireItem): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + valueSize(item[name]);
  return size;
}

/** Bytes of a set, list or map itself, and of each of its elements besides what it holds; of sets AWS does not say, and may take less. */
const COLLECTION_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueSize(value: WireValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  return 'BOOL' in value || 'NULL' in value ? 1 : collectionSize(value);
}

function collectionSize(value: WireSet | Exclude<WireTree, { readonly NULL: true }>): number {
  const elements = 'SS' in value ? value.SS.map((text) => Buffer.byteLength(text))
    : 'L' in value ? value.L.map(valueSize)
      : Object.entries(value.M).map(([name, member]) => Buffer.byteLength(name) + valueSize(member));
  return elements.reduce((sum, size) => sum + size + ELEMENT_BYTES, COLLECTION_BYTES);
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
