import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { build } from 'esbuild';
import { apiDocuments } from './openapi/documents';

const ROOT = resolve(__dirname, '..');
const HANDLERS = join(ROOT, 'lambda-src', 'handlers');
const ASSETS = join(ROOT, 'assets');
const SOURCE_MAPS = join(ROOT, 'build', 'source-maps');

/** Bundles every handler into `assets/<name>/index.js`, with everything it needs, and writes what is made of the API's schemas. */
async function main(): Promise<void> {
  const names = handlerNames();
  const documents = apiDocuments();
  removeLeftovers([...names.map((name) => `${name}/index.js`), ...Object.keys(documents)]);
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
  for (const [path, contents] of Object.entries(documents)) {
    writeIfChanged(join(ASSETS, path), Buffer.from(contents));
    process.stdout.write(`assets/${path} ${Math.round(contents.length / 1024)} KB\n`);
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
function removeLeftovers(written: readonly string[]): void {
  const keep = new Set(written);
  for (const path of existsSync(ASSETS) ? readdirSync(ASSETS, { recursive: true, encoding: 'utf8' }) : []) {
    const isFolderOfThem = written.some((file) => file.startsWith(`${path}/`));
    if (!keep.has(path) && !isFolderOfThem) rmSync(join(ASSETS, path), { recursive: true, force: true });
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
