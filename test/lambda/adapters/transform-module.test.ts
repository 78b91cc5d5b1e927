import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, ROOT } from '../../../tools/bundle-options';

const execute = promisify(execFile);

/** What a function does with the module beside it, as a bundle like every other; jest itself cannot import ES modules. */
const FUNCTION = `
  import { transformModule } from './lambda-src/adapters/transform-module';
  import { ModuleTransformer } from './lambda-src/application/transform/module-transformer';
  const { rows, upload } = JSON.parse(process.argv[2]);
  const transformer = new ModuleTransformer(transformModule(__dirname));
  const job = { upload, file: { fileName: 'a.csv' }, rowsBefore: 0, timeLeft: () => 60000 };
  const twice = async () => [await transformer.transform(rows, job), await transformer.transform(rows, job)];
  twice().then(([results]) => console.log(JSON.stringify({ results })), ({ code, message }) => console.log(JSON.stringify({ code, message })));
`;

let bundle: Uint8Array;
let folder: string;
beforeAll(async () => {
  const { outputFiles } = await build({ ...BUNDLE_OPTIONS, stdin: { contents: FUNCTION, resolveDir: ROOT, loader: 'ts' }, write: false });
  bundle = outputFiles[0].contents;
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transform-'));
  writeFileSync(join(folder, 'index.js'), bundle);
});
afterEach(() => rmSync(folder, { recursive: true }));

const ROWS = [{ row: 1, names: ['name', 'price'], texts: ['a', '1.50'] }, { row: 2, names: ['name', 'price'], texts: ['', '2'] }];

/** What a new process with the module beside the bundle says. */
async function transform(file: string, source: string): Promise<{ results?: unknown[]; code?: string; message?: string }> {
  writeFileSync(join(folder, file), source);
  const input = JSON.stringify({ rows: ROWS, upload: { uploadId: 'u', tenantId: '-', metadata: { lab: '7' } } });
  const { stdout } = await execute(process.execPath, [join(folder, 'index.js'), input]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as { results?: unknown[] };
}

const BODY = "(row, { row: nth, fileName, metadata }) => row.name === '' ? null : ({ ...row, nth, from: fileName, lab: metadata.lab, id: hash(row.name) })";
const MADE = [{ names: ['name', 'price', 'nth', 'from', 'lab', 'id'], texts: ['a', '1.50', '1', 'a.csv', '7', 'ca978112ca1b'], numbers: [2] }, null];
const HASH = "const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);";

test.each<[string, string, string]>([
  ['CommonJS', 'transform.js', `const { createHash } = require('node:crypto'); ${HASH} module.exports = ${BODY};`],
  ['CommonJS that TypeScript made of a default export', 'transform.js',
    `Object.defineProperty(exports, '__esModule', { value: true }); const { createHash } = require('crypto'); ${HASH} exports.default = ${BODY};`],
  ['an ES module', 'transform.mjs', `import { createHash } from 'node:crypto'; ${HASH} export default ${BODY};`],
  ['an ES module that waits', 'transform.mjs', `const { createHash } = await import('node:crypto'); ${HASH} export default async ${BODY};`],
  ['an ES module around CommonJS', 'transform.mjs', `import { createHash } from 'node:crypto'; ${HASH} export default { default: ${BODY} };`],
])('%s transforms rows', async (_, file, source) => {
  expect(await transform(file, source)).toEqual({ results: MADE });
});

test('a module is loaded once', async () => {
  const { results } = await transform('transform.js', 'let loads = globalThis.loads = (globalThis.loads ?? 0) + 1; let rows = 0; module.exports = () => ({ loads, rows: ++rows });');
  expect(results).toEqual([{ names: ['loads', 'rows'], texts: ['1', '1'], numbers: [0, 1] }, { names: ['loads', 'rows'], texts: ['1', '2'], numbers: [0, 1] }]);
});

const EXPORTS = 'the transform must export one function: as module.exports, or as its default';

test.each<[string, string, string, string]>([
  ['exports no function', 'transform.js', 'exports.transform = (row) => row;', EXPORTS],
  ['exports nothing', 'transform.mjs', 'export const transform = (row) => row;', EXPORTS],
  ['needs a package', 'transform.js', "require('lodash');", "the transform cannot be loaded: Cannot find module 'lodash'"],
  ['needs a package as an ES module', 'transform.mjs', "import 'lodash';", "the transform cannot be loaded: Cannot find package 'lodash'"],
  ['throws', 'transform.js', "throw new Error('no licence\\nat all');", 'the transform cannot be loaded: no licence'],
  ['throws something', 'transform.mjs', "throw 'no licence';", 'the transform cannot be loaded: no licence'],
  ['throws nothing', 'transform.mjs', 'throw null;', 'the transform cannot be loaded: null'],
  ['is none', 'transform.js', 'module.exports = (', 'the transform cannot be loaded: Unexpected'],
])('one that %s fails the upload, and says why', async (_, file, source, message) => {
  expect(await transform(file, source)).toEqual({ code: 'TRANSFORM_NOT_LOADED', message: expect.stringContaining(message) as string });
});

test('so does one that is not there', async () => {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'transform-'));
  writeFileSync(join(folder, 'index.js'), bundle);
  expect(await transform('other.js', '')).toMatchObject({ code: 'TRANSFORM_NOT_LOADED' });
});
