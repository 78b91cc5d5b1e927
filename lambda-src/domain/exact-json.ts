/** JSON with its numbers as texts: a double has 17 digits, a column of a table 38. Numbers inside lists and objects become texts, too. */
export function parseExactly(json: string): unknown {
  // The third argument of a reviver is ES2026 and Node.js 22, and not yet in the TypeScript library.
  return JSON.parse(json, digitsAsText as Parameters<typeof JSON.parse>[1]);
}

function digitsAsText(_name: string, value: unknown, context: { readonly source?: string }): unknown {
  return typeof value === 'number' ? context.source : value;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
