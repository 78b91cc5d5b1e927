// Plain JavaScript without dependencies: `npm run stop` must work when node_modules is gone.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 50;

/** Stops every engine that was started from this checkout; only processes that are the emulator are ended. */
export async function stopEngines(projectRoot, report) {
  const root = join(projectRoot, '.local-engine');
  const homes = existsSync(root) ? readdirSync(root).filter((name) => name.startsWith('engine-')) : [];
  let stopped = 0;
  for (const home of homes) {
    const pid = pidIn(join(root, home, 'engine.json'));
    if (pid !== undefined && isEngine(pid)) {
      await end(pid);
      report(`Stopped the local engine on port ${home.slice('engine-'.length)}`);
      stopped += 1;
    }
    rmSync(join(root, home), { recursive: true, force: true });
  }
  if (stopped === 0) report('The local engine is not running');
}

function pidIn(stateFile) {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')).pid;
  } catch {
    return undefined;
  }
}

/** A process id may belong to another program by now. */
function isEngine(pid) {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes('.local-engine');
  } catch {
    return false;
  }
}

/** The engine leads a process group of its own, which its Lambda functions share. */
async function end(pid) {
  process.kill(-pid, 'SIGTERM');
  const deadline = Date.now() + DEADLINE_MILLISECONDS;
  while (isEngine(pid)) {
    if (Date.now() > deadline) process.kill(-pid, 'SIGKILL');
    await delay(POLL_MILLISECONDS);
  }
}
