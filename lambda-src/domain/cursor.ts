import { createHash } from 'node:crypto';
import { ApiError } from './api-error';

/** Where a page ended: a position in time order, or the texts that make up a key. */
export type Bookmark = string | Readonly<Record<string, string>>;

/** The query that a token belongs to. A token of another route, filter or tenant is refused. */
export interface CursorBinding {
  readonly route: string;
  readonly tenantId: string;
  readonly filters?: Readonly<Record<string, string>>;
}

/** Holds the longest key that DynamoDB has (table and index, 4 KB in all) and fits API Gateway's 10 KB request line. */
const MAX_TOKEN_LENGTH = 8192;
const MAX_KEY_PARTS = 4;

/**
 * Tokens are opaque, not secret: one that was forged can at worst point elsewhere in the caller's own list.
 */
export function encodeCursor(binding: CursorBinding, bookmark: Bookmark): string {
  return Buffer.from(JSON.stringify({ v: 1, q: fingerprint(binding), p: bookmark })).toString('base64url');
}

/** Throws INVALID_CURSOR for anything that `encodeCursor` did not make for the same query. */
export function decodeCursor(binding: CursorBinding, token: string): Bookmark {
  const content = token.length <= MAX_TOKEN_LENGTH ? parse(token) : undefined;
  if (content?.v !== 1 || content.q !== fingerprint(binding) || !isBookmark(content.p)) throw invalidCursor();
  return content.p;
}

export function invalidCursor(): ApiError {
  const detail = "'nextToken' does not belong to this list: pass it unchanged, with the same parameters as the request that returned it";
  return new ApiError('INVALID_CURSOR', detail, [{ parameter: 'nextToken', detail: 'is not a token of this list' }]);
}

function parse(token: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isBookmark(value: unknown): value is Bookmark {
  if (typeof value === 'string') return true;
  if (!isObject(value)) return false;
  const parts = Object.values(value);
  return parts.length <= MAX_KEY_PARTS && parts.every((part) => typeof part === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fingerprint({ route, tenantId, filters = {} }: CursorBinding): string {
  const query = JSON.stringify([route, tenantId, Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256').update(query).digest('base64url').slice(0, 12);
}
