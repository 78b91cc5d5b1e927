/** What a child is to do, as the JSON of its first argument. */
export interface Job {
  readonly bucket: string;
  readonly key: string;
  /** Of the usual code: batches on their way at the same time. */
  readonly concurrency?: number;
  /** Of ours: the processor's bundle, and the upload that comes first, to warm it up. */
  readonly bundle?: string;
  readonly warmUpKey?: string;
}

/** What it took, as the child says it on its standard output. */
export interface Measured {
  /** User and system time of the whole process while it worked. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The most that was ever in memory. */
  readonly peakMegabytes: number;
  /** When work began, in epoch milliseconds. */
  readonly startedAt: number;
}

const MARK = '\nMEASURED ';

/** Does a child's work, and tells the parent what it took: not the time that loading its code takes. */
export async function measured(work: (job: Job) => Promise<void>, before?: (job: Job) => Promise<void>): Promise<void> {
  const job = JSON.parse(process.argv[2]) as Job;
  await before?.(job);
  const startedAt = Date.now();
  const started = performance.now();
  const cpu = process.cpuUsage();
  await work(job);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  const result: Measured = { cpuSeconds: (user + system) / 1e6, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024, startedAt };
  // Connections that are kept would keep the process, too.
  process.stdout.write(`${MARK}${JSON.stringify(result)}\n`, () => process.exit());
}

/** Whatever a function logs comes before it. */
export function measuredIn(output: string): Measured {
  const at = output.lastIndexOf(MARK);
  if (at < 0) throw new Error(`a child has measured nothing: ${output.slice(-2_000)}`);
  return JSON.parse(output.slice(at + MARK.length)) as Measured;
}
