import { awscdk } from 'projen';

/** `npm pack` ships `lib`, `assets`, `API.md`, README and licence (and `.jsii`, which every jsii language reads). */
export function packageContents(project: awscdk.AwsCdkConstructLibrary): void {
  // The README's snippets compile, or the build fails.
  project.postCompileTask.exec('jsii-rosetta extract .jsii --strict');
  // Nothing by default, so that whatever joins the root folder later does not slip in.
  project.npmignore?.addPatterns(
    '/*', '!/lib/', '!/assets/', '!/API.md', '!/.jsii', '!/.warnings.jsii.js',
    '/lib/**', '!/lib/**/', '!/lib/**/*.js', '!/lib/**/*.d.ts',
    '/assets/**', '!/assets/*/', '!/assets/*/index.js', '!/assets/*/tracing.js', '!/assets/*/idempotency.js',
    '!/assets/query-api/openapi.json', '!/assets/request-models.json',
  );
  // npm runs no install scripts but these: esbuild and Node 24 unpack their binaries.
  project.package.addField('allowScripts', { 'esbuild': true, 'node': true, 'unrs-resolver': true, '@parcel/watcher': false });
  // Lets the examples import the package by its own name (Node's self-reference needs `exports`).
  project.package.addField('exports', {
    '.': { types: './lib/index.d.ts', default: './lib/index.js' },
    './package.json': './package.json',
    './.jsii': './.jsii',
    './.warnings.jsii.js': './.warnings.jsii.js',
  });
}
