import { resolve } from 'node:path';
import { BuildOptions } from 'esbuild';

export const ROOT = resolve(__dirname, '..');

/** How every function is bundled, and what it is compared with. */
export const BUNDLE_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  treeShaking: true,
  legalComments: 'none',
} as const satisfies BuildOptions;
