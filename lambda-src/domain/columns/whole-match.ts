/** A regular expression that must match the whole of a text; undefined when the pattern is none. */
export function wholeMatch(pattern: string): RegExp | undefined {
  const source = `^(?:${pattern})$`;
  try {
    return new RegExp(source, 'u');
  } catch {
    // Without the flag more is allowed, such as needless escapes.
  }
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}
