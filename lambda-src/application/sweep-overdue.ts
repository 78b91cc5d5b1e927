import { WorkLost, WorkStore } from './work-store';
import { transition } from '../domain/upload';
import { Work } from '../domain/work';

export interface SweepPorts {
  readonly uploads: WorkStore;
  readonly now: () => Date;
}

/** One sweep ends this many uploads at most; the next one goes on. */
const MOST_AT_ONCE = 500;

export interface Swept {
  readonly expired: number;
  readonly failed: number;
  /** What kept other uploads from being ended; the next sweep tries again. */
  readonly errors: readonly unknown[];
}

/**
 * Ends uploads that were past their deadline at a time, so that none waits for ever. The time is when the sweep was asked for:
 * a file that has arrived before then stands before it in the queue, however long the queue is, and is not given up.
 */
export async function sweepOverdue({ uploads, now }: SweepPorts, askedFor: Date): Promise<Swept> {
  const swept = { expired: 0, failed: 0, errors: [] as unknown[] };
  for (const work of await uploads.overdue(askedFor.toISOString(), MOST_AT_ONCE)) {
    try {
      const { upload } = await uploads.save(end(work, now().toISOString()));
      if (upload.status === 'EXPIRED') swept.expired++;
      else swept.failed++;
    } catch (error) {
      // Work that is lost moved on by itself in the meantime, which is what we wanted; nothing else may hold up the others.
      if (!(error instanceof WorkLost)) swept.errors.push(error);
    }
  }
  return swept;
}

function end(work: Work, at: string): Work {
  if (work.upload.status === 'PENDING') return { ...work, lease: null, upload: transition(work.upload, 'EXPIRED', at) };
  const error = { code: 'PROCESSING_TIMED_OUT', message: 'the file was not processed before its deadline; it can be processed again' };
  return { ...work, lease: null, upload: { ...transition(work.upload, 'FAILED', at), error } };
}
