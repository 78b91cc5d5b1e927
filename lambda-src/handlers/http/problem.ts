import { HttpError, NotFoundError } from '@aws-lambda-powertools/event-handler/http';
import { Logger } from '@aws-lambda-powertools/logger';
import { AwsError } from '../../adapters/aws/aws-error';
import { isTransient } from '../../adapters/aws/signed-requests';
import { ApiError, ERROR_STATUS, ErrorCode } from '../../domain/api-error';

/** The phrases of `node:http`, whose own list would bring the whole module along, which a cold start pays for. */
const TITLES = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const satisfies Record<typeof ERROR_STATUS[ErrorCode], string>;

/** The one place where an error becomes an answer: a problem document (RFC 9457). */
export function problemResponse(error: unknown, logger: Pick<Logger, 'error' | 'warn'>): Response {
  const { status, code, message, errors } = toApiError(error, logger);
  const problem = {
    type: 'about:blank',
    title: TITLES[status],
    status,
    code,
    detail: message,
    ...(errors.length > 0 ? { errors } : {}),
  };
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...(status === 503 ? { 'retry-after': '1' } : {}) };
  return new Response(JSON.stringify(problem), { status, headers });
}

function toApiError(error: unknown, logger: Pick<Logger, 'error' | 'warn'>): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof NotFoundError) return new ApiError('ROUTE_NOT_FOUND', 'there is no such route');
  // The router's own refusals of what a client sent; a path that cannot be decoded, say.
  if (error instanceof HttpError && error.statusCode < 500) return new ApiError('INVALID_REQUEST', 'the request is not one that this API understands');
  if (isBusy(error)) {
    logger.warn('A service that the request needs has no time for it', error as Error);
    return new ApiError('BUSY', 'the service is busy: try again in a moment');
  }
  logger.error('The request failed', error as Error);
  return new ApiError('INTERNAL_ERROR', 'the request failed for a reason that is not yours; it is logged with the id of this request');
}

/** Whether it came to nothing, after all attempts, because a service was throttled or out of reach; wrapped or not. */
function isBusy(error: unknown): boolean {
  if (error instanceof AwsError) return isTransient(error);
  return error instanceof Error && error.cause !== undefined && isBusy(error.cause);
}
