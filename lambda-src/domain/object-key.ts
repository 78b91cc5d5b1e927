import { UPLOADS_PREFIX } from '../../src/private/contract';

const MAX_FILE_NAME_BYTES = 255;
/** S3's limit for a key. */
const MAX_KEY_BYTES = 1024;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface UploadObject {
  readonly uploadId: string;
  readonly fileName: string;
}

export function isUploadId(text: string): boolean {
  return UUID.test(text);
}

/** Why a file cannot have this name, as the end of a sentence; undefined when it can. */
export function fileNameProblem(fileName: string): string | undefined {
  if (fileName === '') return 'must not be empty';
  if (!fileName.isWellFormed()) return 'must be well-formed Unicode';
  if (utf8Bytes(fileName) > MAX_FILE_NAME_BYTES) return `must be at most ${MAX_FILE_NAME_BYTES} bytes in UTF-8`;
  if (/\p{Cc}/u.test(fileName)) return 'must not contain control characters';
  if (/[/\\]/.test(fileName)) return "must not contain '/' or '\\'";
  if (fileName === '.' || fileName === '..') return "must not be '.' or '..'";
  // S3 replaces this in the key of a POST by a name that the sender chooses.
  if (fileName.includes('${filename}')) return "must not contain '${filename}'";
  return undefined;
}

/** The object that a file of an upload becomes. */
export function objectKey({ uploadId, fileName }: UploadObject): string {
  const key = `${UPLOADS_PREFIX}${uploadId}/${fileName}`;
  if (utf8Bytes(key) > MAX_KEY_BYTES) throw new Error(`an object key holds at most ${MAX_KEY_BYTES} bytes`);
  return key;
}

/** The upload that an object belongs to; undefined for an object that is none of ours. The name may contain slashes. */
export function parseObjectKey(key: string): UploadObject | undefined {
  if (!key.startsWith(UPLOADS_PREFIX)) return undefined;
  const slash = key.indexOf('/', UPLOADS_PREFIX.length);
  const uploadId = key.slice(UPLOADS_PREFIX.length, slash);
  const fileName = key.slice(slash + 1);
  return slash > 0 && isUploadId(uploadId) && fileName !== '' ? { uploadId, fileName } : undefined;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
