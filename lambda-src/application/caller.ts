import { ApiError } from '../domain/api-error';
import { isUploadId } from '../domain/object-key';
import { Upload } from '../domain/upload';

/** On whose behalf a request is made. */
export interface Caller {
  readonly tenantId: string;
  /** The user inside the tenant; null: the API does not ask who it is. */
  readonly owner: string | null;
  /** Whether an upload is only its owner's, and not all of its tenant's. */
  readonly ownUploadsOnly: boolean;
}

/** Whether an upload exists for a caller. */
export function isVisibleTo({ tenantId, owner, ownUploadsOnly }: Caller, upload: Pick<Upload, 'tenantId' | 'owner'>): boolean {
  return upload.tenantId === tenantId && (!ownUploadsOnly || (owner !== null && upload.owner === owner));
}

/** Finds an upload for a caller. Whatever is another's is as if absent, and a text that is no id is not looked for. */
export async function findFor<T>(
  caller: Caller, uploadId: string, find: (uploadId: string) => Promise<T | undefined>, uploadOf: (found: T) => Upload,
): Promise<T> {
  const found = isUploadId(uploadId) ? await find(uploadId) : undefined;
  if (found === undefined || !isVisibleTo(caller, uploadOf(found))) throw new ApiError('UPLOAD_NOT_FOUND', 'there is no upload with this id');
  return found;
}
