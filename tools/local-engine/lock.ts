import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ENGINE_DIR } from './settings';

const POLL_MILLISECONDS = 100;

/**
 * Runs `work` while no other process on this machine holds the lock of that name: jest starts one process per worker.
 * A lock whose owner is gone is taken over, so that an interrupted run does not block the next one.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const file = join(ENGINE_DIR, 'locks', `${name.replace(/[^\w.-]/g, '-')}.lock`);
  mkdirSync(join(ENGINE_DIR, 'locks'), { recursive: true });
  while (!tryToTake(file)) {
    await delay(POLL_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryToTake(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = readOwner(file);
  if (owner !== undefined && owner !== process.pid && !isAlive(owner)) {
    rmSync(file, { force: true });
  }
  return false;
}

/** `undefined`: the owner has created the file but not written to it yet, or just released it. */
function readOwner(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
