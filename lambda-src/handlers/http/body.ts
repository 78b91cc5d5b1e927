import type * as z from 'zod/mini';
import { ApiError, ErrorDetail } from '../../domain/api-error';

/** Reads and checks the JSON body of a request; every fault is reported at once, with its JSON pointer. */
export async function readBody<T>(request: Request, schema: z.ZodMiniType<T>): Promise<T> {
  const result = schema.safeParse(parse(await request.text()));
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(toDetails);
  throw new ApiError('INVALID_REQUEST', `the body is invalid: ${errors.map(describe).join('; ')}`, errors);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('INVALID_JSON', 'the body must be a JSON document');
  }
}

function toDetails(issue: z.core.$ZodIssue): { pointer: string; detail: string }[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({ pointer: path.map(toSegment).join(''), detail: issue.message })) satisfies ErrorDetail[];
}

/** RFC 6901, section 3. */
function toSegment(key: PropertyKey): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function describe({ pointer, detail }: { pointer: string; detail: string }): string {
  return pointer === '' ? `it ${detail}` : `'${pointer.slice(1)}' ${detail}`;
}
