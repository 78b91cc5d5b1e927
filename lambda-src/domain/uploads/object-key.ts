import { SINGLE_TENANT, TENANT_ID, UPLOADS_PREFIX } from '../../../src/private/contract';

const MAX_FILE_NAME_BYTES = 255;
/** S3's limit for a key. */
const MAX_KEY_BYTES = 1024;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface UploadObject {
  /** `SINGLE_TENANT` while tenancy is off. */
  readonly tenantId: string;
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

/** The object that a file of an upload becomes: `uploads/{uploadId}/{fileName}`, with the tenant before the id where there are tenants. */
export function objectKey({ tenantId = SINGLE_TENANT, uploadId, fileName }: Partial<Pick<UploadObject, 'tenantId'>> & Omit<UploadObject, 'tenantId'>): string {
  const folder = tenantId === SINGLE_TENANT ? '' : `${tenantId}/`;
  const key = `${UPLOADS_PREFIX}${folder}${uploadId}/${fileName}`;
  if (utf8Bytes(key) > MAX_KEY_BYTES) throw new Error(`an object key holds at most ${MAX_KEY_BYTES} bytes`);
  return key;
}

/** The upload that an object belongs to; undefined for an object that is none of ours. Its id is the last segment but one. */
export function parseObjectKey(key: string): UploadObject | undefined {
  if (!key.startsWith(UPLOADS_PREFIX)) return undefined;
  const segments = key.slice(UPLOADS_PREFIX.length).split('/');
  const [fileName, uploadId, tenantId = SINGLE_TENANT] = segments.toReversed();
  const isTenant = segments.length === 2 || (segments.length === 3 && TENANT_ID.test(tenantId));
  return isTenant && isUploadId(uploadId) && fileName !== '' ? { tenantId, uploadId, fileName } : undefined;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
