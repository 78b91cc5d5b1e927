import { Laboratory } from './laboratory';
import { Result } from './result';
import { Sizes } from './sizes';

/** Whether the most that is ever in memory depends on how large a file is. */
export async function memory(laboratory: Laboratory, { small, large }: Sizes): Promise<Result[]> {
  const ofSmall = await laboratory.run({ code: 'ours', bytes: small });
  const ofLarge = await laboratory.run({ code: 'ours', bytes: large });
  const usual = await laboratory.run({ code: 'usual', bytes: small, concurrency: 8 });
  const megabytes = (value: number) => `${value.toFixed(0)} MB`;
  return [
    { what: `2. peak memory, a file of ${megabytes(small / 1e6)}`, wanted: 'below 256 MB', ours: megabytes(ofSmall.peakMegabytes), usual: megabytes(usual.peakMegabytes) },
    { what: `   peak memory, a file of ${megabytes(large / 1e6)}`, wanted: '15 MB more', ours: megabytes(ofLarge.peakMegabytes), usual: '' },
  ];
}
