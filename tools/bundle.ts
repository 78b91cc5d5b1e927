import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { build } from 'esbuild';
import { IDEMPOTENCY_FILE, TRACING_FILE } from '../src/private/contract';
import { BUNDLE_OPTIONS, ROOT } from './bundle-options';
import { apiDocuments } from './openapi/documents';

const HANDLERS = join(ROOT, 'lambda-src', 'handlers');
const ASSETS = join(ROOT, 'assets');
const SOURCE_MAPS = join(ROOT, 'build', 'source-maps');

/** What a function loads only when it needs it is a file beside it: whatever bundle has the source in it that loads one. */
const BESIDE = [
  { file: TRACING_FILE, entryPoint: 'tracing/tracing.ts', loadedBy: 'tracing/with-tracing.ts' },
  { file: IDEMPOTENCY_FILE, entryPoint: 'idempotency/idempotency.ts', loadedBy: 'http/idempotency.ts' },
];

/** Bundles every handler into `assets/<name>/index.js`, with everything it needs, and writes what is made of the API's schemas. */
async function main(): Promise<void> {
  const documents = Object.entries(apiDocuments()).map(([path, contents]) => [path, Buffer.from(contents)] as const);
  const bundles = await Promise.all(handlerNames().map(bundleHandler));
  const written = new Map<string, Uint8Array>([...bundles.flat(), ...documents]);
  removeLeftovers([...written.keys()]);
  for (const [path, contents] of written) {
    writeIfChanged(join(ASSETS, path), contents);
    process.stdout.write(`assets/${path} ${Math.round(contents.length / 1024)} KB\n`);
  }
}

type Written = readonly [path: string, contents: Uint8Array];

/** The function, and the files beside it. */
async function bundleHandler(name: string): Promise<Written[]> {
  const { code, map, sources } = await bundle(join(HANDLERS, `${name}.ts`));
  // Kept outside the assets: a function that ships its map pays for it at every cold start.
  writeIfChanged(join(SOURCE_MAPS, `${name}.js.map`), map);
  const needed = BESIDE.filter(({ loadedBy }) => sources.includes(join('lambda-src', 'handlers', loadedBy)));
  const beside = await Promise.all(needed.map(async ({ file, entryPoint }) => [`${name}/${file}`, (await bundle(join(HANDLERS, entryPoint))).code] as const));
  return [[`${name}/index.js`, code], ...beside];
}

async function bundle(entryPoint: string) {
  const { outputFiles, metafile } = await build({
    ...BUNDLE_OPTIONS, entryPoints: [entryPoint], outfile: join(ASSETS, 'index.js'), sourcemap: 'external', metafile: true, write: false,
  });
  const code = outputFiles.find(({ path }) => path.endsWith('.js'))!.contents;
  const map = outputFiles.find(({ path }) => path.endsWith('.map'))!.contents;
  return { code, map, sources: Object.keys(metafile.inputs) };
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
