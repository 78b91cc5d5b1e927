import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(__dirname, '..');
const HANDLERS = join(ROOT, 'lambda-src', 'handlers');
const ASSETS = join(ROOT, 'assets');
const SOURCE_MAPS = join(ROOT, 'build', 'source-maps');

/** Bundles every handler into `assets/<name>/index.js`, with everything it needs. */
async function main(): Promise<void> {
  const names = handlerNames();
  removeLeftovers(names);
  for (const name of names) {
    const { outputFiles } = await build({
      entryPoints: [join(HANDLERS, `${name}.ts`)],
      outfile: join(ASSETS, name, 'index.js'),
      absWorkingDir: ROOT,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      mainFields: ['module', 'main'],
      minify: true,
      treeShaking: true,
      // Kept outside the assets: a function that ships its map pays for it at every cold start.
      sourcemap: 'external',
      legalComments: 'none',
      write: false,
    });
    const code = outputFiles.find(({ path }) => path.endsWith('.js'))!;
    const map = outputFiles.find(({ path }) => path.endsWith('.map'))!;
    writeIfChanged(code.path, code.contents);
    writeIfChanged(join(SOURCE_MAPS, `${name}.js.map`), map.contents);
    process.stdout.write(`assets/${name}/index.js ${Math.round(code.contents.length / 1024)} KB\n`);
  }
}

function handlerNames(): string[] {
  if (!existsSync(HANDLERS)) return [];
  return readdirSync(HANDLERS, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => parse(entry.name).name)
    .sort();
}

/** Whatever this script would not write: a handler that is gone must not be published. */
function removeLeftovers(names: readonly string[]): void {
  const keep = new Set(names);
  for (const folder of existsSync(ASSETS) ? readdirSync(ASSETS) : []) {
    if (!keep.has(folder)) {
      rmSync(join(ASSETS, folder), { recursive: true });
      continue;
    }
    for (const file of readdirSync(join(ASSETS, folder))) {
      if (file !== 'index.js') rmSync(join(ASSETS, folder, file), { recursive: true });
    }
  }
}

/** An untouched file keeps its time stamp, and with it every cache that looks at it. */
function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
