import * as z from 'zod/mini';

/** The header `Idempotency-Key`: printable ASCII. */
export const idempotencyKeySchema = z.string().check(z.regex(/^[\x20-\x7e]{1,255}$/));
