import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command';
import { ENGINE_DIR, enginePaths, PROJECT_ROOT } from './settings';

const REQUIREMENTS = join(__dirname, 'requirements.txt');

/** Puts the pinned emulator into a virtual environment of its own; does nothing when it is there already. */
export async function installEngine(report: (line: string) => void): Promise<void> {
  const { venv, python } = enginePaths();
  const stamp = join(venv, '.installed-requirements');
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  report('Installing the local engine (an AWS emulator) into .local-engine/venv, once');
  mkdirSync(ENGINE_DIR, { recursive: true });
  const options = { cwd: PROJECT_ROOT, env: process.env, log: join(ENGINE_DIR, 'install.log') };
  // A whole environment is brought up to date in place: an engine of another port may be running from it.
  if (!existsSync(stamp)) {
    rmSync(venv, { recursive: true, force: true });
    await runCommand('python3', ['-m', 'venv', venv], options);
  }
  await runCommand(python, ['-m', 'pip', 'install', '--disable-pip-version-check', '--requirement', REQUIREMENTS], options);
  writeFileSync(stamp, wanted);
}
