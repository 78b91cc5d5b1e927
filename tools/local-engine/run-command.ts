import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the output goes; its end is shown when the command fails. */
  readonly log: string;
}

/** Runs a command quietly. Rejects with the end of its output when it fails. */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<void> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = createWriteStream(options.log);
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`Cannot run '${command}': ${error.message}`)));
    child.once('close', resolve);
  });
  await new Promise<void>((resolve) => log.end(resolve));
  if (exitCode !== 0) {
    throw new Error(`'${command} ${args.join(' ')}' failed with exit code ${exitCode}:\n${lastLines(options.log)}\nAll of it: ${options.log}`);
  }
}

export function lastLines(file: string, count = 40): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}
