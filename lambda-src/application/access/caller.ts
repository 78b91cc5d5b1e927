import { ApiError } from '../../domain/api-error';
import { isUploadId } from '../../domain/uploads/object-key';
import { Upload } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';
import { UploadStore } from '../uploads/upload-store';
import { WorkStore } from '../uploads/work-store';

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
export function findUploadFor(caller: Caller, uploadId: string, store: Pick<UploadStore, 'get'>): Promise<Upload> {
  return findFor(caller, uploadId, (id) => store.get(id), (upload) => upload);
}

/** The same, with the work on it. */
export function findWorkFor(caller: Caller, uploadId: string, works: Pick<WorkStore, 'find'>): Promise<Work> {
  return findFor(caller, uploadId, (id) => works.find(id), ({ upload }) => upload);
}

async function findFor<T>(
  caller: Caller, uploadId: string, find: (uploadId: string) => Promise<T | undefined>, uploadOf: (found: T) => Upload,
): Promise<T> {
  const found = isUploadId(uploadId) ? await find(uploadId) : undefined;
  if (found === undefined || !isVisibleTo(caller, uploadOf(found))) throw new ApiError('UPLOAD_NOT_FOUND', 'there is no upload with this id');
  return found;
}
