import * as z from 'zod/mini';
import { MAX_PARTS } from '../../../../src/private/contract';
import { must, onlyKnown } from '../must';
import { anyText, integer, parameter } from '../query-schema';

/** Parts of one call; Uppy asks for a few. */
const MAX_BATCH = 1000;

const text = (rule: string) => z.string(must(rule)).check(z.minLength(1, `must be ${rule}`), z.maxLength(2048, 'must be at most 2048 characters'));
const partNumber = z.int(must(`an integer between 1 and ${MAX_PARTS}`))
  .check(z.minimum(1, `must be an integer between 1 and ${MAX_PARTS}`), z.maximum(MAX_PARTS, `must be an integer between 1 and ${MAX_PARTS}`));

/** Values as Uppy has them: whatever a page puts into a file's `meta`. */
const metadata = z.record(z.string(), z.unknown(), must('an object'));

/**
 * The body of `POST /s3/presign`: what Uppy 6 gives to `signRequest`, and `metadata` from whoever wants to add some. Others are
 * passed over, as versions of Uppy to come may have them.
 */
export const presignSchema = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE'], must("'GET', 'POST', 'PUT' or 'DELETE'")),
  key: text('a key'),
  uploadId: z.optional(text("S3's id of a multipart upload")),
  partNumber: z.optional(partNumber),
  contentType: z.optional(z.string(must('a string'))),
  expiresIn: z.optional(z.int(must('a number of seconds')).check(z.minimum(1, 'must be at least 1'))),
  metadata: z.optional(metadata),
}, must('an object'));

/** The body of `POST /s3/multipart`. */
export const createMultipartSchema = z.object({
  filename: z.string(must('a string')),
  type: z.optional(z.nullable(z.string(must('a string')))),
  metadata: z.optional(z.nullable(metadata)),
}, must('an object'));

/** The body of `POST /s3/multipart/{multipartId}/complete`. */
export const completeMultipartSchema = z.object({
  parts: z.array(z.object({ PartNumber: partNumber, ETag: text('the ETag that S3 gave') }, must('an object')), must('an array'))
    .check(z.minLength(1, 'must not be empty'), z.maxLength(MAX_PARTS, `must be at most ${MAX_PARTS} parts`)),
}, must('an object'));

/** The body of `POST /uploads/sessions`; it may be missing. */
export const startSessionSchema = z.strictObject({
  expiresIn: z.optional(z.int(must('a number of seconds')).check(z.minimum(60, 'must be at least 60'))),
}, onlyKnown);

const requiredKey = parameter(z.string().check(z.minLength(1)), "must be the 'key' of the answer that began the upload");
const partNumbers = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,5}(,\d{1,5})*$/)), z.transform((list) => list.split(',').map(Number))),
  z.array(z.int().check(z.minimum(1), z.maximum(MAX_PARTS))).check(z.maxLength(MAX_BATCH)),
);

/** The query of every call for one multipart upload. */
export const TARGET_PARAMETERS = { key: requiredKey };

/** `GET /s3/multipart/{multipartId}/batch` */
export const BATCH_PARAMETERS = {
  ...TARGET_PARAMETERS,
  partNumbers: parameter(partNumbers, `must be 1 to ${MAX_BATCH} numbers between 1 and ${MAX_PARTS}, with commas between them`, 'INVALID_PART_NUMBER'),
};

/** `GET /s3/params`, besides `metadata[name]`. */
export const PARAMS_PARAMETERS = { filename: anyText, type: anyText };

/** In the path. */
export const PART_NUMBER = parameter(integer(1, MAX_PARTS), `must be an integer between 1 and ${MAX_PARTS}`, 'INVALID_PART_NUMBER');
