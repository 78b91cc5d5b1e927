import { UploadFailure } from '../../domain/rejects/upload-failure';
import { isAllowedContentType } from '../../domain/uploads/content-type';
import { Checksum, UploadFile } from '../../domain/uploads/upload';
import { ObjectStore, StoredObject } from './object-store';

/** What S3 says about an object. */
export interface FileFacts {
  readonly size: number;
  readonly contentType: string;
  /** null: S3 tells none; undefined: it was not asked. */
  readonly checksum?: Checksum | null;
}

export interface ArrivalRules {
  /** Bytes. */
  readonly maxFileSize: number;
  readonly contentTypes: readonly string[];
}

/** What the API has checked before, checked on what really came, and against what was announced. Throws UploadFailure. */
export function checkArrival(file: UploadFile, facts: FileFacts, { maxFileSize, contentTypes }: ArrivalRules): void {
  const { size, contentType, checksum } = facts;
  if (size > maxFileSize) throw new UploadFailure('FILE_TOO_LARGE', `the file must have at most ${maxFileSize} bytes, got ${size}`);
  if (file.size !== null && size !== file.size) {
    throw new UploadFailure('SIZE_MISMATCH', `the file must have the ${file.size} bytes that were announced, got ${size}`);
  }
  if (!isAllowedContentType(contentType, contentTypes)) {
    throw new UploadFailure('CONTENT_TYPE_NOT_ALLOWED', `the content type must be one of ${contentTypes.join(', ')}, got '${contentType}'`);
  }
  // One that was announced as `*/*` may be any of those.
  if (!isAllowedContentType(contentType, [file.contentType])) {
    throw new UploadFailure('CONTENT_TYPE_MISMATCH', `the content type must be '${file.contentType}' as announced, got '${contentType}'`);
  }
  // What S3 does not tell is not held against the file: it took the bytes on the condition that they have this checksum.
  if (file.checksum && checksum?.algorithm === file.checksum.algorithm && checksum.value !== file.checksum.value) {
    throw new UploadFailure('CHECKSUM_MISMATCH', `the file must have the ${file.checksum.algorithm} checksum that was announced`);
  }
}

/** Looks at a file without opening it. Throws UploadFailure when it is gone, or no longer the one that arrived. */
export async function inspectFile(objects: Pick<ObjectStore, 'headWithChecksum'>, { key, arrival }: UploadFile): Promise<StoredObject> {
  const stored = await objects.headWithChecksum(key);
  if (!stored) throw new UploadFailure('FILE_NOT_FOUND', 'the file was deleted before it was processed');
  if (arrival?.etag && arrival.etag !== stored.etag) {
    throw new UploadFailure('FILE_REPLACED', 'the file was replaced before it was processed; start a new upload for the new one');
  }
  return stored;
}

/** Which file of several a failure is about; the uploader of one knows. */
export function namingFile(file: UploadFile, files: readonly UploadFile[], error: unknown): unknown {
  if (files.length === 1 || !(error instanceof UploadFailure)) return error;
  return new UploadFailure(error.code, `'${file.name}': ${error.message}`);
}
