import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../tools/local-engine';
import { buildPackages, Consumer, synthesize, type Synthesis } from '../../tools/packaging';
import { synthesizeFromSources } from './in-process';

// The first of the packaging tests builds the packages, the others wait for it.
jest.setTimeout(600_000);

const TSC = join(PROJECT_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const execute = promisify(execFile);

describe('a project that installed the npm package', () => {
  let consumer: Consumer;
  let expected: Synthesis;

  beforeAll(async () => {
    expected = synthesizeFromSources();
    consumer = await Consumer.install((await buildPackages()).tarball);
    consumer.add(...['app.cjs', 'app.mjs', 'offline.cjs', 'row.mjs', 'transform.cjs'].map((name) => join(__dirname, 'javascript', name)));
    consumer.add(...['app.ts', 'stack.ts'].map((name) => join(PROJECT_ROOT, 'examples', 'drug-catalog', name)));
  });

  afterAll(() => consumer?.remove());

  test.each(['app.cjs', 'app.mjs'])('synthesizes with %s, without a bundler, another program or the network', async (app) => {
    const { templates } = await synthesizeOffline(app);
    expect(Object.keys(templates)).toEqual(['DefaultPipeline']);
    expect(templates.DefaultPipeline).toEqual(expected.templates.DefaultPipeline);
  });

  test('puts a transform of its own beside the functions', async () => {
    const { transforms, recordModels } = await synthesizeOffline('transform.cjs');
    const source = readFileSync(consumer.path('row.mjs'), 'utf8');
    expect(Object.keys(transforms)).not.toHaveLength(0);
    for (const [path, contents] of Object.entries(transforms)) {
      expect([path, contents]).toEqual([path.replace(/[^/]*$/, 'transform.mjs'), source]);
      expect(JSON.parse(recordModels[path.replace(/[^/]*$/, 'record-model.json')])).toMatchObject({ transform: 'module' });
    }
  });

  test('type-checks the drug catalog, our types included, and synthesizes it', async () => {
    await typeCheck('--module', 'node16', '--moduleResolution', 'node16', '--outDir', consumer.path('compiled'));
    const { templates, recordModels } = await synthesizeOffline(join('compiled', 'app.js'));
    expect(Object.keys(templates)).toEqual(['DrugCatalog']);
    expect(templates.DrugCatalog).toEqual(expected.templates.DrugCatalog);
    expect(expected.recordModels).toEqual(expect.objectContaining(recordModels));
    expect(Object.keys(recordModels)).not.toHaveLength(0);
  });

  test.each([
    ['bundler', ['--module', 'preserve', '--moduleResolution', 'bundler']],
    ['node10', ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0']],
  ])('type-checks with the module resolution %s', async (_, flags) => {
    await expect(typeCheck(...flags, '--noEmit')).resolves.toBeUndefined();
  });

  /** Node may read everything, write to the project only, and start nothing; nothing is on its PATH. */
  async function synthesizeOffline(app: string): Promise<Synthesis> {
    mkdirSync(consumer.path('nothing'), { recursive: true });
    const permissions = ['--permission', '--allow-fs-read=*', `--allow-fs-write=${consumer.folder}`];
    return synthesize(process.execPath, [...permissions, '--require', consumer.path('offline.cjs'), consumer.path(app)], {
      cwd: consumer.folder, env: { PATH: consumer.path('nothing') }, temp: consumer.folder,
    });
  }

  async function typeCheck(...flags: string[]): Promise<void> {
    const strict = ['--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node'];
    try {
      await execute(process.execPath, [TSC, ...strict, ...flags, 'app.ts', 'stack.ts'], { cwd: consumer.folder });
    } catch (error) {
      throw new Error((error as { stdout: string }).stdout);
    }
  }
});
