import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PROJECT_ROOT } from '../local-engine';
import { withLock } from '../local-engine/lock';
import { runCommand } from '../local-engine/run-command';
import { LOG_DIR, NODE_MODULES, PACKAGING_DIR } from './paths';
import { hashOf, onceFor } from './stamp';

/** Everything a release is built from; `rosetta` holds the imports that README snippets share, if there are any. */
const SOURCES = [
  '.npmignore', '.projen', 'LICENSE', 'README.md', 'lambda-src', 'package.json', 'rosetta', 'src',
  'tools/bundle.ts', 'tools/bundle-options.ts', 'tools/openapi', 'tsconfig.json',
];
/** What else decides what comes out. */
const BUILDERS = ['package-lock.json', 'tools/packaging/packages.ts'];

/** Lie in the folder when it is packed, as leftovers do on a developer's machine; none of them may be shipped. */
const STRAY_FILES = [
  '.env', '.jsii.tabl.json', '.vscode/settings.json', 'assets/processor/index.js.map', 'assets/processor/record-model.json', 'assets/stray.js',
  'coverage/lcov.info', 'dist/js/old.tgz', 'lib/private/stray.ts', 'lib/stray.d.ts.map', 'lib/tsconfig.tsbuildinfo', 'notes.md', 'stray/index.js',
];

/** What is published. */
export interface Packages {
  /** For npm. */
  readonly tarball: string;
  /** For PyPI. */
  readonly wheel: string;
}

/**
 * Builds the packages from the sources in a folder of their own, as a release does on a fresh clone, so that neither
 * leftovers in `lib` nor a build that runs at the same time can get into them. Unchanged sources are not built again.
 */
export async function buildPackages(): Promise<Packages> {
  return withLock('packages', async () => {
    await onceFor(hashOf(PROJECT_ROOT, [...SOURCES, ...BUILDERS]), join(PACKAGING_DIR, 'built-sources'), buildInTemporaryFolder);
    return { tarball: onlyFile('js', '.tgz'), wheel: onlyFile('python', '.whl') };
  });
}

async function buildInTemporaryFolder(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'upload-ingest-packages-'));
  try {
    for (const path of SOURCES.filter((source) => existsSync(join(PROJECT_ROOT, source)))) {
      cpSync(join(PROJECT_ROOT, path), join(folder, path), { recursive: true });
    }
    symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
    await Promise.all([run(folder, 'projen', 'pre-compile'), run(folder, 'projen', 'compile')]);
    await Promise.all([
      run(folder, 'projen', 'docgen'),
      // Fails on a snippet of the README that does not compile.
      run(folder, 'jsii-rosetta', 'extract', '.jsii', '--strict'),
    ]);
    for (const path of STRAY_FILES.filter((stray) => !existsSync(join(folder, stray)))) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), '');
    }
    rmSync(PACKAGING_DIR, { recursive: true, force: true });
    mkdirSync(PACKAGING_DIR, { recursive: true });
    await run(folder, 'jsii-pacmak', '--targets', 'js', 'python', '--outdir', PACKAGING_DIR);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(cwd: string, command: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, PATH: [join(NODE_MODULES, '.bin'), process.env.PATH ?? ''].join(delimiter) };
  await runCommand(command, args, { cwd, env, log: join(LOG_DIR, `packaging-${[command, args[0].replace(/\W+/g, '')].join('-')}.log`) });
}

function onlyFile(target: string, extension: string): string {
  const folder = join(PACKAGING_DIR, target);
  const files = readdirSync(folder).filter((name) => name.endsWith(extension));
  if (files.length !== 1) throw new Error(`Expected one ${extension} file for ${target}, got: ${files.join(', ') || 'none'}`);
  return join(folder, files[0]);
}
