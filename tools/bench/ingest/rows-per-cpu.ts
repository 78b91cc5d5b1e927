import { median } from '../statistics';
import { Laboratory, Outcome } from './laboratory';
import { Result, thousands } from './result';
import { Sizes } from './sizes';

const rowsPerCpuSecond = ({ rows, cpuSeconds }: Outcome) => rows / cpuSeconds;

/**
 * What a row costs of a processor: in turns, so that whatever else the machine does hits all alike. The usual code does not look for
 * rows with the same key, so neither does ours where the two are compared; what it costs to look is another line.
 */
export async function rowsPerCpu(laboratory: Laboratory, { file: bytes, turns }: Sizes): Promise<Result[]> {
  const alike: number[] = [];
  const looking: number[] = [];
  const usual: number[] = [];
  const sequential: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    alike.push(rowsPerCpuSecond(await laboratory.run({ code: 'ours', bytes, duplicateKeys: 'unchecked' })));
    usual.push(rowsPerCpuSecond(await laboratory.run({ code: 'usual', bytes, concurrency: 8 })));
    looking.push(rowsPerCpuSecond(await laboratory.run({ code: 'ours', bytes })));
    sequential.push(rowsPerCpuSecond(await laboratory.run({ code: 'usual', bytes, concurrency: 1 })));
  }
  const line = (what: string, wanted: string, ours: readonly number[], other: readonly number[]): Result => ({
    what,
    wanted,
    ours: `${thousands(median(ours))}, ${median(ours.map((value, turn) => value / other[turn])).toFixed(2)} times`,
    usual: thousands(median(other)),
  });
  return [
    line('1. rows per CPU-second; usual: 8 batches on their way', '4.5 times', alike, usual),
    line('   the same; usual: one batch after the other', '', alike, sequential),
    line('   and ours looks for duplicate keys, which the usual does not', '', looking, usual),
  ];
}
