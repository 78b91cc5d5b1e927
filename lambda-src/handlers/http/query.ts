import { MAX_PAGE_SIZE } from '../../../src/private/contract';
import { PageRequest } from '../../application/paging';
import { ApiError } from '../../domain/api-error';

/** The query parameters of a request: each at most once, and none that the route does not know. */
export function readQuery<Name extends string>(request: Request, known: readonly Name[]): Partial<Record<Name, string>> {
  const entries = [...new URL(request.url).searchParams];
  const unknown = entries.filter(([name]) => !(known as readonly string[]).includes(name));
  const repeated = entries.filter(([name], at) => entries.findIndex(([other]) => other === name) < at);
  const errors = [
    ...unknown.map(([parameter]) => ({ parameter, detail: 'is unknown' })),
    ...repeated.map(([parameter]) => ({ parameter, detail: 'is given more than once' })),
  ];
  if (errors.length > 0) throw new ApiError('INVALID_REQUEST', `the query is invalid: it takes ${known.join(', ')}`, errors);
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}

export const PAGE_PARAMETERS = ['limit', 'nextToken'] as const;

export function readPageRequest(query: { limit?: string; nextToken?: string }, defaultLimit: number): PageRequest {
  return { limit: readLimit(query.limit, defaultLimit), nextToken: query.nextToken };
}

function readLimit(text: string | undefined, defaultLimit: number): number {
  if (text === undefined) return defaultLimit;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_PAGE_SIZE) return limit;
  const detail = `must be an integer between 1 and ${MAX_PAGE_SIZE}`;
  throw new ApiError('INVALID_LIMIT', `'limit' ${detail}`, [{ parameter: 'limit', detail }]);
}
