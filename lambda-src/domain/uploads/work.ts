import { FailureCode } from '../rejects/upload-failure';
import { UploadCheckpoint } from './checkpoint';
import { hasArrived, transition, Upload } from './upload';

/** The right of one invocation to work on one upload until a deadline. */
export interface Lease {
  readonly holder: string;
  readonly until: string;
}

/** An upload as it is changed. Each write raises the revision, and only who knows the last one may write: the fence. */
export interface Work {
  readonly upload: Upload;
  readonly revision: number;
  readonly lease: Lease | null;
  /** What the user's function wants to be told again, as JSON; clients never see it. */
  readonly state: string | null;
  /** Where the files' rows go on; null: at the start. */
  readonly checkpoint: UploadCheckpoint | null;
  /** Name of the fan-out that works on the upload; null: none does. */
  readonly execution: string | null;
}

/** An upload that nobody has worked on yet. */
export function untouched(upload: Upload, revision = 0): Work {
  return { upload, revision, lease: null, state: null, checkpoint: null, execution: null };
}

/** Failures that say nothing about the file: when its message comes again, by a redrive say, it is tried again. */
const WORTH_ANOTHER_TRY: readonly string[] = ['HANDLER_FAILED', 'TRANSFORM_UNAVAILABLE', 'TRANSFORM_NOT_LOADED', 'PROCESSING_FAILED', 'PROCESSING_TIMED_OUT'] satisfies FailureCode[];

/** What a delivery of the upload's message should do. */
export function decide({ upload, lease, execution }: Work, now: string): 'work' | 'wait' | 'skip' | 'fan out' {
  switch (upload.status) {
    case 'UPLOADED': return 'work';
    case 'PROCESSING':
      // Its job may have come again because the fan-out could not be started.
      if (execution !== null) return 'fan out';
      return lease && lease.until > now ? 'wait' : 'work';
    case 'FAILED': return WORTH_ANOTHER_TRY.includes(upload.error?.code ?? '') ? 'work' : 'skip';
    default: return 'skip';
  }
}

export interface ArrivalNote {
  /** The object that arrived. */
  readonly key: string;
  readonly at: string;
  readonly etag?: string;
  readonly now: string;
  /** When the sweeper may look at the upload, once all of its files are there. */
  readonly deadline: string;
}

/**
 * Writes down that a file is there; with the last one the upload is UPLOADED, also when it had expired. Of a file that arrives
 * twice the first bytes count. What is known already changes nothing: the same work is returned.
 */
export function arrive(work: Work, { key, at, etag, now, deadline }: ArrivalNote): Work {
  const { upload } = work;
  const files = upload.files.map((file) => (
    file.key === key && file.arrival === null ? { ...file, arrival: { at, etag: etag ?? null } } : file
  ));
  const isNews = files.some((file, nth) => file !== upload.files[nth]);
  const noted = isNews ? { ...upload, files, updatedAt: now } : upload;
  const isAwaited = upload.status === 'PENDING' || upload.status === 'EXPIRED';
  if (!isAwaited || !hasArrived(noted)) return isNews ? { ...work, upload: noted } : work;
  const last = files.map(({ arrival }) => arrival!.at).reduce((a, b) => (a > b ? a : b));
  return { ...work, upload: { ...transition(noted, 'UPLOADED', last, deadline), updatedAt: now } };
}

export interface Begin {
  readonly lease: Lease;
  readonly now: string;
  /** When the sweeper may give the upload up, unless a later attempt moves it. */
  readonly deadline: string;
}

/**
 * Takes the upload to PROCESSING from wherever a delivery may find it, or over from a lease that has run out. Only then what was
 * done before counts: a new attempt begins at the start.
 */
export function begin(work: Work, { lease, now, deadline }: Begin): Work {
  const { upload, revision } = work;
  const goesOn = upload.status === 'PROCESSING';
  const checkpoint = goesOn ? work.checkpoint : null;
  const uploaded = goesOn ? upload : { ...transition(upload, 'UPLOADED', now), stage: null, result: null };
  const processing = transition(uploaded, 'PROCESSING', now, deadline);
  return {
    revision,
    lease,
    state: goesOn ? work.state : null,
    checkpoint,
    execution: null,
    upload: {
      ...processing,
      updatedAt: now,
      deadline,
      ...(checkpoint === null ? { counts: null, progress: { bytes: 0, totalBytes: processing.progress.totalBytes } } : {}),
    },
  };
}

/** Takes a failed upload back to where its files wait to be worked on. */
export function again(work: Work, now: string, deadline: string): Work {
  return { ...work, lease: null, checkpoint: null, execution: null, upload: transition(work.upload, 'UPLOADED', now, deadline) };
}

/**
 * Whether all that the upload lacks is its job, which was sent, or was about to be. An attempt that failed is something else: it
 * keeps its lease, which is over, and its message comes again.
 */
export function waitsForJob({ upload, lease, execution }: Work): boolean {
  return upload.status === 'UPLOADED' || (upload.status === 'PROCESSING' && lease === null && execution === null);
}

/** How often the upload has been UPLOADED: working on it again is no repetition. */
export function attemptOf({ history }: Pick<Upload, 'history'>): number {
  return history.filter(({ status }) => status === 'UPLOADED').length;
}
