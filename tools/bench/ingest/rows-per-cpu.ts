import { Laboratory, Outcome } from './laboratory';
import { Result, thousands } from './result';
import { Sizes } from './sizes';
import { median } from '../statistics';

const rowsPerCpuSecond = ({ rows, cpuSeconds }: Outcome) => rows / cpuSeconds;

/** What a row costs of a processor: in turns, so that whatever else the machine does hits all alike. */
export async function rowsPerCpu(laboratory: Laboratory, { file: bytes, turns }: Sizes): Promise<Result[]> {
  const ours: number[] = [];
  const usual: number[] = [];
  const sequential: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    ours.push(rowsPerCpuSecond(await laboratory.run({ code: 'ours', bytes })));
    usual.push(rowsPerCpuSecond(await laboratory.run({ code: 'usual', bytes, concurrency: 8 })));
    sequential.push(rowsPerCpuSecond(await laboratory.run({ code: 'usual', bytes, concurrency: 1 })));
  }
  const times = (other: readonly number[]) => `${median(ours.map((value, turn) => value / other[turn])).toFixed(2)} times`;
  const line = (what: string, wanted: string, other: readonly number[]): Result => ({
    what, wanted, ours: `${thousands(median(ours))}, ${times(other)}`, usual: thousands(median(other)),
  });
  return [
    line('1. rows per CPU-second; usual: 8 batches on their way', '4.5 times', usual),
    line('   the same; usual: one batch after the other', '', sequential),
  ];
}
