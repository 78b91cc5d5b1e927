/** `type/subtype` with optional parameters, of characters that are safe in a header (RFC 9110, section 8.3.1). */
const CONTENT_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[\x20-\x7e\t]*)?$/;

export function isContentType(text: string): boolean {
  return text.length <= 255 && CONTENT_TYPE.test(text);
}

/** Compares without case and parameters; an allowed type may be `text/*`, or everything. */
export function isAllowedContentType(contentType: string, allowed: readonly string[]): boolean {
  const type = essence(contentType);
  const family = `${type.split('/')[0]}/*`;
  return allowed.map(essence).some((candidate) => candidate === '*/*' || candidate === family || candidate === type);
}

function essence(contentType: string): string {
  return contentType.split(';')[0].trim().toLowerCase();
}
