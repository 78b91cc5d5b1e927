import { secondsAfter } from '../../domain/seconds-after';
import { JOB_PATIENCE_SECONDS } from '../../domain/uploads/job-patience';
import { Upload } from '../../domain/uploads/upload';
import { arrive, Work } from '../../domain/uploads/work';
import { Caller, findWorkFor } from '../access/caller';
import { changeWork } from './change-work';
import { CollectedFile, CollectFiles } from './collect-files';
import { discardFiles } from './discard-files';
import { ingestJob, JobQueue } from './job-queue';
import { ObjectStore } from './object-store';
import { uploadEnded } from './parts-file';
import { WorkStore } from './work-store';

export interface CompleteUploadPorts {
  readonly uploads: Pick<WorkStore, 'find' | 'save'>;
  readonly files: Pick<CollectFiles, 'run'>;
  readonly objects: Pick<ObjectStore, 'abortMultipart' | 'delete'>;
  readonly jobs: JobQueue;
  readonly now: () => Date;
}

/**
 * Says that the files of an upload are all there, which S3's own notices say too: whoever is first takes the upload on, and the
 * other finds it done. A call that was interrupted is made again; between its steps nothing is lost.
 */
export class CompleteUpload {
  constructor(private readonly ports: CompleteUploadPorts) {}

  /** Returns the upload as it is now. */
  public async run(caller: Caller, uploadId: string): Promise<Upload> {
    const { uploads, jobs } = this.ports;
    const find = () => findWorkFor(caller, uploadId, uploads);
    const { upload } = await changeWork(uploads, find, (work) => this.takeOn(work));
    // Also when somebody else took it on, who may have been killed before he sent the job. It is worked on once.
    if (upload.status === 'UPLOADED') await jobs.send(ingestJob(upload));
    return upload;
  }

  private async takeOn(work: Work): Promise<Work> {
    const { upload } = work;
    switch (upload.status) {
      case 'PENDING': return this.note(work);
      case 'UPLOADED':
      case 'PROCESSING':
      case 'COMPLETED': return work;
      case 'ABORTED':
        // It may have been aborted while its parts were being put together: nobody else knows of that object.
        await discardFiles(this.ports.objects, upload.files);
        throw uploadEnded(upload, 'cannot be completed');
      default: throw uploadEnded(upload, 'cannot be completed');
    }
  }

  private async note(work: Work): Promise<Work> {
    const waiting = work.upload.files.filter(({ arrival }) => arrival === null);
    const collected = await this.ports.files.run(waiting);
    const at = this.ports.now();
    const now = at.toISOString();
    const deadline = secondsAfter(at, JOB_PATIENCE_SECONDS);
    return collected.reduce<Work>((next, { key, etag }) => arrive(next, { key, etag, at: now, now, deadline }), withSizes(work, collected));
  }
}

/** Sizes that nobody announced are known now. */
export function withSizes(work: Work, collected: readonly Pick<CollectedFile, 'key' | 'size'>[]): Work {
  const sizes = new Map(collected.map(({ key, size }) => [key, size]));
  const files = work.upload.files.map((file) => ({ ...file, size: file.size ?? sizes.get(file.key) ?? null }));
  const totalBytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return { ...work, upload: { ...work.upload, files, progress: { ...work.upload.progress, totalBytes } } };
}
