import { Logger } from '@aws-lambda-powertools/logger';
import { Caller } from '../../../lambda-src/application/access/caller';
import { AbortUpload } from '../../../lambda-src/application/uploads/abort-upload';
import { CollectFiles } from '../../../lambda-src/application/uploads/collect-files';
import { CompleteUpload } from '../../../lambda-src/application/uploads/complete-upload';
import { IngestJob } from '../../../lambda-src/application/uploads/job-queue';
import { StartUpload } from '../../../lambda-src/application/uploads/start-upload';
import { UploadRules } from '../../../lambda-src/application/uploads/upload-rules';
import { Upload } from '../../../lambda-src/domain/uploads/upload';
import { httpHandler } from '../../../lambda-src/handlers/http/router';
import { uppyEndRoutes, uppyStartRoutes } from '../../../lambda-src/handlers/http/uppy/uppy-functions';
import { UploadModel } from '../../../src/private/contract';
import { documented } from '../documented';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../http-events';
import { InMemorySessions } from './in-memory-sessions';
import { InMemoryWork } from './in-memory-work';
import { MultipartRecordingSigner, MultipartS3 } from './multipart-s3';

export const ADA: Caller = { tenantId: 'acme', owner: 'ada', ownUploadsOnly: false };

export interface UppyAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Both functions with Uppy's routes, on fakes; whoever is `caller` makes the requests that need credentials. */
export class UppyWorld {
  public readonly s3 = new MultipartS3();
  public readonly signer = new MultipartRecordingSigner();
  public readonly works = new InMemoryWork();
  public readonly jobs: IngestJob[] = [];
  public readonly counted = { started: 0, aborted: 0 };
  public caller: Caller = ADA;
  public time = new Date('2026-01-01T00:00:00.000Z');
  private readonly handler;
  private ids = 0;

  constructor(model: UploadModel = { metadata: null }) {
    const rules = new UploadRules({
      maxFileSize: 20 * 1024 ** 2, contentTypes: ['text/csv', 'text/plain'], fileNamePattern: '', maxFiles: 1, model,
    });
    const now = () => this.time;
    const times = { urlExpirySeconds: 600, arrivalGraceSeconds: 3600, uploadExpirySeconds: 86_400, sessionExpirySeconds: 3600 };
    const uploads = { create: async (upload: Upload) => this.works.announce(upload) };
    const newId = () => `3f2b8c1e-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
    const objects = this.s3;
    const collect = new CollectFiles(objects, { maxFileSize: rules.maxFileSize, contentTypes: ['text/csv', 'text/plain'] });
    const shared = {
      readCaller: () => this.caller,
      sessions: new InMemorySessions(now),
      works: this.works,
      objects,
      rules,
      bucketName: 'bucket',
      now,
      onStarted: () => void this.counted.started++,
      onAborted: () => void this.counted.aborted++,
    };
    const logger = new Logger();
    logger.setLogLevel('SILENT');
    this.handler = documented(httpHandler({
      ...uppyStartRoutes({
        ...shared,
        ...times,
        uploads,
        newId,
        signer: this.signer,
        startUpload: new StartUpload({ store: uploads, objects, signer: this.signer, newId, now }, rules, times),
      }),
      ...uppyEndRoutes({
        ...shared,
        completeUpload: new CompleteUpload({
          uploads: this.works, files: collect, objects, now, jobs: { send: async (job) => void this.jobs.push(job) },
        }),
        abortUpload: new AbortUpload({ uploads: this.works, objects, now, onAborted: shared.onAborted }),
        locationOf: (key) => `https://bucket.test/${key}`,
      }),
    }, logger));
  }

  public async call(route: string, call: HttpCall = {}): Promise<UppyAnswer> {
    const { status, body } = answer(await this.handler(httpEvent(route, call), LAMBDA_CONTEXT));
    return { status, body: body as Record<string, unknown> };
  }

  public async presign(body: object): Promise<UppyAnswer> {
    return this.call('POST /s3/presign', { body });
  }

  public upload(key: unknown): Upload {
    return this.works.get(String(key).split('/').at(-2)!).upload;
  }
}
