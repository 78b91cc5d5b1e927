import { OutOfTime } from './progress-report';
import { RowChecks } from './row-checks';
import { ReadingJob, RowReading } from './row-reading';

export interface ReplayPorts {
  readonly checks: RowChecks;
  /** Milliseconds until work must stop. */
  readonly timeLeft: () => number;
}

/**
 * Reads the rows of a file again that an earlier invocation has dealt with, up to an offset, for those that come to be compared
 * with. Returns how many they are.
 */
export async function replayRows(job: ReadingJob, before: number, { checks, timeLeft }: ReplayPorts): Promise<number> {
  if (before === 0) return 0;
  const reading = new RowReading(job);
  let row = 0;
  for await (const batch of reading.batches({ from: 0, before })) {
    if (timeLeft() <= 0) throw new OutOfTime();
    for (let nth = 0; nth < batch.rows.length; nth++) {
      const built = reading.build(batch, nth, ++row);
      if (built !== null && !('code' in built)) checks.replay(built);
    }
  }
  return row;
}
