import * as z from 'zod/mini';

const text = (description: string) => z.string().check(z.describe(description));

const errorDetail = z.union([
  z.object({ pointer: text('JSON pointer into the body (RFC 6901).'), detail: text('What is wrong there, as the end of a sentence.') }),
  z.object({ parameter: text('Name of a parameter.'), detail: text('What is wrong with it, as the end of a sentence.') }),
  z.object({
    file: text('Name of a file of the upload.'),
    detail: text('What is wrong with it.'),
    missing: z.optional(z.array(z.int().check(z.minimum(1))).check(z.describe('Numbers of the parts to send.'))),
  }),
]).check(z.meta({ id: 'ErrorDetail', description: 'One thing that is wrong.' }));

const MEMBERS = {
  type: z.literal('about:blank'),
  title: text('The words of the status.'),
  detail: text('What is wrong with this request, for people.'),
  errors: z.optional(z.array(errorDetail)),
};

/** An error with a code of its own. */
export function problemSchema<Status extends z.ZodMiniType>(code: string, status: Status, meaning: string) {
  return z.object({ ...MEMBERS, status, code: z.literal(code) }).check(z.meta({ id: problemName(code), description: meaning }));
}

/** `UploadNotFoundProblem` for `UPLOAD_NOT_FOUND`. */
export function problemName(code: string): string {
  return `${code.split('_').map((word) => word[0] + word.slice(1).toLowerCase()).join('')}Problem`;
}

/** Any error, told apart by one of these codes. */
export function anyProblem(codes: readonly string[]) {
  return z.object({
    ...MEMBERS,
    status: z.optional(z.int().check(z.minimum(400), z.maximum(599))),
    code: z.enum(codes).check(z.describe('Stable: codes are added, never renamed.')),
  }).check(z.meta({ id: 'Problem', description: 'An error (RFC 9457), told apart by its `code`.' }));
}
