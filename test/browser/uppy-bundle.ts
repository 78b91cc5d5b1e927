import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_DIR, PROJECT_ROOT } from '../../tools/local-engine';
import { projectPath } from '../../tools/local-engine/environment';
import { withLock } from '../../tools/local-engine/lock';
import { runCommand } from '../../tools/local-engine/run-command';

/** The published versions that are tested, by the names of their folders. */
export type UppyVersion = 'uppy-5' | 'uppy-6';

const SOURCES = ['package.json', 'package-lock.json'];
const PAGE = join(__dirname, 'page.mjs');

/**
 * Installs a version of Uppy from its lock file, once, and bundles it with the test page. Outside the project's own
 * `node_modules`, whose packages it must not meet. Returns the path of the script.
 */
export async function uppyScript(version: UppyVersion): Promise<string> {
  const folder = join(ENGINE_DIR, 'browser', version);
  const script = join(folder, 'page.js');
  const stamp = join(folder, '.built-from');
  const sources = [...SOURCES.map((name) => join(__dirname, version, name)), PAGE];
  const wanted = hashOf(sources);
  await withLock(version, async () => {
    if (existsSync(script) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    rmSync(stamp, { force: true });
    mkdirSync(folder, { recursive: true });
    for (const name of SOURCES) copyFileSync(join(__dirname, version, name), join(folder, name));
    const env = { ...process.env, PATH: projectPath() };
    await runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, env, log: join(folder, 'install.log') });
    await runCommand('esbuild', [PAGE, '--bundle', '--format=iife', '--target=chrome120', `--outfile=${script}`], {
      cwd: PROJECT_ROOT, env: { ...env, NODE_PATH: join(folder, 'node_modules') }, log: join(folder, 'bundle.log'),
    });
    writeFileSync(stamp, wanted);
  });
  return script;
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
