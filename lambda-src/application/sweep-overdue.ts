import { WorkLost, WorkStore } from './work-store';
import { transition } from '../domain/upload';
import { Work } from '../domain/work';

export interface SweepPorts {
  readonly uploads: WorkStore;
  readonly now: () => Date;
}

/** One sweep ends this many uploads at most; the next one goes on. */
const MOST_AT_ONCE = 500;

/** Ends uploads that are past their deadline, so that none waits for ever. Returns how many failed. */
export async function sweepOverdue({ uploads, now }: SweepPorts): Promise<{ expired: number; failed: number }> {
  const ended = { expired: 0, failed: 0 };
  for (const work of await uploads.overdue(now().toISOString(), MOST_AT_ONCE)) {
    const over = end(work, now().toISOString());
    try {
      await uploads.save(over);
    } catch (error) {
      // It moved on by itself in the meantime, which is what we wanted.
      if (error instanceof WorkLost) continue;
      throw error;
    }
    if (over.upload.status === 'EXPIRED') ended.expired++;
    else ended.failed++;
  }
  return ended;
}

function end(work: Work, at: string): Work {
  if (work.upload.status === 'PENDING') return { ...work, lease: null, upload: transition(work.upload, 'EXPIRED', at) };
  const error = { code: 'PROCESSING_TIMED_OUT', message: 'the file was not processed before its deadline; it can be processed again' };
  return { ...work, lease: null, upload: { ...transition(work.upload, 'FAILED', at), error } };
}
