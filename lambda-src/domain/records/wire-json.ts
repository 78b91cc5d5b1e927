import { WireValue } from './wire';

const [TRUE, FALSE] = [true, false].map((BOOL) => JSON.stringify({ BOOL }));

/** A value as it stands in a request. */
export function wireJson(value: WireValue): string {
  return 'BOOL' in value ? (value.BOOL ? TRUE : FALSE) : JSON.stringify(value);
}
