import { StartedUpload } from '../../application/uploads/start-upload';
import { shownProgress } from '../../domain/uploads/shown-progress';
import { Upload, UploadFile } from '../../domain/uploads/upload';

/** Shown until rows have been counted. Of one that has failed nobody knows then how many were written. */
const NO_ROWS = { total: 0, accepted: 0, rejected: 0 };

/** An upload as clients see it: without its tenant and what only the sweeper needs. */
export function uploadJson(upload: Upload): object {
  const { uploadId, status, dryRun, owner, files, counts, stage, result, error, metadata, history } = upload;
  const { createdAt, updatedAt, uploadedAt } = upload;
  return {
    uploadId,
    status,
    dryRun,
    owner,
    files: files.map(fileJson),
    counts: counts ?? (status === 'FAILED' ? null : NO_ROWS),
    progress: shownProgress(upload),
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

/** S3's own id of the parts is of no use to whoever has no right of his own to S3. */
function fileJson({ multipart, ...file }: UploadFile): object {
  return { ...file, multipart: multipart && { partSize: multipart.partSize, partCount: multipart.partCount } };
}

/** What has to be sent where: of one file, or of every file by its name. */
export function startedUploadJson({ upload, expiresAt, files }: StartedUpload, several: boolean): object {
  const [{ name: _, ...only }] = files;
  return { uploadId: upload.uploadId, status: upload.status, expiresAt, ...(several ? { files } : only) };
}

export function uploadStateJson({ uploadId, status }: Upload): object {
  return { uploadId, status };
}
