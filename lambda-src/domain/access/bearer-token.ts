/** The token of an `Authorization` header (RFC 6750, section 2.1); undefined: there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? '')?.[1];
}
