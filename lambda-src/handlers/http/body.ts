import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import type * as z from 'zod/mini';
import { ApiError, ErrorDetail } from '../../domain/api-error';
import { jsonPointer } from '../../domain/json-pointer';

/**
 * The body as it was sent. The router's `Request` has it as text only, in which bytes that are no text are lost.
 */
export function bodyBytes({ event }: Pick<RequestContext, 'event'>): Uint8Array {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

/** Reads and checks the JSON body of a request; every fault is reported at once, with its JSON pointer. */
export async function readBody<T>(request: Request, schema: z.ZodMiniType<T> | ((body: unknown) => z.ZodMiniType<T>)): Promise<T> {
  return check(parse(await request.text()), schema);
}

/** The same, of a route that also takes no body at all: then it is `{}`. */
export async function readOptionalBody<T>(request: Request, schema: z.ZodMiniType<T>): Promise<T> {
  const text = await request.text();
  return check(text.trim() === '' ? {} : parse(text), schema);
}

function check<T>(body: unknown, schema: z.ZodMiniType<T> | ((body: unknown) => z.ZodMiniType<T>)): T {
  const result = (typeof schema === 'function' ? schema(body) : schema).safeParse(body);
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
  return paths.map((path) => ({ pointer: jsonPointer(...path), detail: issue.message })) satisfies ErrorDetail[];
}

function describe({ pointer, detail }: { pointer: string; detail: string }): string {
  return pointer === '' ? `it ${detail}` : `'${pointer.slice(1)}' ${detail}`;
}
