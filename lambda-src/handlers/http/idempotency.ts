import { createHash } from 'node:crypto';
import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import type { Context } from 'aws-lambda';
import { ApiError } from '../../domain/api-error';
import { bodyBytes } from './body';
import { CallerReader } from './caller';
import { idempotencyKeySchema } from './idempotency-key';
import { Route } from './router';

const HEADER = 'idempotency-key';

/** Has a route answer the same request with the same `Idempotency-Key` once, and every repetition of it the same. */
export type Idempotent = (name: string, route: Route) => Route;

/** A request as far as it tells repetitions from other ones. */
export interface KeyedRequest {
  /** Whose key it is, of which route, and the key itself. */
  readonly key: readonly string[];
  /** Stands for everything else that the answer depends on. */
  readonly body: string;
}

/** The answer, or why there is none: the key belongs to another request, or to one that is being worked on. */
export type Answered = Response | 'reused' | 'in-progress';

/** Port: answers a request, or gives the answer of before. */
export type AnswerOnce = (
  request: KeyedRequest,
  options: { readonly expiresAfterSeconds: number; readonly context: Context },
  answer: () => Promise<Response> | Response,
) => Promise<Answered>;

export interface IdempotencyProps {
  /** Called when the first key comes: a function that meets none loads nothing for them. */
  readonly open: () => AnswerOnce;
  readonly callerOf: CallerReader;
  /** How long an answer is kept. */
  readonly expiresAfterSeconds: number;
}

/**
 * A key is its caller's own, and of one route and upload. Callers whom nothing tells apart, since the API does not ask who they are
 * or their credentials do not say, share the keys of their tenant: where that may be strangers they take random ones, such as UUIDs.
 * Refusals and failures are not kept: the next attempt may succeed.
 */
export function idempotency({ open, callerOf, expiresAfterSeconds }: IdempotencyProps): Idempotent {
  let answerOnce: AnswerOnce | undefined;
  return (name, route) => async (request) => {
    const key = readKey(request);
    if (key === undefined) return route(request);
    const { tenantId, owner } = callerOf(request.event);
    const keyed = { key: [tenantId, owner ?? '', name, request.params.uploadId ?? '', key], body: fingerprint(request) };
    answerOnce ??= open();
    return answerOf(await answerOnce(keyed, { expiresAfterSeconds, context: request.context }, () => route(request)));
  };
}

function answerOf(answered: Answered): Response {
  if (answered === 'reused') {
    throw new ApiError('IDEMPOTENCY_KEY_REUSED', "this 'Idempotency-Key' belongs to another request: use a new one for each");
  }
  if (answered === 'in-progress') {
    throw new ApiError('REQUEST_IN_PROGRESS', "a request with this 'Idempotency-Key' is being worked on: try again in a moment");
  }
  return answered;
}

function readKey({ req }: RequestContext): string | undefined {
  const key = req.headers.get(HEADER);
  if (key === null) return undefined;
  if (idempotencyKeySchema.safeParse(key).success) return key;
  throw new ApiError('INVALID_IDEMPOTENCY_KEY', "'Idempotency-Key' must have 1 to 255 printable ASCII characters");
}

/** Everything of a request that its answer depends on, besides the key. */
function fingerprint(request: RequestContext): string {
  const { req } = request;
  const about = JSON.stringify([new URL(req.url).search, req.headers.get('content-type')]);
  return createHash('sha256').update(about).update('\n').update(bodyBytes(request)).digest('hex');
}
