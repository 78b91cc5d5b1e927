import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TransformFile } from '../../src/private/contract';
import { TransformFunction } from '../application/transform/module-transformer';
import { UploadFailure } from '../domain/rejects/upload-failure';

/** Loads the user's module beside the bundle, once: a failure stays one until the function is another. */
export function transformModule(folder: string): () => Promise<TransformFunction> {
  let loaded: Promise<TransformFunction> | undefined;
  return () => loaded ??= load(folder);
}

async function load(folder: string): Promise<TransformFunction> {
  const exported = await imported(folder);
  const found = functionIn(exported) ?? functionIn(defaultOf(exported));
  if (found) return found;
  throw new UploadFailure('TRANSFORM_NOT_LOADED', 'the transform must export one function: as module.exports, or as its default');
}

async function imported(folder: string): Promise<unknown> {
  try {
    const path = join(folder, TransformFile.ES_MODULE);
    if (!existsSync(path)) return createRequire(join(folder, 'index.js'))(`./${TransformFile.COMMONJS}`);
    return defaultOf(await import(pathToFileURL(path).href));
  } catch (error) {
    // Whatever a module throws when it is loaded. The first line names no files besides.
    const [why] = String((error as { readonly message?: unknown } | null)?.message ?? error).split('\n');
    throw new UploadFailure('TRANSFORM_NOT_LOADED', `the transform cannot be loaded: ${why}`);
  }
}

function defaultOf(exported: unknown): unknown {
  return (exported as { readonly default?: unknown } | null | undefined)?.default;
}

function functionIn(exported: unknown): TransformFunction | undefined {
  return typeof exported === 'function' ? exported as TransformFunction : undefined;
}
