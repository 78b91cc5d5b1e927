import { firstRecord } from './ingest/first-record';
import { Laboratory } from './ingest/laboratory';
import { memory } from './ingest/memory';
import { Result } from './ingest/result';
import { rowsPerCpu } from './ingest/rows-per-cpu';
import { FULL, Sizes } from './ingest/sizes';
import { latency, limits } from './ingest/throughput';
import { writeUnits } from './ingest/write-units';
import { table } from './table';

type Part = (laboratory: Laboratory, sizes: Sizes) => Promise<Result[]>;

const PARTS: readonly Part[] = [rowsPerCpu, memory, latency, limits, writeUnits, firstRecord];

/**
 * What the processor makes of a file, beside the code that people usually write: csv-parse with objects, hand-made checks, and
 * BatchWrite of lib-dynamodb. Same file, same checks of all eight columns, same stand-ins for S3 and DynamoDB.
 */
export async function ingest(sizes = FULL): Promise<string> {
  const laboratory = await Laboratory.open();
  try {
    const results: Result[] = [];
    for (const part of PARTS) results.push(...await part(laboratory, sizes));
    const rows = results.map(({ what, wanted, ours, usual }) => [what, wanted, ours, usual]);
    return `Ingest: the processor beside the usual code\n\n${table(['', 'wanted', 'ours', 'usual'], rows)}`;
  } finally {
    laboratory.close();
  }
}
