/** Any DynamoDB attribute, as one finds it in a table that others fill too. Numbers are text of up to 38 digits. */
export interface StoredValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: Uint8Array;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly Uint8Array[];
  readonly L?: readonly StoredValue[];
  readonly M?: Readonly<Record<string, StoredValue>>;
}
export type StoredItem = Readonly<Record<string, StoredValue>>;

/** A record ready for `JSON.stringify`. */
export type RecordJson = Readonly<Record<string, unknown>>;

/** ES2026 and Node.js 22, not yet in the TypeScript library: a value that `JSON.stringify` writes as it is. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** What RFC 8259 accepts as a number. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Turns an item into JSON without losing a digit, leaving out the attributes named. */
export function recordJson(item: StoredItem, omit: readonly string[] = []): RecordJson {
  return toObject(Object.entries(item).filter(([name]) => !omit.includes(name)));
}

function toJson(value: StoredValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return toNumber(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.M !== undefined) return toObject(Object.entries(value.M));
  if (value.L !== undefined) return value.L.map(toJson);
  if (value.SS !== undefined) return value.SS;
  if (value.NS !== undefined) return value.NS.map(toNumber);
  if (value.B !== undefined) return toBase64(value.B);
  if (value.BS !== undefined) return value.BS.map(toBase64);
  return null;
}

/** `fromEntries` defines members, so that a column called `__proto__` is one like any other. */
function toObject(entries: [string, StoredValue][]): RecordJson {
  return Object.fromEntries(entries.map(([name, value]) => [name, toJson(value)]));
}

function toNumber(digits: string): unknown {
  return JSON_NUMBER.test(digits) ? rawJSON(digits) : digits;
}

/** The number that is shown as this value; undefined: it is none. */
export function numberIn(value: unknown): number | undefined {
  const digits = typeof value === 'object' && value !== null && 'rawJSON' in value ? value.rawJSON : undefined;
  return typeof digits === 'string' ? Number(digits) : undefined;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
