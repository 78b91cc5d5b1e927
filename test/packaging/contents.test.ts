import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { PROJECT_ROOT } from '../../tools/local-engine';
import { buildPackages, Consumer, filesIn, packedPaths, pathsInTarball } from '../../tools/packaging';

// The first of the packaging tests builds the packages, the others wait for it.
jest.setTimeout(600_000);

describe('the npm package', () => {
  let tarball: string;

  beforeAll(async () => {
    ({ tarball } = await buildPackages());
  });

  test('ships lib, assets, API.md, README, licence and the jsii assembly, and nothing else', async () => {
    const modules = filesIn(PROJECT_ROOT, 'src').map((path) => path.replace(/^src\/(.*)\.ts$/, 'lib/$1'));
    const handlers = filesIn(PROJECT_ROOT, 'lambda-src/handlers').flatMap((path) => /^lambda-src\/handlers\/([^/]+)\.ts$/.exec(path)?.[1] ?? []);

    expect((await pathsInTarball(tarball)).filter((path) => !path.startsWith('lib/') && !path.startsWith('assets/'))).toEqual([
      // The assembly describes the API to the packages of every other language, which are generated from it and ship it.
      '.jsii', 'API.md', 'LICENSE', 'README.md', 'package.json',
    ]);
    expect(await pathsInTarball(tarball)).toEqual([
      '.jsii', 'API.md', 'LICENSE', 'README.md', 'package.json',
      ...handlers.map((name) => `assets/${name}/index.js`),
      ...modules.flatMap((path) => [`${path}.js`, `${path}.d.ts`]),
    ].sort());
  });

  test('ships nothing else either when it is packed in this checkout, with whatever lies in it', async () => {
    // `.warnings.jsii.js` is there as soon as something of ours is deprecated; its place in `exports` is reserved.
    const expected = /^(\.jsii|\.warnings\.jsii\.js|API\.md|LICENSE|README\.md|package\.json|assets\/[^/]+\/index\.js|lib\/.+(\.js|\.d\.ts))$/;

    expect((await packedPaths(PROJECT_ROOT)).filter((path) => !expected.test(path))).toEqual([]);
  });

  test('names no folder of the machine that built it', async () => {
    const consumer = await Consumer.install(tarball);
    try {
      const installed = filesIn(consumer.folder, 'node_modules/cdk-upload-ingest');
      const naming = installed.filter((path) => {
        const content = readFileSync(consumer.path(path), 'utf8');
        return [PROJECT_ROOT, `${homedir()}/`, 'upload-ingest-packages-'].some((folder) => content.includes(folder));
      });
      expect(naming).toEqual([]);
    } finally {
      consumer.remove();
    }
  });
});
