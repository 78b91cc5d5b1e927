import * as z from 'zod/mini';
import { StartUploadRequest } from '../../application/uploads/start-upload';
import { dryRunSchema } from './dry-run-schema';
import { metadataSchema } from './metadata-schema';
import { must, onlyKnown } from './must';

/** Base64 of as many bytes as the algorithm makes; the last digit has no bits to spare, so that a value has one form only. */
const SHA256_VALUE = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
const CRC64NVME_VALUE = /^[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=$/;

const checksum = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('SHA256'),
    value: z.string(must('a string')).check(z.regex(SHA256_VALUE, 'must be the base64 of 32 bytes')),
  }, onlyKnown),
  z.strictObject({
    algorithm: z.literal('CRC64NVME'),
    value: z.string(must('a string')).check(z.regex(CRC64NVME_VALUE, 'must be the base64 of 8 bytes')),
  }, onlyKnown),
], { error: ({ code, input }) => (code === 'invalid_union' && isObject(input) ? "must be 'SHA256' or 'CRC64NVME'" : 'must be an object') });

const FILE = {
  fileName: z.string(must('a string')),
  contentType: z.string(must('a string')),
  size: z.optional(z.int(must('an integer')).check(z.minimum(0, 'must be at least 0'))),
  method: z.optional(z.enum(['POST', 'PUT'], must("'POST' or 'PUT'"))),
  multipart: z.optional(z.boolean(must('true or false'))),
  checksum: z.optional(checksum),
};

const FILE_LABEL = /^[A-Za-z0-9_-]{1,64}$/;

/** Of the upload, however many files it has. */
const UPLOAD = { metadata: z.optional(metadataSchema), dryRun: z.optional(dryRunSchema) };

/** The body of `POST /uploads` for one file. */
export const startOneFileSchema = z.strictObject({ ...FILE, ...UPLOAD }, onlyKnown);

/** The body of `POST /uploads` for several files. */
export const startFilesSchema = z.strictObject({
  files: z.array(z.strictObject({
    name: z.string(must('a string')).check(z.regex(FILE_LABEL, 'must be 1 to 64 letters, digits, hyphens and underscores')),
    ...FILE,
  }, onlyKnown), must('a list')).check(z.minLength(1, 'must have at least one file')),
  ...UPLOAD,
}, onlyKnown);

/** The body of `POST /uploads`. */
export const startUploadSchema: z.ZodMiniType<StartUploadRequest> = z.union([startOneFileSchema, startFilesSchema]);

/** The one of both that a body means, so that its faults are named and not those of the other. */
export function startUploadSchemaOf(body: unknown): z.ZodMiniType<StartUploadRequest> {
  return isObject(body) && Object.hasOwn(body, 'files') ? startFilesSchema : startOneFileSchema;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
