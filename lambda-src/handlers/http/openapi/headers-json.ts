import { Json } from './operation';

/** Of every answer of ours. */
export const EVERY_ANSWER = { 'X-Request-Id': 'Id of the request, as the logs have it.' };

export function headersJson(headers: Readonly<Record<string, string>>, required: boolean): Json {
  return mapEntries(headers, (description) => ({ description, required, schema: { type: 'string' } }));
}

export function mapEntries<T>(entries: Readonly<Record<string, T>>, map: (value: T, name: string) => unknown): Json {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(value, name)]));
}
