import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../tools/local-engine';
import { buildPackages, Consumer, filesIn, packedPaths, pathsInTarball } from '../../tools/packaging';

// The first of the packaging tests builds the packages, the others wait for it.
jest.setTimeout(600_000);

/** The assembly describes the API to the packages of every other language, which are generated from it and ship it. */
const ASSEMBLY = '.jsii';
/** The compiler adds it when it is told to warn of what is deprecated, see `exports` in package.json. */
const DEPRECATIONS = '.warnings.jsii.js';
/** What the build makes of the API's schemas. */
const DOCUMENTS = ['assets/query-api/openapi.json', 'assets/request-models.json'];
const ALWAYS = [ASSEMBLY, 'API.md', 'LICENSE', 'README.md', 'package.json'];

/** Whether a function has tracing in a file beside it, which is loaded only where it is on. */
/** What a function may load later, and the word in its source that says so. */
const BESIDE = { 'idempotency.js': 'idempotencyBesideTheCode', 'tracing.js': 'withTracing' };

function filesOfFunction(name: string): string[] {
  const source = readFileSync(join(PROJECT_ROOT, 'lambda-src', 'handlers', `${name}.ts`), 'utf8');
  const beside = Object.entries(BESIDE).filter(([, word]) => source.includes(word)).map(([file]) => file);
  return ['index.js', ...beside].map((file) => `assets/${name}/${file}`);
}

describe('the npm package', () => {
  let tarball: string;
  let consumer: Consumer;

  beforeAll(async () => {
    ({ tarball } = await buildPackages());
    consumer = await Consumer.install(tarball);
  });

  afterAll(() => consumer?.remove());

  test('ships lib, assets, API.md, README, licence and the jsii assembly, and nothing else', async () => {
    const modules = filesIn(PROJECT_ROOT, 'src').map((path) => path.replace(/^src\/(.*)\.ts$/, 'lib/$1'));
    const handlers = filesIn(PROJECT_ROOT, 'lambda-src/handlers').flatMap((path) => /^lambda-src\/handlers\/([^/]+)\.ts$/.exec(path)?.[1] ?? []);

    expect((await pathsInTarball(tarball)).filter((path) => path !== DEPRECATIONS)).toEqual([
      ...ALWAYS,
      ...handlers.flatMap(filesOfFunction),
      ...DOCUMENTS,
      ...modules.flatMap((path) => [`${path}.js`, `${path}.d.ts`]),
    ].sort());
  });

  test('ships nothing else either when it is packed in this checkout, with whatever lies in it', async () => {
    const expected = [...ALWAYS, ...DOCUMENTS, DEPRECATIONS];
    const unexpected = (await packedPaths(PROJECT_ROOT))
      .filter((path) => !expected.includes(path) && !/^(assets\/[^/]+\/(index|idempotency|tracing)\.js|lib\/.+(\.js|\.d\.ts))$/.test(path));

    expect(unexpected).toEqual([]);
  });

  test('has the API.md of the repository, which is up to date: else run `npx projen docgen`', () => {
    expect(installed('API.md')).toContain('### UploadIngestPipeline <a name="UploadIngestPipeline"');
    expect(installed('API.md')).toBe(readFileSync(join(PROJECT_ROOT, 'API.md'), 'utf8'));
  });

  test('brings no dependencies: the CDK is the one of the app', () => {
    const { dependencies, peerDependencies, bundledDependencies } = JSON.parse(installed('package.json')) as Record<string, object | undefined>;

    expect({ ...dependencies, ...bundledDependencies }).toEqual({});
    expect(Object.keys(peerDependencies ?? {})).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('names no folder of the machine that built it', async () => {
    const ofThisMachine = [PROJECT_ROOT, `${homedir()}/`, 'upload-ingest-packages-'];
    const paths = await pathsInTarball(tarball);

    expect(paths.filter((path) => ofThisMachine.some((folder) => installed(path).includes(folder)))).toEqual([]);
  });

  function installed(path: string): string {
    return readFileSync(consumer.path('node_modules', 'cdk-upload-ingest', path), 'utf8');
  }
});
