import { UploadFile } from '../../domain/uploads/upload';
import { ObjectStore } from './object-store';
import { isInParts } from './parts-file';

/**
 * Frees what the files of an upload take in the bucket. Parts first: a completion under way then ends without an object, or
 * before it is deleted.
 */
export async function discardFiles(
  objects: Pick<ObjectStore, 'abortMultipart' | 'delete'>, files: readonly UploadFile[],
): Promise<void> {
  await Promise.all(files.map(async (file) => {
    if (isInParts(file)) await objects.abortMultipart(file.key, file.multipart.id);
    await objects.delete(file.key);
  }));
}
