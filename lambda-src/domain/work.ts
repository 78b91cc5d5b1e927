import { transition, Upload } from './upload';
import { FailureCode } from './upload-failure';

/** The right of one invocation to work on one upload until a deadline. */
export interface Lease {
  readonly holder: string;
  readonly until: string;
}

/** An upload as the processor holds it. Each write raises the revision, and only who knows the last one may write: the fence. */
export interface Work {
  readonly upload: Upload;
  readonly revision: number;
  readonly lease: Lease | null;
  /** The bytes that the first attempt began with, and that every later one must find. */
  readonly etag: string | null;
}

/** Failures that say nothing about the file: when its message comes again, by a redrive say, it is tried again. */
const WORTH_ANOTHER_TRY: readonly string[] = ['PROCESSING_FAILED', 'PROCESSING_TIMED_OUT'] satisfies FailureCode[];

/** What a delivery of the file's message should do. */
export function decide({ upload, lease }: Work, now: string): 'work' | 'wait' | 'skip' {
  switch (upload.status) {
    case 'PENDING':
    case 'UPLOADED': return 'work';
    // The file did come: its message waited in the dead-letter queue, say.
    case 'EXPIRED': return 'work';
    case 'PROCESSING': return lease && lease.until > now ? 'wait' : 'work';
    case 'FAILED': return WORTH_ANOTHER_TRY.includes(upload.error?.code ?? '') ? 'work' : 'skip';
    default: return 'skip';
  }
}

export interface Begin {
  readonly lease: Lease;
  readonly arrivedAt: string;
  readonly etag?: string;
  readonly now: string;
  /** When the sweeper may give the upload up, unless a later attempt moves it. */
  readonly deadline: string;
}

/** Takes the upload to PROCESSING from wherever a delivery may find it, or over from a lease that has run out. */
export function begin({ upload, revision, etag: before }: Work, { lease, arrivedAt, etag, now, deadline }: Begin): Work {
  let next = upload;
  if (next.status !== 'UPLOADED' && next.status !== 'PROCESSING') next = transition(next, 'UPLOADED', next.uploadedAt ? now : arrivedAt);
  next = { ...transition(next, 'PROCESSING', now, deadline), updatedAt: now, deadline, counts: null };
  return { revision, lease, etag: before ?? etag ?? null, upload: { ...next, progress: { ...next.progress, bytes: 0 } } };
}
