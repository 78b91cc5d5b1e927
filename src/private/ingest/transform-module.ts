import { readFileSync, statSync } from 'fs';
import { extname, resolve } from 'path';
import { invalid } from '../validation';
import { commonJsFault, foreignImports, moduleFault, seemsToExport } from './module-syntax';

/** A file of the user's, as it goes into an asset. */
export interface TransformModule {
  /** As the user gave it. */
  readonly path: string;
  readonly isEsModule: boolean;
  readonly content: Buffer;
  /** What it seems to load that will not be there. */
  readonly foreignImports: readonly string[];
  readonly seemsToExport: boolean;
}

/** It is loaded at every cold start. */
const MAX_BYTES = 10 * 1024 ** 2;
const EXTENSIONS = ['.js', '.cjs', '.mjs'];

/** Reads a module and checks what can be checked without running it, at the user's line. */
export function readTransformModule(path: string): TransformModule {
  const extension = extname(path);
  if (!EXTENSIONS.includes(extension)) {
    invalid('TRANSFORM_EXTENSION',
      `'path' of the transform must end with .js or .cjs (CommonJS) or .mjs (ES module), got '${path}'; TypeScript is compiled first, for example with esbuild --bundle --platform=node`);
  }
  const bytes = sizeOf(path);
  if (bytes === undefined) invalid('TRANSFORM_NOT_FOUND', `'path' of the transform must be a file, got '${path}', which is none in ${process.cwd()}`);
  if (bytes < 1 || bytes > MAX_BYTES) invalid('TRANSFORM_SIZE', `'path' of the transform must be a file of 1 to ${MAX_BYTES} bytes, got ${bytes} in '${path}'`);
  const content = readFileSync(resolve(path));
  const source = content.toString('utf8');
  const isEsModule = extension === '.mjs';
  const fault = isEsModule ? moduleFault(source) : commonJsFault(source);
  if (fault !== undefined) {
    const hint = !isEsModule && moduleFault(source) === undefined ? '; an ES module must end with .mjs' : '';
    invalid('TRANSFORM_SYNTAX', `'path' of the transform must be JavaScript, got '${path}': ${fault}${hint}`);
  }
  return { path, isEsModule, content, foreignImports: foreignImports(source), seemsToExport: seemsToExport(source, isEsModule) };
}

function sizeOf(path: string): number | undefined {
  const found = statSync(resolve(path), { throwIfNoEntry: false });
  return found?.isFile() ? found.size : undefined;
}
