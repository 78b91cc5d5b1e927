import * as z from 'zod/mini';
import { must } from './must';

const MAX_METADATA_ENTRIES = 20;
const MAX_METADATA_BYTES = 2048;

/** Checked before `z.record`, which drops `__proto__` in silence. DynamoDB takes no empty key, and its SDK loses `__proto__`. */
const storableKeys = z.unknown().check(
  z.refine((given) => !hasKey(given, ''), 'must not have an empty key'),
  z.refine((given) => !hasKey(given, '__proto__'), "must not have the key '__proto__'"),
);

const texts = z.record(z.string(), z.string(must('a string')), must('an object of strings')).check(
  z.refine((given) => Object.keys(given).length <= MAX_METADATA_ENTRIES, `must have at most ${MAX_METADATA_ENTRIES} entries`),
  z.refine((given) => metadataBytes(given) <= MAX_METADATA_BYTES, `must be at most ${MAX_METADATA_BYTES} bytes in UTF-8 in all`),
);

/** What a client says about an upload, wherever it says so. */
export const metadataSchema = z.pipe(storableKeys, texts);

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function metadataBytes(entries: Readonly<Record<string, string>>): number {
  return Object.entries(entries).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}
