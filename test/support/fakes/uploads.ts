import { objectKey } from '../../../lambda-src/domain/uploads/object-key';
import { announcedFile, newUpload, Upload } from '../../../lambda-src/domain/uploads/upload';
import { SINGLE_TENANT } from '../../../src/private/contract';

/** The nth upload of a test, one second younger than the one before. */
export function anUpload(nth = 0, changes: Partial<Upload> = {}): Upload {
  const uploadId = `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
  const at = new Date(Date.UTC(2026, 0, 1) + nth * 1000);
  const upload = newUpload({
    uploadId,
    tenantId: SINGLE_TENANT,
    owner: null,
    files: [announcedFile({ name: 'file', fileName: 'a.csv', key: objectKey({ uploadId, fileName: 'a.csv' }), contentType: 'text/csv', size: null })],
    metadata: {},
    at: at.toISOString(),
    deadline: new Date(at.getTime() + 3_600_000).toISOString(),
  });
  return { ...upload, ...changes };
}
