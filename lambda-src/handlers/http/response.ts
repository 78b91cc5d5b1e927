import { ListPage } from '../../application/records/paging';

/** An answer in JSON. `JSON.stringify` and not the router's, for the numbers that must keep all of their digits. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers } });
}

export function jsonPage<T>({ items, nextToken }: ListPage<T>, present: (item: T) => unknown = (item) => item): Response {
  return json({ items: items.map(present), nextToken });
}

export function noContent(): Response {
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } });
}

/** Sends a client to where it finds what it asked for (RFC 9110, section 15.4.4); who does not follow finds the address in the body. */
export function seeOther(link: { readonly url: string; readonly expiresAt: string }): Response {
  return json(link, 303, { location: link.url });
}
