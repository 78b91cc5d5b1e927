import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withLock } from '../local-engine/lock';
import { runCommand } from '../local-engine/run-command';
import { ENGINE_DIR, PROJECT_ROOT } from '../local-engine/settings';
import { LOG_DIR, VENV_DIR } from './paths';
import { hashOf, onceFor } from './stamp';

/** Returns the `python` of a virtual environment with the pinned requirements and that wheel; what is there already stays. */
export async function pythonWith(requirements: string, wheel: string): Promise<string> {
  const python = join(VENV_DIR, 'bin', 'python');
  return withLock('packaging-venv', async () => {
    // Its Python may be gone since: then it is a link to nowhere.
    if (!existsSync(python)) rmSync(VENV_DIR, { recursive: true, force: true });
    await onceFor(readFileSync(requirements, 'utf8'), join(VENV_DIR, '.installed-requirements'), async () => {
      rmSync(VENV_DIR, { recursive: true, force: true });
      mkdirSync(ENGINE_DIR, { recursive: true });
      await run('python3', '-m', 'venv', VENV_DIR);
      await pip(python, '--requirement', requirements);
    });
    await onceFor(hashOf(dirname(wheel), [basename(wheel)]), join(VENV_DIR, '.installed-wheel'), async () => {
      // The version of an unreleased package never changes, so pip would keep the one it has.
      await pip(python, '--force-reinstall', '--no-deps', wheel);
      await run(python, '-m', 'pip', 'check');
    });
    return python;
  });
}

async function pip(python: string, ...args: string[]): Promise<void> {
  await run(python, '-m', 'pip', 'install', '--disable-pip-version-check', ...args);
}

async function run(command: string, ...args: string[]): Promise<void> {
  const log = join(LOG_DIR, `packaging-python-${args[1]}-${args[2].replace(/.*[\\/]/, '')}.log`);
  await runCommand(command, args, { cwd: PROJECT_ROOT, env: process.env, log });
}
