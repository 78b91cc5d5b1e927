/** Values by name, as they are before they are encoded. */
export type Query = Readonly<Record<string, string>>;

/** RFC 3986: everything but letters, digits and `-._~`; signatures want the four that `encodeURIComponent` leaves, too. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path of an object below its bucket. */
export function keyPath(key: string): string {
  const segments = key.split('/');
  // Every HTTP client takes these two for the folder itself and the one above it, encoded or not, and asks for something else.
  if (segments.some((segment) => segment === '.' || segment === '..')) throw new Error("an object key with a segment '.' or '..' has no URL");
  return `/${segments.map(encode).join('/')}`;
}

/** In the order of their names, which is that of the signature. */
export function queryString(query: Query): string {
  return Object.keys(query).sort().map((name) => `${encode(name)}=${encode(query[name])}`).join('&');
}
