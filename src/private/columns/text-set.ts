/**
 * The texts of a set in one field: separated, or a JSON array of strings, as files of JSON have them. Without white space around
 * them; none is empty and none comes twice. undefined: the field is JSON, or begins like it, but no array of strings.
 */
export function textsOf(field: string, separator: string, normalize: (text: string) => string = (text) => text): string[] | undefined {
  const texts = /^[[{]/.test(field) ? jsonTexts(field) : field.split(separator);
  return texts && [...new Set(texts.map((text) => normalize(text.trim())))].filter((text) => text !== '');
}

function jsonTexts(field: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(field);
    return Array.isArray(list) && list.every((text) => typeof text === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
