/** A path into a JSON document, as RFC 6901 writes it; empty for the whole document. */
export function jsonPointer(...path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
