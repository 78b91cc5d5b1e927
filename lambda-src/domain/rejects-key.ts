import { REJECTS_PREFIX, UPLOADS_PREFIX } from '../../src/private/contract';

/** Where the rejected rows of a file are kept. */
export function rejectsKey(fileKey: string): string {
  return REJECTS_PREFIX + fileKey.slice(UPLOADS_PREFIX.length);
}
