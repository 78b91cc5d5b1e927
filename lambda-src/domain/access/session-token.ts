import { createHash } from 'node:crypto';

/** 256 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What no session's token can be needs not be looked for. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What is kept of a token: who reads the table cannot use a session. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
