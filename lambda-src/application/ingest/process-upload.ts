import { UploadFailure } from '../../domain/rejects/upload-failure';
import { UploadCheckpoint } from '../../domain/uploads/checkpoint';
import { transition, Upload, UploadCounts } from '../../domain/uploads/upload';
import { begin, decide, Work } from '../../domain/uploads/work';
import { FanOut } from '../fan-out/fan-out';
import { ingestJob, JobQueue } from '../uploads/job-queue';
import { WorkLost, WorkStore } from '../uploads/work-store';
import { OutOfTime, ProgressReport, TimeToWork } from './progress-report';

/** What has become of an upload that was worked on. */
export type Finished =
  | {
    /** null: there were no rows to count. */
    readonly counts: UploadCounts | null;
    /** What a function of the user's made of it. */
    readonly result?: unknown;
    /** Called when that is saved: puts away what nobody needs any more. */
    readonly cleanUp?: () => Promise<void>;
  }
  /** It is refused, by what its rows are like. */
  | {
    readonly failure: UploadFailure;
    /** All that is counted is in the table, or among the rejects that are kept; null: nothing is. */
    readonly counts: UploadCounts | null;
    readonly cleanUp?: () => Promise<void>;
  }
  /** There is no time for more: it goes on in another invocation. No two of an attempt have the same number. */
  | { readonly continuation: number; readonly checkpoint?: UploadCheckpoint }
  /** It is for many invocations to work on at the same time. */
  | { readonly fansOut: true };

/** What is done with the files of an upload, by whoever holds its lease. Throws UploadFailure when trying again would not help. */
export interface UploadWorker {
  run(work: Work, progress: ProgressReport): Promise<Finished>;
}

export interface ProcessUploadPorts {
  readonly uploads: WorkStore;
  readonly worker: UploadWorker;
  readonly jobs: JobQueue;
  /** @default - no upload is fanned out */
  readonly fanOut?: FanOut;
  readonly now: () => Date;
}

/** One delivery of an upload's message. */
export interface Delivery extends TimeToWork {
  /** Names the invocation, for whoever wonders who has the lease. */
  readonly holder: string;
  /** When the invocation ends at the latest. */
  readonly until: Date;
  /** When no other delivery can follow this one without a new message. */
  readonly deadline: Date;
  /** After it the message goes to the dead-letter queue. */
  readonly isLast: boolean;
}

export type Outcome =
  /** Counts of rows that were only checked are none. */
  | { readonly outcome: 'completed'; readonly counts: UploadCounts | null }
  | { readonly outcome: 'failed'; readonly code: string }
  /** A file is there, and others are not yet. */
  | { readonly outcome: 'noted' }
  /** All files are there, or some of the work is done, and a job is on its way. */
  | { readonly outcome: 'queued' }
  /** A fan-out does the work. */
  | { readonly outcome: 'fanned out' }
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
    super('the last attempt to process the upload failed', { cause });
    this.name = 'LastAttemptFailed';
  }
}

/** What went wrong has a name of its own, which the upload shows once all attempts have failed. */
export class AttemptFailed extends Error {
  constructor(public readonly code: UploadFailure['code'], message: string) {
    super(message);
    this.name = 'AttemptFailed';
  }
}

/** Whoever is beaten to an upload looks again, and mostly finds that it must wait for the other; but its files may all arrive at once. */
const MOST_LOOKS = 10;

/** Does something that may lose a race for an upload; undefined says it did. */
export async function lookAgain(uploadId: string, look: () => Promise<Outcome | undefined>): Promise<Outcome> {
  for (let looks = 1; looks <= MOST_LOOKS; looks++) {
    const outcome = await look();
    if (outcome) return outcome;
  }
  throw new WorkLost(uploadId);
}

/** Saves, unless somebody else was faster: undefined then. */
export async function saveOrLose(uploads: WorkStore, work: Work): Promise<Work | undefined> {
  try {
    return await uploads.save(work);
  } catch (error) {
    if (error instanceof WorkLost) return undefined;
    throw error;
  }
}

/** Works on one upload, once, however often its message is delivered. */
export class ProcessUpload {
  constructor(private readonly ports: ProcessUploadPorts) {}

  /** The job of an upload whose files are all there. One that names the wrong tenant is nobody's. */
  public async run({ uploadId, tenantId }: Pick<Upload, 'uploadId' | 'tenantId'>, delivery: Delivery): Promise<Outcome> {
    return lookAgain(uploadId, async () => {
      const work = await this.ports.uploads.find(uploadId);
      return work?.upload.tenantId === tenantId ? this.take(work, delivery) : { outcome: 'skipped' };
    });
  }

  /** Undefined when another delivery was faster: then the upload must be looked at again. */
  public async take(found: Work, delivery: Delivery): Promise<Outcome | undefined> {
    const now = this.ports.now().toISOString();
    const decision = decide(found, now);
    if (decision === 'skip') return { outcome: 'skipped' };
    if (decision === 'wait') throw new StillWorking(found.lease!.until);
    if (decision === 'fan out') return this.startFanOut(found.execution!, found.upload);
    const claim = await saveOrLose(this.ports.uploads, begin(found, {
      now,
      lease: { holder: delivery.holder, until: delivery.until.toISOString() },
      deadline: delivery.deadline.toISOString(),
    }));
    return claim && this.work(claim, delivery);
  }

  private async work(claim: Work, delivery: Delivery): Promise<Outcome> {
    const { uploads, jobs, now, worker } = this.ports;
    const progress = new ProgressReport(claim, delivery, { uploads, now });
    try {
      const finished = await worker.run(claim, progress);
      if ('continuation' in finished) {
        await progress.handOver(finished.checkpoint);
        await jobs.send({ ...ingestJob(claim.upload), continuation: finished.continuation });
        return { outcome: 'queued' };
      }
      if ('fansOut' in finished) return await this.startFanOut(await progress.fanOut(), progress.upload);
      const outcome = await this.end(finished, progress);
      await finished.cleanUp?.().catch(() => undefined);
      return outcome;
    } catch (error) {
      if (error instanceof UploadFailure) return fail(progress, error.code, error.message);
      throw await giveBack(progress, delivery, error) ? new LastAttemptFailed(error) : error;
    }
  }

  private async end(finished: Extract<Finished, { counts: unknown }>, progress: ProgressReport): Promise<Outcome> {
    const { counts } = finished;
    if ('failure' in finished) return fail(progress, finished.failure.code, finished.failure.message, counts);
    const { result = null } = finished;
    await progress.end((upload, at) => ({ ...transition(upload, 'COMPLETED', at), counts, result }));
    return { outcome: 'completed', counts: progress.upload.dryRun ? null : counts };
  }

  /** What is saved already, so that a message whose delivery ends here does it again. */
  private async startFanOut(execution: string, upload: Upload): Promise<Outcome> {
    await this.ports.fanOut?.start(execution, upload);
    return { outcome: 'fanned out' };
  }
}

const EVERY_ATTEMPT_FAILED = { code: 'PROCESSING_FAILED', message: 'every attempt to process the file failed; it can be processed again' } as const;

/** What an upload fails with whose last attempt has ended so, if that has a name; null: no more is known than that it has failed. */
export function namedFailure(error: unknown): Pick<UploadFailure, 'code' | 'message'> | null {
  if (error instanceof OutOfTime) return { code: 'PROCESSING_TIMED_OUT', message: `${error.message}; it can be processed again` };
  if (error instanceof AttemptFailed) return { code: error.code, message: `${error.message}; it can be processed again` };
  return null;
}

/** Ends the attempt as well as it can; true when the upload has failed for good. The error that ended it is the one to report. */
async function giveBack(progress: ProgressReport, { isLast }: Delivery, error: unknown): Promise<boolean> {
  try {
    if (!isLast) {
      await progress.release();
    } else {
      const { code, message } = namedFailure(error) ?? EVERY_ATTEMPT_FAILED;
      await fail(progress, code, message);
    }
    return isLast;
  } catch {
    // Somebody else has the upload, or the table is out of reach: the lease runs out by itself, and the sweeper ends the rest.
    return false;
  }
}

/** Whoever does not know better leaves the counts of the last checkpoint. */
async function fail(
  progress: ProgressReport, code: UploadFailure['code'], message: string, counts: UploadCounts | null = progress.upload.counts,
): Promise<Outcome> {
  await progress.end((upload, at) => ({ ...transition(upload, 'FAILED', at), counts, error: { code, message } }));
  return { outcome: 'failed', code };
}
