import { UploadFailure } from '../../domain/rejects/upload-failure';
import { secondsAfter } from '../../domain/seconds-after';
import { transition, Upload, UploadCounts } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';
import { namingFile } from '../uploads/check-arrival';
import { WorkLost, WorkStore } from '../uploads/work-store';
import { FAN_OUT_PATIENCE_SECONDS } from './fan-out';
import { findFailure, RangeStore } from './range-store';

export interface FannedOutPorts {
  readonly uploads: Pick<WorkStore, 'find' | 'save'>;
  /** Whether the execution goes on: also after it has failed, if somebody has redriven it. */
  readonly isRunning: (fanOut: FanOutOf) => Promise<boolean>;
  readonly now: () => Date;
}

/** One fan-out of one upload. */
export interface FanOutOf {
  readonly uploadId: string;
  readonly execution: string;
  /** @default - an execution that has failed is not known to be running */
  readonly executionArn?: string;
  /** How often somebody has redriven the execution, or that of the range. @default 0 */
  readonly redrives?: number;
}

/** The upload has come to its end, or another attempt works on it: nothing is left to do here, and nothing to try again. */
export class UploadEnded extends Error {
  constructor({ uploadId, execution }: FanOutOf) {
    super(`the upload ${uploadId} is no longer worked on by ${execution}`);
    this.name = 'UploadEnded';
  }
}

/** The upload is FAILED now, for good; the execution shall end as well. */
export class UploadFailed extends Error {
  constructor({ code, message }: UploadFailure) {
    super(`${code}: ${message}`);
    this.name = 'UploadFailed';
  }
}

/** The upload is refused, and so many of its rows are in the table for sure, or among the rejects that are kept. */
export class Refusal extends Error {
  constructor(public readonly failure: UploadFailure, public readonly counts: UploadCounts) {
    super(failure.message);
    this.name = 'Refusal';
  }
}

/** Whoever is beaten to the upload looks again; ranges may fail all at once, but the first of them ends the upload. */
const MOST_LOOKS = 10;

/** Changes the upload as long as it is the fan-out's; undefined: it is not any more. */
export async function changeUpload(
  fanOut: FanOutOf, ports: FannedOutPorts, step: (work: Work, now: Date) => Work | undefined | Promise<Work | undefined>,
): Promise<Work | undefined> {
  for (let look = 1; look <= MOST_LOOKS; look++) {
    const work = await ports.uploads.find(fanOut.uploadId);
    const changed = work?.execution === fanOut.execution ? await step(work, ports.now()) : undefined;
    if (changed === undefined || changed === work) return changed;
    try {
      return await ports.uploads.save(changed);
    } catch (error) {
      if (!(error instanceof WorkLost)) throw error;
    }
  }
  throw new WorkLost(fanOut.uploadId);
}

/** The upload has failed with its execution, and nobody is known to have redriven that. */
export class UploadPaused extends Error {
  constructor({ uploadId, execution }: FanOutOf) {
    super(`the upload ${uploadId} has failed with ${execution}`);
    this.name = 'UploadPaused';
  }
}

/**
 * The upload, if it is this fan-out's to work on. One that has failed with its execution is taken up again by the first step of an
 * execution that was redriven. Ranges that had not begun by then were not redriven themselves, and may come first: they ask. Throws
 * UploadEnded or UploadPaused.
 */
export async function findUpload(fanOut: FanOutOf, ports: FannedOutPorts): Promise<Upload> {
  const work = await changeUpload(fanOut, ports, async (found, now) => {
    const { status } = found.upload;
    if (status === 'PROCESSING') return found;
    // What a file is at fault for is nobody's to go on with: then the execution is no longer named.
    if (status !== 'FAILED') return undefined;
    if (!fanOut.redrives && !await ports.isRunning(fanOut)) throw new UploadPaused(fanOut);
    return resume(found, now);
  });
  if (!work) throw new UploadEnded(fanOut);
  return work.upload;
}

function resume(work: Work, now: Date): Work {
  const at = now.toISOString();
  const uploaded = transition(work.upload, 'UPLOADED', at);
  return { ...work, upload: transition(uploaded, 'PROCESSING', at, secondsAfter(now, FAN_OUT_PATIENCE_SECONDS)) };
}

const EXECUTION_FAILED = { code: 'PROCESSING_FAILED', message: 'the file was not processed to its end; it can be processed again' } as const;

export interface EndPorts extends FannedOutPorts {
  readonly ranges: Pick<RangeStore, 'find'>;
}

/** What an upload fails with whose execution has ended without an end for it: what a range could not get over, if one says so. */
export async function failureOf(execution: string, ranges: Pick<RangeStore, 'find'>): Promise<NonNullable<Upload['error']>> {
  return await findFailure(ranges, execution) ?? EXECUTION_FAILED;
}

/**
 * The execution has ended without an end for the upload, whoever or whatever ended it: the upload fails. That it has ended may be told
 * late, and again, when it has long been redriven. False: there was nothing to end.
 */
export async function endUpload(fanOut: FanOutOf, ports: EndPorts): Promise<boolean> {
  const { uploadId, execution } = fanOut;
  const isOpen = (work: Work | undefined) => work?.execution === execution && work.upload.status === 'PROCESSING';
  // Of most that have failed a range has ended the upload itself.
  if (!isOpen(await ports.uploads.find(uploadId)) || await ports.isRunning(fanOut)) return false;
  const failure = await failureOf(execution, ports.ranges);
  const ended = await changeUpload(fanOut, ports, (found, now) => (isOpen(found) ? failed(found, now, failure) : undefined));
  return ended !== undefined;
}

/** Does something to the upload's files; what says that they are at fault fails the upload, once. */
export async function orFail<T>(fanOut: FanOutOf, ports: FannedOutPorts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { failure, counts } = error instanceof Refusal ? error : { failure: error, counts: null };
    if (!(failure instanceof UploadFailure)) throw error;
    const { code, message } = failure;
    const ended = await changeUpload(fanOut, ports, (found, now) => (
      found.upload.status === 'PROCESSING'
        ? { ...failed(found, now, { code, message }, counts && counts.total > 0 ? counts : null), execution: null }
        : undefined
    ));
    // Another range may have failed before, and its reason stands.
    throw ended ? new UploadFailed(failure) : new UploadEnded(fanOut);
  }
}

/** Does something to one of the upload's files, which a failure then names. */
export async function inFile<T>(upload: Upload, nth: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw namingFile(upload.files[nth], upload.files, error);
  }
}

function failed(work: Work, now: Date, error: NonNullable<Upload['error']>, counts: UploadCounts | null = null): Work {
  return { ...work, lease: null, checkpoint: null, upload: { ...transition(work.upload, 'FAILED', now.toISOString()), error, counts } };
}
