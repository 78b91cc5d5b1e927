import { Bookmark, CursorBinding, decodeCursor, encodeCursor, invalidCursor } from '../../domain/lists/cursor';
import { isPosition } from '../../domain/lists/position';

/** What every list takes. */
export interface PageRequest {
  readonly limit: number;
  readonly nextToken?: string;
}

/** What every list returns; `nextToken` is null on the last page. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly nextToken: string | null;
}

/** The position in time order that a token stands for. */
export function positionIn(binding: CursorBinding, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const bookmark = decodeCursor(binding, token);
  if (typeof bookmark !== 'string' || !isPosition(bookmark)) throw invalidCursor();
  return bookmark;
}

/** The sort key that a token stands for. */
export function sortKeyIn(binding: CursorBinding, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const bookmark = decodeCursor(binding, token);
  if (typeof bookmark !== 'string') throw invalidCursor();
  return bookmark;
}

/** The parts of a key that a token stands for. */
export function keyIn(binding: CursorBinding, token: string | undefined): Readonly<Record<string, string>> | undefined {
  if (token === undefined) return undefined;
  const bookmark = decodeCursor(binding, token);
  if (typeof bookmark === 'string') throw invalidCursor();
  return bookmark;
}

export function tokenFor(binding: CursorBinding, next: Bookmark | null): string | null {
  return next === null ? null : encodeCursor(binding, next);
}
