import { ListPage } from '../../application/paging';

/** An answer in JSON. `JSON.stringify` and not the router's, for the numbers that must keep all of their digits. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers } });
}

export function jsonPage<T>({ items, nextToken }: ListPage<T>, present: (item: T) => unknown = (item) => item): Response {
  return json({ items: items.map(present), nextToken });
}
