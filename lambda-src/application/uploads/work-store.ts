import { Upload } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';

/** Port: uploads as the processor changes them. */
export interface WorkStore {
  find(uploadId: string): Promise<Work | undefined>;
  /** Adds an upload that no client announced; leaves one that is there, and says false. */
  add(upload: Upload): Promise<boolean>;
  /** Writes if nobody else has written since, and returns the new revision; throws `WorkLost` if somebody has. */
  save(work: Work): Promise<Work>;
  /** Uploads whose deadline has passed, the longest overdue first; those that come after one of them. */
  overdue(now: string, limit: number, after?: Pick<Upload, 'uploadId' | 'deadline'>): Promise<Work[]>;
}

/** Somebody else has changed the upload: whoever gets this stops at once. */
export class WorkLost extends Error {
  constructor(uploadId: string) {
    super(`upload ${uploadId} was changed by somebody else`);
    this.name = 'WorkLost';
  }
}
