import { WireValue } from './wire';

/** What JSON cannot have inside a string, and halves of pairs, of which one alone has no UTF-8 form. */
const NOT_AS_IT_IS = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as it stands between quotes in JSON. Most have nothing to escape, and looking for that costs less than JSON.stringify. */
export function escaped(text: string): string {
  return NOT_AS_IT_IS.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** A value as it stands in a request. */
export function wireJson(value: WireValue): string {
  if ('S' in value) return `{"S":"${escaped(value.S)}"}`;
  return 'N' in value ? `{"N":"${value.N}"}` : JSON.stringify(value);
}
