import { SINGLE_TENANT } from '../../../src/private/contract';
import { ArrivedFile } from '../../domain/uploads/message';
import { nameBasedUuid } from '../../domain/uploads/name-based-uuid';
import { announcedFile, newUpload, ONLY_FILE, transition } from '../../domain/uploads/upload';
import { Outcome } from '../ingest/process-upload';
import { WorkStore } from './work-store';

const CODE = 'UPLOAD_NOT_REGISTERED';

/**
 * An object that no client announced is nobody's: it is not ingested. It appears in the list as a failed upload, so that
 * whoever put it there finds out why nothing happened. Its id follows from its key, so that a second delivery adds nothing.
 */
export async function registerStranger({ key, arrivedAt }: ArrivedFile, ports: { uploads: WorkStore; now: () => Date }): Promise<Outcome> {
  const at = ports.now().toISOString();
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  const announced = newUpload({
    uploadId: nameBasedUuid(key),
    tenantId: SINGLE_TENANT,
    owner: null,
    files: [announcedFile({ name: ONLY_FILE, fileName, key, contentType: '' })],
    metadata: {},
    at: arrivedAt,
    deadline: at,
  });
  const message = 'the object belongs to no upload that was started with POST /uploads, so it was not ingested';
  const isNew = await ports.uploads.add({ ...transition(announced, 'FAILED', at), error: { code: CODE, message } });
  return isNew ? { outcome: 'failed', code: CODE } : { outcome: 'skipped' };
}
