import { Upload } from '../../domain/uploads/upload';
import { attemptOf } from '../../domain/uploads/work';

/** Work on an upload whose files have all arrived. */
export interface IngestJob {
  readonly uploadId: string;
  readonly tenantId: string;
  readonly files: readonly { readonly name: string; readonly key: string }[];
  /** How often the upload has been UPLOADED so far, so that working on it again is no duplicate. */
  readonly attempt: number;
  /** How much of this attempt is done already, so that going on with it is no duplicate either. */
  readonly continuation?: number;
}

/** Port: where jobs wait for the processor. A job that is sent twice is worked on once. */
export interface JobQueue {
  send(job: IngestJob): Promise<void>;
}

/** The job of an upload that is UPLOADED. */
export function ingestJob(upload: Upload): IngestJob {
  const { uploadId, tenantId, files } = upload;
  return { uploadId, tenantId, files: files.map(({ name, key }) => ({ name, key })), attempt: attemptOf(upload) };
}
