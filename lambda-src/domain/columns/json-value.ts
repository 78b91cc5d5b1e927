import { jsonDepth } from '../../../src/private/columns/json-depth';
import { MAX_NESTING } from '../../../src/private/contract';
import { WireValue } from '../records/wire';
import { Problem } from '../rejects/reject';
import { normalizeDecimal } from './decimal';

const NOT_JSON = new Problem('NOT_JSON', 'be JSON such as {"a": 1}');
const TOO_DEEP = new Problem('NOT_JSON', `be JSON of at most ${MAX_NESTING} levels of lists and objects`);

/** JSON as DynamoDB's own types, with all digits of its numbers. */
export function parseJson(text: string): WireValue | Problem {
  if (jsonDepth(text) > MAX_NESTING) return TOO_DEEP;
  let problem: Problem | undefined;
  // The third argument is ES2026 and Node.js 22, and not yet in the TypeScript library. Values come from the inside out.
  const reviver = (_name: string, value: unknown, context: { readonly source?: string }): WireValue => {
    if (typeof value !== 'number') return toWire(value);
    const number = normalizeDecimal(context.source!);
    if (!(number instanceof Problem)) return { N: number };
    problem ??= new Problem(number.code, `be JSON whose numbers must ${number.rule}`);
    return { NULL: true };
  };
  try {
    const value = JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]) as WireValue;
    return problem ?? value;
  } catch {
    return NOT_JSON;
  }
}

/** Elements and members have been changed already. */
function toWire(value: unknown): WireValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  return Array.isArray(value) ? { L: value as WireValue[] } : { M: value as Record<string, WireValue> };
}
