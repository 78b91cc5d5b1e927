import * as z from 'zod/mini';
import { DRY_RUN_PARAMETER, dryRunSchema } from './dry-run-schema';
import { metadataSchema } from './metadata-schema';
import { must, onlyKnown } from './must';
import { anyText } from './query-schema';

/** The body of `POST /uploads/inline` in JSON. */
export const inlineUploadSchema = z.strictObject({
  fileName: z.string(must('a string')),
  contentType: z.string(must('a string')),
  content: z.string(must('a string')),
  metadata: z.optional(metadataSchema),
  dryRun: z.optional(dryRunSchema),
}, onlyKnown);

/** The query of `POST /uploads/inline` with a file as its body. */
export const INLINE_PARAMETERS = { fileName: anyText, dryRun: DRY_RUN_PARAMETER };
