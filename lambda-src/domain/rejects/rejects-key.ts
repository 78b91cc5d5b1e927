import { createHash } from 'node:crypto';
import { REJECT_SEGMENTS_PREFIX, REJECTS_PREFIX, UPLOADS_PREFIX } from '../../../src/private/contract';

/** Where the rejected rows of a file are kept. */
export function rejectsKey(fileKey: string): string {
  return REJECTS_PREFIX + fileKey.slice(UPLOADS_PREFIX.length);
}

/** Where some of them are kept until all are known. The file's own key may be as long as a key may be. */
export function rejectSegmentKey(fileKey: string, { fence, number }: { readonly fence: string; readonly number: number }): string {
  return `${REJECT_SEGMENTS_PREFIX}${createHash('sha256').update(fileKey).digest('hex')}/${fence}-${number}`;
}
