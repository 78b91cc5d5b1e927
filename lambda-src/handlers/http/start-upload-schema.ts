import * as z from 'zod/mini';
import { StartUploadRequest } from '../../application/start-upload';

const MAX_METADATA_ENTRIES = 20;
const MAX_METADATA_BYTES = 2048;

type Complaint = (issue: { readonly code?: string; readonly input?: unknown }) => string;

/** What a value must be, in the words of an error that follows its name. */
const must = (rule: string): { error: Complaint } => ({
  error: ({ input }) => (input === undefined ? 'is required' : `must be ${rule}`),
});

/** Checked before `z.record`, which drops `__proto__` in silence. DynamoDB takes no empty key, and its SDK loses `__proto__`. */
const storableKeys = z.unknown().check(
  z.refine((given) => !hasKey(given, ''), 'must not have an empty key'),
  z.refine((given) => !hasKey(given, '__proto__'), "must not have the key '__proto__'"),
);

const texts = z.record(z.string(), z.string(must('a string')), must('an object of strings')).check(
  z.refine((given) => Object.keys(given).length <= MAX_METADATA_ENTRIES, `must have at most ${MAX_METADATA_ENTRIES} entries`),
  z.refine((given) => metadataBytes(given) <= MAX_METADATA_BYTES, `must be at most ${MAX_METADATA_BYTES} bytes in UTF-8 in all`),
);

const metadata = z.pipe(storableKeys, texts);

/** The body of `POST /uploads`. */
export const startUploadSchema: z.ZodMiniType<StartUploadRequest> = z.strictObject({
  fileName: z.string(must('a string')),
  contentType: z.string(must('a string')),
  size: z.optional(z.int(must('an integer')).check(z.minimum(0, 'must be at least 0'))),
  metadata: z.optional(metadata),
  method: z.optional(z.enum(['POST', 'PUT'], must("'POST' or 'PUT'"))),
}, { error: ({ code }) => (code === 'unrecognized_keys' ? 'is unknown' : 'must be an object') });

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function metadataBytes(entries: Readonly<Record<string, string>>): number {
  return Object.entries(entries).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}
