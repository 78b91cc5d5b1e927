import * as z from 'zod/mini';
import { SignPartsRequest } from '../../application/uploads/sign-parts';
import { must, onlyKnown } from './must';
import { anyText } from './query-schema';

/** URLs of one answer. */
const MAX_PARTS_AT_ONCE = 1000;

/** The body of `POST /uploads/{uploadId}/parts`. */
export const signPartsSchema: z.ZodMiniType<SignPartsRequest> = z.strictObject({
  file: z.optional(z.string(must('a string'))),
  partNumbers: z.array(z.int(must('an integer')), must('a list of integers')).check(
    z.minLength(1, 'must have at least one number'),
    z.maxLength(MAX_PARTS_AT_ONCE, `must have at most ${MAX_PARTS_AT_ONCE} numbers`),
  ),
}, onlyKnown);

/** The body of `POST /uploads/{uploadId}/complete`; it may be missing. */
export const completeUploadSchema = z.strictObject({}, onlyKnown);

/** `GET /uploads/{uploadId}/parts` and `GET /uploads/{uploadId}/rejects` */
export const FILE_PARAMETERS = { file: anyText };
