/** DynamoDB fails a request for a key that no item can have, where a client expects to find nothing. */
export function canBeKey(text: string, maxBytes: number): boolean {
  return text !== '' && Buffer.byteLength(text) <= maxBytes;
}
