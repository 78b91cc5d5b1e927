/**
 * The texts of a set in one field: separated, or a JSON array of strings, as files of JSON have them. Without white space around
 * them; none is empty and none comes twice.
 */
export function textsOf(field: string, separator: string, normalize: (text: string) => string = (text) => text): string[] {
  const texts = jsonTexts(field) ?? field.split(separator);
  return [...new Set(texts.map((text) => normalize(text.trim())))].filter((text) => text !== '');
}

function jsonTexts(field: string): string[] | undefined {
  if (!field.startsWith('[') || !field.endsWith(']')) return undefined;
  try {
    const list: unknown = JSON.parse(field);
    return Array.isArray(list) && list.every((text) => typeof text === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
