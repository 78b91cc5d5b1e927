import { createHmac, sign, type KeyObject } from 'node:crypto';

/** Claims of a token; numbers such as `exp` are seconds since 1970. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** A token signed with a shared secret (HS256), valid for five minutes unless `exp` says otherwise. */
export function sharedSecretToken(secret: string, claims: TokenClaims): string {
  const content = tokenContent({ alg: 'HS256', typ: 'JWT' }, claims);
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** A token signed with a private key (RS256), likewise. */
export function privateKeyToken(key: KeyObject, keyId: string, claims: TokenClaims): string {
  const content = tokenContent({ alg: 'RS256', typ: 'JWT', kid: keyId }, claims);
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

/** A token that nobody signed, which every verifier has to refuse. */
export function unsignedToken(claims: TokenClaims): string {
  return `${tokenContent({ alg: 'none', typ: 'JWT' }, claims)}.`;
}

/** Written out here: what the functions verify with a library is then checked by something that shares nothing with it. */
function tokenContent(header: Readonly<Record<string, string>>, claims: TokenClaims): string {
  const now = Math.floor(Date.now() / 1000);
  return [header, { iat: now - 1, exp: now + 300, ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}
