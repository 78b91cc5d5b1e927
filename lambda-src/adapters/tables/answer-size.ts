/** Lambda answers with at most 6 MB (6,291,456 bytes); the rest is for commas, the token, the headers and what a route adds. */
const MAX_PAGE_BYTES = 6_000_000;
const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);

/** A page of items that weigh this much is one that a function can answer with. */
export const ANSWER_SIZE = { weigh: answerBytes, maxWeight: MAX_PAGE_BYTES } as const;

/** How many items, from the first one on, one answer holds: at least that one. */
export function countInAnswer(items: readonly unknown[]): number {
  let bytes = 0;
  for (const [count, item] of items.entries()) {
    bytes += answerBytes(item);
    if (bytes > MAX_PAGE_BYTES && count > 0) return count;
  }
  return items.length;
}

/** The body is a string in the JSON that leaves the function, so the quotes and backslashes of its JSON are escaped once more. */
function answerBytes(item: unknown): number {
  const json = JSON.stringify(item);
  let bytes = Buffer.byteLength(json);
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE || code === BACKSLASH) bytes++;
  }
  return bytes;
}
