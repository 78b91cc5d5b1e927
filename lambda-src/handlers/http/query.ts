import { PageRequest } from '../../application/records/paging';
import { ApiError } from '../../domain/api-error';
import { QueryParameter, QueryParameters } from './query-schema';

type Values<P extends QueryParameters> = { readonly [Name in keyof P]?: P[Name] extends QueryParameter<infer T> ? T : never };

/** The query parameters of a request: each at most once, and none that the route does not know. */
export function readQuery<P extends QueryParameters>(request: Pick<Request, 'url'>, known: P): Values<P> {
  const entries = [...new URL(request.url).searchParams];
  const unknown = entries.filter(([name]) => !Object.hasOwn(known, name));
  const repeated = entries.filter(([name], at) => entries.findIndex(([other]) => other === name) < at);
  const errors = [
    ...unknown.map(([name]) => ({ parameter: name, detail: 'is unknown' })),
    ...repeated.map(([name]) => ({ parameter: name, detail: 'is given more than once' })),
  ];
  if (errors.length > 0) throw new ApiError('INVALID_REQUEST', `the query is invalid: ${taken(Object.keys(known))}`, errors);
  return Object.fromEntries(entries.map(([name, text]) => [name, readValue(name, text, known[name])])) as Values<P>;
}

function taken(names: readonly string[]): string {
  return names.length === 0 ? 'the request has no parameters' : `it takes ${names.join(', ')}`;
}

/** One value, of a path say, by the rules of a parameter. */
export function readValue<T>(name: string, text: string, { schema, rule, code }: QueryParameter<T>): T {
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  throw new ApiError(code, `'${name}' ${rule}`, [{ parameter: name, detail: rule }]);
}

export function readPageRequest({ limit, nextToken }: { limit?: number; nextToken?: string }, defaultLimit: number): PageRequest {
  return { limit: limit ?? defaultLimit, nextToken };
}
