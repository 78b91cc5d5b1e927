/** What a token says about its bearer, once it is verified. */
export type Claims = Readonly<Record<string, unknown>>;

/** Scopes of a token: `scope` with blanks between them (RFC 8693), or `scp`, a text or a list, as others write it. */
export function scopesOf({ scope, scp }: Claims): string[] {
  return [scope, scp].flatMap((value) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : words(value)));
}

function words(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : [];
}

/** The claims that API Gateway can pass on to a function: no lists and no objects. */
export function contextOf(claims: Claims): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(claims).filter((claim): claim is [string, string | number | boolean] => (
    ['string', 'number', 'boolean'].includes(typeof claim[1])
  )));
}
