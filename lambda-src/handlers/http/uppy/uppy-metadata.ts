import { ApiError } from '../../../domain/api-error';
import { jsonPointer } from '../../../domain/json-pointer';
import { Metadata } from '../../../domain/uploads/metadata';
import { metadataSchema } from '../metadata-schema';

/** `metadata[name]` in a query. */
const QUERY_NAME = /^metadata\[(.*)\]$/s;

export interface NamedFile {
  readonly fileName: string;
  readonly contentType: string | null;
}

/**
 * What an upload keeps of a file's `meta`. Uppy sends all of it unless it is told otherwise: what is the file's name, type and
 * path over again is left out, so that declared metadata need not know of it; what is no text becomes one.
 */
export function uppyMetadata(meta: Readonly<Record<string, unknown>>, { fileName, contentType }: NamedFile): Metadata {
  const repeated: Readonly<Record<string, unknown>> = { name: fileName, type: contentType, filename: fileName, filetype: contentType };
  const entries = Object.entries(meta)
    .filter(([name, value]) => value !== null && value !== undefined && !(Object.hasOwn(repeated, name) && repeated[name] === value))
    // In a query Uppy 6 makes a text of everything, of null too.
    .filter(([name, value]) => !(name === 'relativePath' && value === 'null'))
    .map(([name, value]) => [name, textOf(name, value)] as const);
  const result = metadataSchema.safeParse(Object.fromEntries(entries));
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ pointer: jsonPointer('metadata', ...path), detail: message }));
  throw new ApiError('INVALID_METADATA', `'metadata' ${errors.map(({ detail }) => detail).join('; ')}`, errors);
}

/** The same in a query: what is `metadata[name]`, and what is not. */
export function splitQuery(url: string): { readonly meta: Record<string, string>; readonly rest: string } {
  const own = new URL(url);
  const meta: [string, string][] = [];
  for (const [name, value] of [...own.searchParams]) {
    const key = QUERY_NAME.exec(name)?.[1];
    if (key === undefined) continue;
    meta.push([key, value]);
    own.searchParams.delete(name);
  }
  return { meta: Object.fromEntries(meta), rest: own.href };
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const detail = 'must be a text, a number or a boolean: leave it out with allowedMetaFields';
  throw new ApiError('INVALID_METADATA', `'metadata/${name}' ${detail}`, [{ pointer: jsonPointer('metadata', name), detail }]);
}
