import { BatchWriter } from './batch-writer';
import { ingestRows, IngestPorts, RejectSink } from './ingest-rows';
import { OutOfTime, ProgressReport } from './progress-report';
import { registerStranger } from './register-stranger';
import { WorkLost, WorkStore } from './work-store';
import { RecordModel } from '../../src/private/contract';
import { isAllowedContentType } from '../domain/content-type';
import { ArrivedFile } from '../domain/message';
import { parseObjectKey } from '../domain/object-key';
import { RecordContext } from '../domain/record-builder';
import { transition, UploadCounts, UploadFile } from '../domain/upload';
import { UploadFailure } from '../domain/upload-failure';
import { begin, decide, Work } from '../domain/work';

/** A file as the bucket has it; `rows` can be taken once. */
export interface OpenFile {
  readonly size: number;
  readonly contentType: string;
  /** The file's rows, the header first; throws UploadFailure when it is no CSV. */
  rows(onBytes?: (bytes: number) => void): AsyncIterable<readonly string[]>;
  /** The same bytes from the start; throws UploadFailure when the object has been replaced. */
  again(): Promise<OpenFile>;
  close(): void;
}

export interface ProcessFilePorts {
  readonly uploads: WorkStore;
  /** Throws UploadFailure when the object is gone, or when it is not the one that the ETag names. */
  readonly open: (key: string, etag?: string) => Promise<OpenFile>;
  readonly newWriter: () => BatchWriter;
  readonly storedPosition: IngestPorts['storedPosition'];
  readonly newRejectSink: (key: string) => RejectSink;
  readonly now: () => Date;
}

export interface ProcessFileRules {
  readonly model: RecordModel;
  readonly keyNames: RecordContext['keyNames'];
  readonly shards: number;
  /** Bytes. */
  readonly maxFileSize: number;
  readonly contentTypes: readonly string[];
}

/** One delivery of a file's message. */
export interface Delivery {
  /** Names the invocation, for whoever wonders who has the lease. */
  readonly holder: string;
  /** When the invocation ends at the latest. */
  readonly until: Date;
  /** When work must stop, so that there is time left to say so. */
  readonly stopAt: Date;
  /** When no other delivery can follow this one without a new message. */
  readonly deadline: Date;
  /** After it the message goes to the dead-letter queue. */
  readonly isLast: boolean;
}

export type Outcome =
  | { readonly outcome: 'completed'; readonly counts: UploadCounts }
  | { readonly outcome: 'failed'; readonly code: string }
  | { readonly outcome: 'skipped' };

/** Another invocation is at work on the upload; the message must come again when its lease is over. */
export class StillWorking extends Error {
  constructor(readonly until: string) {
    super(`another invocation works on the upload until ${until}`);
    this.name = 'StillWorking';
  }
}

/** The upload is FAILED now, and its message goes to the dead-letter queue: it can be redriven. */
export class LastAttemptFailed extends Error {
  constructor(cause: unknown) {
    super('the last attempt to process the file failed', { cause });
    this.name = 'LastAttemptFailed';
  }
}

/** Whoever is beaten to an upload looks again, and mostly finds that it must wait for the other. */
const MOST_LOOKS = 3;

/** Ingests one file, once, however often its message is delivered. */
export class ProcessFile {
  constructor(private readonly ports: ProcessFilePorts, private readonly rules: ProcessFileRules) {}

  public async run(file: ArrivedFile, delivery: Delivery): Promise<Outcome> {
    return this.look(file, delivery, MOST_LOOKS);
  }

  private async look(file: ArrivedFile, delivery: Delivery, looks: number): Promise<Outcome> {
    const { uploads, now } = this.ports;
    const uploadId = parseObjectKey(file.key)?.uploadId;
    const work = uploadId === undefined ? undefined : await uploads.find(uploadId);
    const announced = work?.upload.files.find(({ key }) => key === file.key);
    if (!work || !announced) return registerStranger(file, { uploads, now });

    const decision = decide(work, now().toISOString());
    if (decision === 'skip') return { outcome: 'skipped' };
    if (decision === 'wait') throw new StillWorking(work.lease!.until);
    const claim = await this.claim(work, file, delivery);
    if (claim) return this.work(claim, announced, delivery);
    if (looks === 1) throw new WorkLost(work.upload.uploadId);
    return this.look(file, delivery, looks - 1);
  }

  /** Undefined when another delivery was faster: then the upload must be looked at again. */
  private async claim(found: Work, { arrivedAt, etag }: ArrivedFile, delivery: Delivery): Promise<Work | undefined> {
    try {
      return await this.ports.uploads.save(begin(found, {
        arrivedAt,
        etag,
        now: this.ports.now().toISOString(),
        lease: { holder: delivery.holder, until: delivery.until.toISOString() },
        deadline: delivery.deadline.toISOString(),
      }));
    } catch (error) {
      if (error instanceof WorkLost) return undefined;
      throw error;
    }
  }

  private async work(claim: Work, announced: UploadFile, delivery: Delivery): Promise<Outcome> {
    const { uploads, now } = this.ports;
    const progress = new ProgressReport(claim, delivery.stopAt, { uploads, now });
    try {
      const counts = await this.ingest(claim, announced, progress);
      await progress.end((upload, at) => ({ ...transition(upload, 'COMPLETED', at), counts }));
      return { outcome: 'completed', counts };
    } catch (error) {
      if (error instanceof UploadFailure) return fail(progress, error.code, error.message);
      throw await giveBack(progress, delivery, error) ? new LastAttemptFailed(error) : error;
    }
  }

  private async ingest({ upload, etag }: Work, announced: UploadFile, progress: ProgressReport): Promise<UploadCounts> {
    const { open, newWriter, newRejectSink, storedPosition } = this.ports;
    const { model, keyNames, shards } = this.rules;
    let file = await open(announced.key, etag ?? undefined);
    try {
      this.checkArrival(file);
      progress.expect(announced.key, file.size);
      if (model.maxRows !== undefined) {
        await countRows(file, model.maxRows);
        file = await file.again();
      }
      const { uploadId, uploadedAt } = upload;
      const context = { uploadId, uploadedAt: uploadedAt!, fileName: announced.fileName, keyNames, shards };
      return await ingestRows(model, context, {
        rows: file.rows((bytes) => progress.read(bytes)),
        writer: newWriter(),
        storedPosition,
        rejects: newRejectSink(announced.key),
        onRow: (counts) => progress.row(counts),
      });
    } finally {
      file.close();
    }
  }

  /** What the API has checked before, checked on what really came. */
  private checkArrival({ size, contentType }: OpenFile): void {
    const { maxFileSize, contentTypes } = this.rules;
    if (size > maxFileSize) throw new UploadFailure('FILE_TOO_LARGE', `the file must have at most ${maxFileSize} bytes, got ${size}`);
    if (size === 0) throw new UploadFailure('EMPTY_FILE', 'the file must have a header, but it is empty');
    if (!isAllowedContentType(contentType, contentTypes)) {
      throw new UploadFailure('CONTENT_TYPE_NOT_ALLOWED', `the content type must be one of ${contentTypes.join(', ')}, got '${contentType}'`);
    }
  }
}

/** Ends the attempt as well as it can; true when the upload has failed for good. The error that ended it is the one to report. */
async function giveBack(progress: ProgressReport, { isLast }: Delivery, error: unknown): Promise<boolean> {
  try {
    if (!isLast) await progress.release();
    else if (error instanceof OutOfTime) await fail(progress, 'PROCESSING_TIMED_OUT', `${error.message}; it can be processed again`);
    else await fail(progress, 'PROCESSING_FAILED', 'every attempt to process the file failed; it can be processed again');
    return isLast;
  } catch {
    // Somebody else has the upload, or the table is out of reach: the lease runs out by itself, and the sweeper ends the rest.
    return false;
  }
}

async function fail(progress: ProgressReport, code: UploadFailure['code'], message: string): Promise<Outcome> {
  await progress.end((upload, at) => ({ ...transition(upload, 'FAILED', at), error: { code, message } }));
  return { outcome: 'failed', code };
}

/** A first reading, so that a file that is too long leaves no records behind. */
async function countRows(file: OpenFile, maxRows: number): Promise<void> {
  let rows = -1;
  for await (const _ of file.rows()) {
    if (++rows > maxRows) throw new UploadFailure('TOO_MANY_ROWS', `the file must have at most ${maxRows} rows, but it has more`);
  }
}
