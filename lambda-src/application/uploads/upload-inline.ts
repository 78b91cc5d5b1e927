import { MAX_INLINE_SIZE } from '../../../src/private/contract';
import { ApiError } from '../../domain/api-error';
import { secondsAfter } from '../../domain/seconds-after';
import { JOB_PATIENCE_SECONDS } from '../../domain/uploads/job-patience';
import { Metadata } from '../../domain/uploads/metadata';
import { objectKey } from '../../domain/uploads/object-key';
import { announcedFile, newUpload, ONLY_FILE, transition, Upload, UploadFile } from '../../domain/uploads/upload';
import { arrive, Work } from '../../domain/uploads/work';
import { Caller } from '../access/caller';
import { changeWork } from './change-work';
import { discardFiles } from './discard-files';
import { ingestJob, JobQueue } from './job-queue';
import { ObjectStore } from './object-store';
import { UploadRules } from './upload-rules';
import { UploadStore } from './upload-store';
import { WorkStore } from './work-store';

export interface UploadInlineRequest {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly metadata?: Metadata;
  /** Whether its rows are only checked. @default false */
  readonly dryRun?: boolean;
}

export interface UploadInlinePorts {
  readonly store: Pick<UploadStore, 'create'>;
  readonly uploads: Pick<WorkStore, 'find' | 'save'>;
  readonly objects: Pick<ObjectStore, 'put' | 'abortMultipart' | 'delete'>;
  readonly jobs: JobQueue;
  readonly newId: () => string;
  readonly now: () => Date;
}

/** Takes a small file out of the request itself: announced, stored and taken on in one go, or not at all. */
export class UploadInline {
  constructor(private readonly ports: UploadInlinePorts, private readonly rules: UploadRules) {}

  /** Returns the upload as it is now. */
  public async run(caller: Caller, request: UploadInlineRequest): Promise<Upload> {
    const { fileName, contentType, content, dryRun } = request;
    this.check(request);
    const metadata = this.rules.checkMetadata(request.metadata);
    const { store, newId, now } = this.ports;
    const { tenantId, owner } = caller;
    const uploadId = newId();
    const key = objectKey({ tenantId, uploadId, fileName });
    const file = announcedFile({ name: ONLY_FILE, fileName, key, contentType, size: content.length });
    const at = now();
    await store.create(newUpload({
      uploadId, tenantId, owner, files: [file], metadata, dryRun, at: at.toISOString(), deadline: secondsAfter(at, JOB_PATIENCE_SECONDS),
    }));
    try {
      return await this.take(uploadId, file, content);
    } catch (error) {
      const taken = await this.giveUp(uploadId, file);
      if (taken) return taken;
      throw error;
    }
  }

  private check(request: UploadInlineRequest): void {
    const { content } = request;
    if (content.length > MAX_INLINE_SIZE) {
      throw new ApiError('FILE_TOO_LARGE', `a file in the request itself must have at most ${MAX_INLINE_SIZE} bytes; start an upload for a larger one`);
    }
    this.rules.checkFile(request);
    if (content.length === 0) throw new ApiError('EMPTY_FILE', 'the file must have at least 1 byte: an empty file holds nothing to ingest');
    if (content.length > this.rules.maxFileSize) throw new ApiError('FILE_TOO_LARGE', `the file must have at most ${this.rules.maxFileSize} bytes`);
  }

  private async take(uploadId: string, { key, contentType }: UploadFile, content: Uint8Array): Promise<Upload> {
    const { objects, uploads, jobs } = this.ports;
    const { etag } = await objects.put({ key, contentType, body: content });
    const { upload } = await changeWork(uploads, () => this.find(uploadId), (work) => this.note(work, key, etag));
    if (upload.status === 'UPLOADED') await jobs.send(ingestJob(upload));
    return upload;
  }

  /** S3's own notice may have been faster. */
  private note(work: Work, key: string, etag: string): Work {
    if (work.upload.status !== 'PENDING') return work;
    const at = this.ports.now();
    const now = at.toISOString();
    return arrive(work, { key, etag, at: now, now, deadline: secondsAfter(at, JOB_PATIENCE_SECONDS) });
  }

  /** As well as it can. Returns the upload when somebody is at work on it, or done: then nothing has failed. */
  private async giveUp(uploadId: string, file: UploadFile): Promise<Upload | undefined> {
    const { uploads, objects, now } = this.ports;
    try {
      const { upload } = await changeWork(uploads, () => this.find(uploadId), (work) => (
        work.upload.status === 'PENDING' || work.upload.status === 'UPLOADED'
          ? { ...work, lease: null, upload: transition(work.upload, 'ABORTED', now().toISOString()) }
          : work
      ));
      if (upload.status === 'PROCESSING' || upload.status === 'COMPLETED') return upload;
      if (upload.status === 'ABORTED') await discardFiles(objects, [file]);
    } catch {
      // The error that led here is the one to report; what remains is ended by the sweeper.
    }
    return undefined;
  }

  private async find(uploadId: string): Promise<Work> {
    const work = await this.ports.uploads.find(uploadId);
    if (!work) throw new Error(`upload ${uploadId} is gone`);
    return work;
  }
}
