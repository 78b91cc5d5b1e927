/** The bytes that a text stands for (RFC 4648, section 4: padded, in one line); undefined when it stands for none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Buffer passes over what is no base64; only what is encodes back to itself.
  return bytes.toString('base64') === text ? bytes : undefined;
}
