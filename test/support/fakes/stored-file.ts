import { createHash } from 'node:crypto';
import { Checksum } from '../../../lambda-src/domain/uploads/upload';

export interface StoredFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly checksum?: Checksum;
}

/** As S3 makes it for a file that came in one piece. */
export function etagOf({ bytes }: StoredFile): string {
  if (!etags.has(bytes)) etags.set(bytes, createHash('md5').update(bytes).digest('hex'));
  return etags.get(bytes)!;
}
const etags = new WeakMap<Buffer, string>();
