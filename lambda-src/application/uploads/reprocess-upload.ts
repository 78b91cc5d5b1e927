import { ApiError } from '../../domain/api-error';
import { FailureCode } from '../../domain/rejects/upload-failure';
import { secondsAfter } from '../../domain/seconds-after';
import { JOB_PATIENCE_SECONDS } from '../../domain/uploads/job-patience';
import { Upload } from '../../domain/uploads/upload';
import { again, attemptOf, Work } from '../../domain/uploads/work';
import { Caller, findWorkFor } from '../access/caller';
import { changeWork } from './change-work';
import { ingestJob, JobQueue } from './job-queue';
import { uploadEnded } from './parts-file';
import { WorkStore } from './work-store';

export interface ReprocessUploadPorts {
  readonly uploads: Pick<WorkStore, 'find' | 'save'>;
  readonly jobs: JobQueue;
  readonly now: () => Date;
}

/** Every attempt stays in the history, and an item of DynamoDB has an end. */
const MOST_ATTEMPTS = 100;
/** An object that nobody announced is nobody's, however often it is looked at. */
const NOBODYS: FailureCode = 'UPLOAD_NOT_REGISTERED';

/** Has a failed upload worked on again, with the files that it has. */
export class ReprocessUpload {
  constructor(private readonly ports: ReprocessUploadPorts) {}

  /** Returns the upload as it is now. */
  public async run(caller: Caller, uploadId: string): Promise<Upload> {
    const { uploads, jobs } = this.ports;
    const find = () => findWorkFor(caller, uploadId, uploads);
    const { upload } = await changeWork(uploads, find, (work) => this.takeBack(work));
    await jobs.send(ingestJob(upload));
    return upload;
  }

  /** What is UPLOADED already is so by a call that may have been interrupted before it sent the job. */
  private takeBack(work: Work): Work {
    const { upload } = work;
    if (upload.status === 'UPLOADED') return work;
    if (upload.status === 'PENDING' || upload.status === 'PROCESSING') {
      throw new ApiError('CONFLICT', `the upload is ${upload.status}: only one that has failed can be processed again`);
    }
    if (upload.status !== 'FAILED') throw uploadEnded(upload, 'cannot be processed again');
    if (upload.error?.code === NOBODYS) throw uploadEnded(upload, 'cannot be processed again, since nobody has announced its file');
    if (attemptOf(upload) >= MOST_ATTEMPTS) throw uploadEnded(upload, `has been processed ${MOST_ATTEMPTS} times: start the upload anew`);
    const at = this.ports.now();
    return again(work, at.toISOString(), secondsAfter(at, JOB_PATIENCE_SECONDS));
  }
}
