import { Laboratory } from './laboratory';
import { Result } from './result';
import { Sizes } from './sizes';

const LATENCY_MS = 8;

/** How long after a warm function got S3's event the first record can be read. What S3 and SQS take before is theirs. */
export async function firstRecord(laboratory: Laboratory, { small }: Sizes): Promise<Result[]> {
  const show = async (code: 'ours' | 'usual') => {
    const { table, startedAt } = await laboratory.run({ code, bytes: small, isWarm: code === 'ours', latencyMs: LATENCY_MS, concurrency: 8 });
    return `${table.firstAt - startedAt} ms`;
  };
  return [{ what: '5. from the event to the first record, warm', wanted: 'below 1,000 ms', ours: await show('ours'), usual: await show('usual') }];
}
