import { StartedUpload } from '../../application/start-upload';
import { Upload } from '../../domain/upload';

const NO_ROWS = { total: 0, accepted: 0, rejected: 0 };

/** An upload as clients see it: without its tenant and what only the sweeper needs. */
export function uploadJson(upload: Upload): object {
  const { uploadId, status, owner, files, counts, progress, stage, result, error, metadata, history } = upload;
  const { createdAt, updatedAt, uploadedAt } = upload;
  return {
    uploadId,
    status,
    owner,
    files,
    counts: counts ?? NO_ROWS,
    progress,
    stage,
    result,
    error,
    metadata,
    history,
    createdAt,
    updatedAt,
    uploadedAt,
  };
}

export function startedUploadJson({ upload, expiresAt, request }: StartedUpload): object {
  return { uploadId: upload.uploadId, status: upload.status, expiresAt, upload: request };
}
