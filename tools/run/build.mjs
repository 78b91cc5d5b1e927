import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './hash.mjs';
import { quietly } from './steps.mjs';

/** Everything the build reads. */
const SOURCES = ['src', 'lambda-src', 'tools/bundle.ts', 'tools/bundle-options.ts', 'tools/openapi', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** Some of what it writes: missing, it must run again. */
const RESULTS = ['lib/index.js', '.jsii', 'assets'];

/** Bundles the Lambda functions and compiles the constructs with jsii, unless nothing has changed since the last build. */
export async function build(root) {
  const folder = join(root, '.local-engine');
  const stamp = join(folder, 'built-sources');
  const wanted = hashOf(root, SOURCES);
  const isThere = RESULTS.every((path) => existsSync(join(root, path)));
  if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  rmSync(stamp, { force: true });
  // jsii leaves the output of modules that are gone.
  rmSync(join(root, 'lib'), { force: true, recursive: true });
  // Neither reads what the other writes.
  await Promise.all([
    quietly(root, 'Bundling the Lambda functions', 'projen', ['pre-compile']),
    quietly(root, 'Compiling the constructs with jsii', 'projen', ['compile']),
  ]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, wanted);
}
