/** ES2026 and Node.js 22, not yet in the TypeScript library: a value that `JSON.stringify` writes as it is. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** JSON whose numbers `JSON.stringify` writes as they were: a double has 17 digits, a column of a table 38. */
export function parseExactly(json: string): unknown {
  // The third argument of a reviver is ES2026 and Node.js 22, and not yet in the TypeScript library.
  return JSON.parse(json, exactDigits as Parameters<typeof JSON.parse>[1]);
}

function exactDigits(_name: string, value: unknown, context: { readonly source?: string }): unknown {
  return typeof value === 'number' ? rawJSON(context.source!) : value;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
