import { Logger } from '@aws-lambda-powertools/logger';
import { Caller } from '../../../lambda-src/application/access/caller';
import { AbortUpload } from '../../../lambda-src/application/uploads/abort-upload';
import { CollectFiles } from '../../../lambda-src/application/uploads/collect-files';
import { CompleteUpload } from '../../../lambda-src/application/uploads/complete-upload';
import { GetRejects } from '../../../lambda-src/application/uploads/get-rejects';
import { IngestJob } from '../../../lambda-src/application/uploads/job-queue';
import { ListParts } from '../../../lambda-src/application/uploads/list-parts';
import { PutObject } from '../../../lambda-src/application/uploads/object-store';
import { ReprocessUpload } from '../../../lambda-src/application/uploads/reprocess-upload';
import { SignParts } from '../../../lambda-src/application/uploads/sign-parts';
import { StartUpload } from '../../../lambda-src/application/uploads/start-upload';
import { UploadInline } from '../../../lambda-src/application/uploads/upload-inline';
import { UploadRules } from '../../../lambda-src/application/uploads/upload-rules';
import { ListUploadsQuery, UploadStore } from '../../../lambda-src/application/uploads/upload-store';
import { Upload } from '../../../lambda-src/domain/uploads/upload';
import { completionRoutes } from '../../../lambda-src/handlers/http/completion-routes';
import { documentRoute } from '../../../lambda-src/handlers/http/document-route';
import { idempotency } from '../../../lambda-src/handlers/http/idempotency';
import { queryRoutes } from '../../../lambda-src/handlers/http/query-routes';
import { HttpHandler, httpHandler, Routes } from '../../../lambda-src/handlers/http/router';
import { uploadRoutes } from '../../../lambda-src/handlers/http/upload-routes';
import { uppyEndRoutes, uppyStartRoutes } from '../../../lambda-src/handlers/http/uppy/uppy-functions';
import { answerOnceWith } from '../../../lambda-src/handlers/idempotency/answer-once';
import { SINGLE_TENANT } from '../../../src/private/contract';
import { apiDocuments } from '../../../tools/openapi';
import { aRecord } from '../contracts/record-store';
import { documented } from '../documented';
import { InMemoryIdempotency } from './in-memory-idempotency';
import { InMemoryRecords } from './in-memory-records';
import { InMemorySessions } from './in-memory-sessions';
import { InMemoryUploads } from './in-memory-uploads';
import { InMemoryWork } from './in-memory-work';
import { MultipartRecordingSigner, MultipartS3 } from './multipart-s3';

const CONTENT_TYPES = ['text/csv', 'application/json'];
const TIMES = { urlExpirySeconds: 600, arrivalGraceSeconds: 3600, uploadExpirySeconds: 86_400, sessionExpirySeconds: 3600 };
const OPENAPI = apiDocuments()['query-api/openapi.json'];

/** The uploads that the processor changes, as the API starts and lists them. */
class UploadsOfWork implements UploadStore {
  constructor(private readonly works: InMemoryWork) {}

  public async create(upload: Upload): Promise<void> {
    this.works.announce(upload);
  }

  public async get(uploadId: string): Promise<Upload | undefined> {
    return (await this.works.find(uploadId))?.upload;
  }

  public async list(query: ListUploadsQuery): ReturnType<UploadStore['list']> {
    const store = new InMemoryUploads();
    for (const { upload } of this.works.all()) await store.create(upload);
    return store.list(query);
  }
}

/** Every route of all three functions, over fakes that share one world. Every answer must be one that the OpenAPI document promises. */
export class ApiWorld {
  public readonly s3 = new MultipartS3();
  public readonly works = new InMemoryWork();
  public readonly jobs: IngestJob[] = [];
  public readonly handler: HttpHandler;
  public readonly routes: Routes;
  public caller: Caller = { tenantId: SINGLE_TENANT, owner: 'ada', ownUploadsOnly: false };
  private readonly idempotencyRecords = new InMemoryIdempotency();
  private ids = 0;

  constructor() {
    const rules = new UploadRules({ maxFileSize: 20 * 1024 ** 2, contentTypes: CONTENT_TYPES, fileNamePattern: '', maxFiles: 3, model: { metadata: null } });
    const now = () => new Date('2026-01-01T00:00:00.000Z');
    const newId = () => `3f2b8c1e-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
    const callerOf = () => this.caller;
    const { works } = this;
    const store = new UploadsOfWork(works);
    const objects = Object.assign(this.s3, { put: async (request: PutObject) => this.put(request) });
    const signer = Object.assign(new MultipartRecordingSigner(), { signDownload: async () => 'https://bucket.test/rejects' });
    const idempotent = idempotency({ open: () => answerOnceWith(this.idempotencyRecords), callerOf, expiresAfterSeconds: 60 });
    const jobs = { send: async (job: IngestJob) => void this.jobs.push(job) };
    const startUpload = new StartUpload({ store, signer, objects, newId, now }, rules, TIMES);
    const completeUpload = new CompleteUpload({
      uploads: works, objects, jobs, now, files: new CollectFiles(objects, { maxFileSize: rules.maxFileSize, contentTypes: CONTENT_TYPES }),
    });
    const abortUpload = new AbortUpload({ uploads: works, objects, now, onAborted: () => undefined });
    const ends = { onStarted: () => undefined, onAborted: () => undefined };
    const uppy = { ...ends, readCaller: callerOf, sessions: new InMemorySessions(now), works, objects, rules, bucketName: 'bucket', now };
    this.routes = {
      ...uploadRoutes({
        callerOf,
        idempotent,
        startUpload,
        signParts: new SignParts({ store, signer, now }, TIMES.urlExpirySeconds),
        ...ends,
      }),
      ...completionRoutes({
        callerOf,
        idempotent,
        listParts: new ListParts({ store, objects }),
        completeUpload,
        abortUpload,
        uploadInline: new UploadInline({ store, uploads: works, objects, jobs, newId, now }, rules),
        reprocessUpload: new ReprocessUpload({ uploads: works, jobs, now }),
        ...ends,
      }),
      ...queryRoutes({
        callerOf,
        uploads: store,
        records: new InMemoryRecords(Array.from({ length: 9 }, (_, row) => aRecord(row + 1))),
        getRejects: new GetRejects({
          store, signer, now, objects: { exists: async (key) => objects.objects.has(key) },
        }, TIMES.urlExpirySeconds),
        model: { columns: [{ name: 'price', type: 'decimal', required: false }], indexes: [{ name: 'by-price', partitionKey: 'price' }] },
        pageSize: 4,
      }),
      ...uppyStartRoutes({ ...uppy, ...TIMES, uploads: store, newId, signer, startUpload, sessionExpirySeconds: 3600 }),
      ...uppyEndRoutes({ ...uppy, completeUpload, abortUpload, locationOf: (key) => `https://bucket.test/${key}` }),
      ...documentRoute(() => OPENAPI),
    };
    const logger = new Logger();
    logger.setLogLevel('SILENT');
    this.handler = documented(httpHandler(this.routes, logger));
  }

  /** Everything that is stored anywhere. */
  public stored(): string {
    return JSON.stringify([this.works.all(), [...this.s3.objects], this.jobs, [...this.idempotencyRecords.records]]);
  }

  private async put({ key, contentType, body }: PutObject): Promise<{ readonly etag: string }> {
    this.s3.objects.set(key, { size: body.length, contentType, etag: 'inline', checksum: null, lastModified: '2026-01-01T00:00:00.000Z' });
    return { etag: 'inline' };
  }
}
