import { createHash } from 'node:crypto';
import { ApiError } from '../api-error';

/** Where a page ended: a position in time order, or the texts that make up a key. */
export type Bookmark = string | Readonly<Record<string, string>>;

/** The query that a token belongs to. A token of another route, filter or tenant is refused. */
export interface CursorBinding {
  readonly route: string;
  readonly tenantId: string;
  readonly filters?: Readonly<Record<string, string>>;
}

/** Holds the longest key that DynamoDB has (2 KB, 1 KB and an index's 1 KB) and fits API Gateway's 10 KB request line. */
const MAX_TOKEN_LENGTH = 8192;
const MAX_KEY_PARTS = 4;

/** Version 1 was JSON, in which a key of control characters or quotes is several times as long as in the table. */
const VERSION = 2;
const FINGERPRINT_BYTES = 9;
/** What the bookmark is: a text, or names and texts in turn. */
const Kind = { TEXT: 0, KEY: 1 } as const;

/**
 * Tokens are opaque, not secret: one that was forged can at worst point elsewhere in the caller's own list. They are bytes: version,
 * fingerprint of the query, kind of the bookmark, and its texts, each after its length, so that any key takes the room it has in the table.
 */
export function encodeCursor(binding: CursorBinding, bookmark: Bookmark): string {
  const [kind, texts] = typeof bookmark === 'string' ? [Kind.TEXT, [bookmark]] : [Kind.KEY, Object.entries(bookmark).flat()];
  return Buffer.concat([Buffer.of(VERSION), fingerprint(binding), Buffer.of(kind), ...texts.flatMap(withLength)]).toString('base64url');
}

/** Throws INVALID_CURSOR for anything that `encodeCursor` did not make for the same query. */
export function decodeCursor(binding: CursorBinding, token: string): Bookmark {
  const content = token.length <= MAX_TOKEN_LENGTH ? Buffer.from(token, 'base64url') : Buffer.alloc(0);
  const header = Buffer.concat([Buffer.of(VERSION), fingerprint(binding)]);
  const bookmark = content.subarray(0, header.length).equals(header) ? readBookmark(content.subarray(header.length)) : undefined;
  if (bookmark === undefined) throw invalidCursor();
  return bookmark;
}

export function invalidCursor(): ApiError {
  const detail = "'nextToken' does not belong to this list: pass it unchanged, with the same parameters as the request that returned it";
  return new ApiError('INVALID_CURSOR', detail, [{ parameter: 'nextToken', detail: 'is not a token of this list' }]);
}

function withLength(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return [length, bytes];
}

function readBookmark(content: Buffer): Bookmark | undefined {
  const texts = readTexts(content.subarray(1));
  if (content[0] === Kind.TEXT) return texts?.length === 1 ? texts[0] : undefined;
  if (content[0] !== Kind.KEY || !texts || texts.length % 2 !== 0 || texts.length > 2 * MAX_KEY_PARTS) return undefined;
  return Object.fromEntries(texts.flatMap((name, nth) => (nth % 2 === 0 ? [[name, texts[nth + 1]]] : [])));
}

/** undefined: the bytes do not end where a text does. */
function readTexts(content: Buffer): string[] | undefined {
  const texts: string[] = [];
  for (let at = 0; at < content.length;) {
    if (at + 2 > content.length) return undefined;
    const start = at + 2;
    at = start + content.readUInt16BE(at);
    if (at > content.length) return undefined;
    texts.push(content.toString('utf8', start, at));
  }
  return texts;
}

function fingerprint({ route, tenantId, filters = {} }: CursorBinding): Buffer {
  const query = JSON.stringify([route, tenantId, Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256').update(query).digest().subarray(0, FINGERPRINT_BYTES);
}
