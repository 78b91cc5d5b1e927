import {
  IdempotencyAlreadyInProgressError, IdempotencyConfig, IdempotencyInconsistentStateError, IdempotencyValidationError, makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';
import type { Answered, AnswerOnce, KeyedRequest } from '../http/idempotency';

/** An answer as it is stored. */
interface StoredAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Powertools' part: the first answer is kept and given again. */
export function answerOnceWith(persistenceStore: BasePersistenceLayer): AnswerOnce {
  return async (request, { expiresAfterSeconds, context }, answer) => {
    const config = new IdempotencyConfig({
      eventKeyJmesPath: 'key',
      payloadValidationJmesPath: 'body',
      hashFunction: 'sha256',
      throwOnNoIdempotencyKey: true,
      expiresAfterSeconds,
      lambdaContext: context,
    });
    const once = makeIdempotent(async (_: KeyedRequest) => toStored(await answer()), { persistenceStore, config });
    try {
      return fromStored(await once(request));
    } catch (error) {
      return whyNot(error);
    }
  };
}

async function toStored(response: Response): Promise<StoredAnswer> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

function fromStored({ status, headers, body }: StoredAnswer): Response {
  return new Response(body, { status, headers });
}

function whyNot(error: unknown): Answered {
  if (error instanceof IdempotencyValidationError) return 'reused';
  if (error instanceof IdempotencyAlreadyInProgressError || error instanceof IdempotencyInconsistentStateError) return 'in-progress';
  throw error;
}
