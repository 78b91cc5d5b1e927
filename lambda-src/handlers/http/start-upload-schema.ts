import * as z from 'zod/mini';
import { StartUploadRequest } from '../../application/start-upload';

const MAX_METADATA_ENTRIES = 20;
const MAX_METADATA_BYTES = 2048;

type Complaint = (issue: { readonly code?: string; readonly input?: unknown }) => string;

/** What a value must be, in the words of an error that follows its name. */
const must = (rule: string): { error: Complaint } => ({
  error: ({ input }) => (input === undefined ? 'is required' : `must be ${rule}`),
});

const metadata = z.record(z.string(), z.string(must('a string')), must('an object of strings')).check(
  z.refine((entries) => Object.keys(entries).length <= MAX_METADATA_ENTRIES, `must have at most ${MAX_METADATA_ENTRIES} entries`),
  z.refine((entries) => metadataBytes(entries) <= MAX_METADATA_BYTES, `must be at most ${MAX_METADATA_BYTES} bytes in UTF-8 in all`),
);

/** The body of `POST /uploads`. */
export const startUploadSchema: z.ZodMiniType<StartUploadRequest> = z.strictObject({
  fileName: z.string(must('a string')),
  contentType: z.string(must('a string')),
  size: z.optional(z.int(must('an integer')).check(z.minimum(0, 'must be at least 0'))),
  metadata: z.optional(metadata),
  method: z.optional(z.enum(['POST', 'PUT'], must("'POST' or 'PUT'"))),
}, { error: ({ code }) => (code === 'unrecognized_keys' ? 'is unknown' : 'must be an object') });

function metadataBytes(entries: Readonly<Record<string, string>>): number {
  return Object.entries(entries).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}
