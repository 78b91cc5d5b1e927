import { STATUS_CODES } from 'node:http';
import { NotFoundError } from '@aws-lambda-powertools/event-handler/http';
import { Logger } from '@aws-lambda-powertools/logger';
import { ApiError } from '../../domain/api-error';

/** The one place where an error becomes an answer: a problem document (RFC 9457). */
export function problemResponse(error: unknown, logger: Pick<Logger, 'error'>): Response {
  const { status, code, message, errors } = toApiError(error, logger);
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code,
    detail: message,
    ...(errors.length > 0 ? { errors } : {}),
  };
  return new Response(JSON.stringify(problem), { status, headers: { 'content-type': 'application/problem+json' } });
}

function toApiError(error: unknown, logger: Pick<Logger, 'error'>): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof NotFoundError) return new ApiError('ROUTE_NOT_FOUND', 'there is no such route');
  logger.error('The request failed', error as Error);
  return new ApiError('INTERNAL_ERROR', 'the request failed for a reason that is not yours; it is logged with the id of this request');
}
