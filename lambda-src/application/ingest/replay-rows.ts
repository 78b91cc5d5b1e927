import { RowChecks } from './row-checks';
import { ReadingJob, RowReading } from './row-reading';

export interface ReplayPorts {
  readonly checks: RowChecks;
  /** Whether there is time to go on; may throw. */
  readonly goesOn: () => boolean;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Reads the rows of a file again that an earlier invocation has dealt with, up to an offset, for those that come to be compared
 * with. Returns how many they are; undefined when there was no time for all of them.
 */
export async function replayRows(job: ReadingJob, before: number, { checks, goesOn, onBytes }: ReplayPorts): Promise<number | undefined> {
  if (before === 0) return 0;
  const reading = new RowReading(job);
  let row = 0;
  for await (const batch of reading.batches({ from: 0, before }, { onBytes })) {
    if (!goesOn()) return undefined;
    for (let nth = 0; nth < batch.rows.length; nth++) {
      const built = reading.build(batch, nth, ++row);
      if (built !== null && !('code' in built)) checks.replay(built);
    }
  }
  return row;
}
