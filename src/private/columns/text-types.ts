/** Texts with a form of their own, without dependencies: the constructs check with it what the Lambda code reads with it. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** RFC 9562, any version, in any case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** "Valid e-mail address" of WHATWG's HTML: what `<input type=email>` takes. */
const EMAIL = /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export function isEmail(text: string): boolean {
  return EMAIL.test(text);
}

/** A scheme as RFC 3986 has it, of two letters or more: `C:\file` has none. */
export const SCHEME = /^[a-z][a-z0-9+.-]+$/i;
const ABSOLUTE = /^([a-z][a-z0-9+.-]+):[^\s\p{Cc}"<>\\^`{|}]+$/iu;
/** WHATWG's URL mends these when they lack their slashes, so that a reader cannot tell what was meant. */
const NEEDS_SLASHES = /^(?:https?|wss?|ftp|file):(?!\/\/)/i;

/** An absolute URI (or IRI) with one of the schemes, in lower case; without any, with whatever scheme. */
export function isUri(text: string, schemes?: readonly string[]): boolean {
  const match = ABSOLUTE.exec(text);
  if (match === null || NEEDS_SLASHES.test(text) || !URL.canParse(text)) return false;
  return schemes === undefined || schemes.includes(match[1].toLowerCase());
}
