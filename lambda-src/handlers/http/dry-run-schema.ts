import * as z from 'zod/mini';
import { must } from './must';
import { parameter } from './query-schema';

/** Whether an upload is only checked, wherever a body says so. */
export const dryRunSchema = z.boolean(must('true or false'));

/** The same in a query, which has no booleans. */
export const DRY_RUN_PARAMETER = parameter(
  z.pipe(z.pipe(z.enum(['true', 'false']), z.transform((text) => text === 'true')), z.boolean()), "must be 'true' or 'false'",
);
