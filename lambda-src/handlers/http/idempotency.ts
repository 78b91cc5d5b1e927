import { createHash } from 'node:crypto';
import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import {
  IdempotencyAlreadyInProgressError, IdempotencyConfig, IdempotencyInconsistentStateError, IdempotencyValidationError, makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';
import { bodyBytes } from './body';
import { CallerReader } from './caller';
import { idempotencyKeySchema } from './idempotency-key';
import { Route } from './router';
import { ApiError } from '../../domain/api-error';

const HEADER = 'idempotency-key';

/** Has a route answer the same request with the same `Idempotency-Key` once, and every repetition of it the same. */
export type Idempotent = (name: string, route: Route) => Route;

export interface IdempotencyProps {
  readonly store: BasePersistenceLayer;
  readonly callerOf: CallerReader;
  /** How long an answer is kept. */
  readonly expiresAfterSeconds: number;
}

/** An answer as it is stored. */
interface StoredAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A key is its caller's own, and of one route and upload. Refusals and failures are not kept: the next attempt may succeed. */
export function idempotency({ store, callerOf, expiresAfterSeconds }: IdempotencyProps): Idempotent {
  return (name, route) => async (request) => {
    const key = readKey(request);
    if (key === undefined) return route(request);
    const { tenantId, owner } = callerOf(request.event);
    const data = { key: [tenantId, owner ?? '', name, request.params.uploadId ?? '', key], body: fingerprint(request) };
    const config = new IdempotencyConfig({
      eventKeyJmesPath: 'key',
      payloadValidationJmesPath: 'body',
      hashFunction: 'sha256',
      throwOnNoIdempotencyKey: true,
      expiresAfterSeconds,
      lambdaContext: request.context,
    });
    const once = makeIdempotent(async (_: typeof data) => toStored(await route(request)), { persistenceStore: store, config });
    try {
      return fromStored(await once(data));
    } catch (error) {
      throw toApiError(error);
    }
  };
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
