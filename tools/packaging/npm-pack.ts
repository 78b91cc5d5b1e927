import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { NODE_MODULES } from './paths';

const execute = promisify(execFile);

/** Paths that `npm pack` would ship from a folder, as it is now. */
export async function packedPaths(folder: string): Promise<string[]> {
  const env = { ...process.env, PATH: [join(NODE_MODULES, '.bin'), process.env.PATH ?? ''].join(delimiter) };
  const { stdout } = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder, env });
  // npm 12 answers with an object by package name, older ones with a list.
  const packages = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
  return packages.flatMap(({ files }) => files.map(({ path }) => path)).sort();
}

/** Paths inside a tarball that `npm pack` made. */
export async function pathsInTarball(tarball: string): Promise<string[]> {
  const { stdout } = await execute('tar', ['-tzf', tarball]);
  return stdout.trimEnd().split('\n').map((path) => path.replace(/^package\//, '')).sort();
}

/** Unpacks a tarball of `npm pack` as npm does when it installs it. */
export async function unpackTarball(tarball: string, folder: string): Promise<void> {
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder]);
}
