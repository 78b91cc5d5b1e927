import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where the numbers come from: they say nothing without it. */
export function describeMachine(): string {
  const [first] = cpus();
  return [
    `Machine: ${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GB, ${type()} ${release()} ${arch()}`,
    `Node.js ${process.version}, load average ${loadavg()[0].toFixed(1)} at the start`,
  ].join('\n');
}
