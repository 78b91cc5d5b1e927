import {
  IdempotencyAlreadyInProgressError, IdempotencyConfig, IdempotencyInconsistentStateError, IdempotencyValidationError, makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';
import type { Context } from 'aws-lambda';
import { ApiError } from '../../domain/api-error';

/** A request as far as it tells repetitions from other ones. */
export interface KeyedRequest {
  /** Whose key it is, of which route, and the key itself. */
  readonly key: readonly string[];
  /** Stands for everything else that the answer depends on. */
  readonly body: string;
}

export interface AnswerOnceOptions {
  readonly store: BasePersistenceLayer;
  /** How long an answer is kept. */
  readonly expiresAfterSeconds: number;
  readonly context: Context;
}

/** An answer as it is stored. */
interface StoredAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Powertools' part: the first answer is kept and given again. In a file of its own, which is loaded when the first key comes. */
export async function answerOnce(
  request: KeyedRequest, { store, expiresAfterSeconds, context }: AnswerOnceOptions, answer: () => Promise<Response> | Response,
): Promise<Response> {
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    payloadValidationJmesPath: 'body',
    hashFunction: 'sha256',
    throwOnNoIdempotencyKey: true,
    expiresAfterSeconds,
    lambdaContext: context,
  });
  const once = makeIdempotent(async (_: KeyedRequest) => toStored(await answer()), { persistenceStore: store, config });
  try {
    return fromStored(await once(request));
  } catch (error) {
    throw toApiError(error);
  }
}

async function toStored(response: Response): Promise<StoredAnswer> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

function fromStored({ status, headers, body }: StoredAnswer): Response {
  return new Response(body, { status, headers });
}

function toApiError(error: unknown): unknown {
  if (error instanceof IdempotencyValidationError) {
    return new ApiError('IDEMPOTENCY_KEY_REUSED', "this 'Idempotency-Key' belongs to another request: use a new one for each");
  }
  if (error instanceof IdempotencyAlreadyInProgressError || error instanceof IdempotencyInconsistentStateError) {
    return new ApiError('REQUEST_IN_PROGRESS', "a request with this 'Idempotency-Key' is being worked on: try again in a moment");
  }
  return error;
}
