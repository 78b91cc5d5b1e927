import { Checksum } from '../../domain/uploads/upload';

/** What S3 calls a checksum, in headers and in fields of a form. */
export function checksumHeader({ algorithm }: Pick<Checksum, 'algorithm'>): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}
