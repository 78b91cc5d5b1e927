import { Caller } from '../../../lambda-src/application/access/caller';
import { AbortUpload } from '../../../lambda-src/application/uploads/abort-upload';
import { CollectFiles } from '../../../lambda-src/application/uploads/collect-files';
import { CompleteUpload } from '../../../lambda-src/application/uploads/complete-upload';
import { GetRejects } from '../../../lambda-src/application/uploads/get-rejects';
import { JobQueue } from '../../../lambda-src/application/uploads/job-queue';
import { ListParts } from '../../../lambda-src/application/uploads/list-parts';
import { ObjectStore } from '../../../lambda-src/application/uploads/object-store';
import { ReprocessUpload } from '../../../lambda-src/application/uploads/reprocess-upload';
import { SignParts } from '../../../lambda-src/application/uploads/sign-parts';
import { StartUpload } from '../../../lambda-src/application/uploads/start-upload';
import { UploadInline } from '../../../lambda-src/application/uploads/upload-inline';
import { UploadRules, UploadRulesProps } from '../../../lambda-src/application/uploads/upload-rules';
import { UploadStore } from '../../../lambda-src/application/uploads/upload-store';
import { WorkStore } from '../../../lambda-src/application/uploads/work-store';
import { Upload } from '../../../lambda-src/domain/uploads/upload';
import { InMemoryObjects } from './in-memory-objects';
import { InMemoryWork } from './in-memory-work';
import { RecordingQueue } from './recording-queue';
import { RecordingSigner } from './recording-signer';

export const MIB = 1024 ** 2;

/** Somebody of a tenant. */
export const ADA: Caller = { tenantId: 'acme', owner: 'ada', ownUploadsOnly: true };
/** Everybody for whom an upload of Ada's does not exist. */
export const STRANGERS: readonly Caller[] = [
  { tenantId: 'other', owner: 'ada', ownUploadsOnly: true },
  { tenantId: 'acme', owner: 'eve', ownUploadsOnly: true },
  { tenantId: 'acme', owner: null, ownUploadsOnly: true },
  { tenantId: '-', owner: null, ownUploadsOnly: false },
];

export const RULES: UploadRulesProps = {
  maxFileSize: 100_000 * MIB, contentTypes: ['text/csv', 'image/*'], fileNamePattern: '', maxFiles: 3, model: { metadata: null },
};

export const URL_EXPIRY = 600;

interface Ports {
  readonly work: WorkStore;
  readonly store: Pick<UploadStore, 'create' | 'get'>;
  readonly objects: ObjectStore;
  readonly jobs: JobQueue;
}

/** What a test does to the ports of a world; gets them as they would have been. */
export type Twist = (ports: Ports) => Partial<Ports>;

/** Bucket, status table, queue and clock in memory, and the use cases of an upload's files on them. */
export class UploadWorld {
  public readonly objects = new InMemoryObjects();
  public readonly work = new InMemoryWork();
  public readonly queue = new RecordingQueue();
  public readonly signer = new RecordingSigner();
  public clock = Date.parse('2026-01-01T00:00:00.000Z');
  /** How many uploads were counted as given up. */
  public aborted = 0;
  private ids = 0;

  constructor(private readonly rules: Partial<UploadRulesProps> = {}) {}

  public readonly now = () => new Date(this.clock);

  public upload(uploadId: string): Upload {
    return this.work.get(uploadId).upload;
  }

  /** S3's id of the parts of a file. */
  public multipartId(uploadId: string, nth = 0): string {
    return this.upload(uploadId).files[nth].multipart!.id!;
  }

  /** The use cases; each on ports that one test may twist. */
  public useCases(twist: Twist = () => ({})) {
    const plain: Ports = {
      work: this.work,
      store: { create: async (upload) => this.work.announce(upload), get: async (id) => (await this.work.find(id))?.upload },
      objects: this.objects,
      jobs: this.queue,
    };
    const { work, store, objects, jobs } = { ...plain, ...twist(plain) };
    const { signer, now } = this;
    const rules = new UploadRules({ ...RULES, ...this.rules });
    const newId = () => `3f2b8c1e-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
    const arrivalRules = { ...RULES, ...this.rules };
    return {
      start: new StartUpload({ store, signer, objects, newId, now }, rules, {
        urlExpirySeconds: URL_EXPIRY, arrivalGraceSeconds: 3600, uploadExpirySeconds: 86_400,
      }),
      signParts: new SignParts({ store, signer, now }, URL_EXPIRY),
      listParts: new ListParts({ store, objects }),
      complete: new CompleteUpload({ uploads: work, files: new CollectFiles(objects, arrivalRules), objects, jobs, now }),
      abort: new AbortUpload({ uploads: work, objects, now, onAborted: () => { this.aborted++; } }),
      inline: new UploadInline({ store, uploads: work, objects, jobs, newId, now }, rules),
      reprocess: new ReprocessUpload({ uploads: work, jobs, now }),
      rejects: new GetRejects({
        store,
        now,
        objects: { exists: async (key) => await objects.head(key) !== undefined },
        signer: { signDownload: async ({ key, fileName }) => `https://bucket.test/${key}?as=${fileName}` },
      }, URL_EXPIRY),
    };
  }
}
