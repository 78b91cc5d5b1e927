import { Laboratory, Outcome } from './laboratory';
import { percent, Result, thousands } from './result';
import { BYTES_OF_A_ROW, Sizes } from './sizes';

const LATENCY_MS = 8;
const LIMITED_LATENCY_MS = 6;
/** The usual loop would take minutes for the whole file. */
const PART_OF_THE_USUAL = 0.1;

/** How fast one function writes when an answer takes as long as DynamoDB's. */
export async function latency(laboratory: Laboratory, { file: bytes }: Sizes): Promise<Result[]> {
  const perSecond = ({ rows, seconds }: Outcome) => thousands(rows / seconds);
  const ours = await laboratory.run({ code: 'ours', bytes, latencyMs: LATENCY_MS, isWarm: true });
  const usual = await laboratory.run({ code: 'usual', bytes: bytes * PART_OF_THE_USUAL, concurrency: 1, latencyMs: LATENCY_MS });
  return [{
    what: `3. rows a second with answers after ${LATENCY_MS} ms; usual: one after the other`, wanted: thousands(60_000), ours: perSecond(ours), usual: perSecond(usual),
  }];
}

/** How much of what a table takes is used, and how much is sent in vain. */
export async function limits(laboratory: Laboratory, { limits: all, seconds }: Sizes): Promise<Result[]> {
  const results: Result[] = [];
  for (const limit of all) {
    const show = async (code: 'ours' | 'usual') => {
      const bytes = limit * seconds * BYTES_OF_A_ROW;
      const { table } = await laboratory.run({ code, bytes, limit, latencyMs: LIMITED_LATENCY_MS, concurrency: 32 });
      const used = table.accepted / ((table.lastAt - table.firstAt) / 1000) / limit;
      return `${percent(used)}, ${percent(table.rejected / table.accepted)}`;
    };
    results.push({
      what: `   of a table that takes ${thousands(limit)} a second: used, refused; usual: 32 batches, jittered retries`,
      wanted: '97 %, below 10 %',
      ours: await show('ours'),
      usual: await show('usual'),
    });
  }
  return results;
}
