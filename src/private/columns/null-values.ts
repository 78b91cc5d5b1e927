import { ColumnModel } from '../contract';

/**
 * Whether the text of a field counts as no value; undefined: none does but the empty one. A column of JSON has these texts and JSON's
 * strings of them, but no number, boolean, list or object of JSON counts as nothing.
 */
export function nullTest({ type, nullValues = [] }: Pick<ColumnModel, 'type' | 'nullValues'>): ((text: string) => boolean) | undefined {
  const isJson = type === 'json';
  const nulls = new Set<unknown>(isJson ? nullValues.filter((text) => isNothing(jsonOf(text))) : nullValues);
  if (nulls.size === 0) return undefined;
  if (!isJson) return (text) => nulls.has(text.trim());
  return (text) => {
    const trimmed = text.trim();
    return nulls.has(trimmed) || (trimmed.startsWith('"') && nulls.has(jsonOf(trimmed)));
  };
}

/** undefined: the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNothing(json: unknown): boolean {
  return json === undefined || json === null || typeof json === 'string';
}
