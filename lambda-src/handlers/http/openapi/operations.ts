import { RouteModel, ROUTES } from '../../../../src/private/api/routes';
import { ErrorCode } from '../../../domain/api-error';
import { Operation, Operations } from './operation';
import { pathParameters } from './parameters';
import { RECORD_OPERATIONS } from './record-operations';
import { UPLOAD_OPERATIONS } from './upload-operations';
import { UPPY_OPERATIONS } from './uppy-operations';

/** A header that is not Latin-1, say, is a fault of any request. */
const OF_EVERY_ROUTE: ErrorCode[] = ['INVALID_REQUEST', 'INTERNAL_ERROR', 'BUSY'];
const OF_CALLERS: ErrorCode[] = ['TENANT_MISSING', 'INVALID_TENANT', 'OWNER_MISSING'];

const SESSION_TAG = 'Uppy in a session';
const SESSION_TEXT = ' For whoever has the URL of a session; no credentials.';

const OPERATIONS: Operations = { ...UPLOAD_OPERATIONS, ...UPPY_OPERATIONS, ...RECORD_OPERATIONS, ...sessionOperations() };

/** The same calls under a capability URL. */
function sessionOperations(): Operations {
  return Object.fromEntries(Object.entries(UPPY_OPERATIONS).filter(([id]) => id !== 'PresignRequest').map(([id, operation]) => [
    `Session${id}`,
    {
      ...operation,
      tag: SESSION_TAG,
      description: operation.description + SESSION_TEXT,
      answers: Object.fromEntries(Object.entries(operation.answers).map(([status, { links: _, ...answer }]) => [status, answer])),
      errors: [...operation.errors, 'SESSION_NOT_FOUND'] satisfies ErrorCode[],
    },
  ]));
}

/** Everything there is to say of a route; fails for one that nobody has described. */
export function operationOf(route: RouteModel): Operation {
  const operation = OPERATIONS[route.id];
  if (!operation) throw new Error(`the OpenAPI document lacks the operation ${route.id}`);
  const errors = new Set([
    ...operation.errors,
    ...OF_EVERY_ROUTE,
    ...(route.group === 'public' ? [] : OF_CALLERS),
    // With a slash in it, a parameter makes another path.
    ...(route.path.includes('{') ? ['ROUTE_NOT_FOUND' as const] : []),
  ]);
  return { ...operation, parameters: [...pathParameters(route.path), ...operation.parameters ?? []], errors: [...errors] };
}

/** Described, but served nowhere. */
export function operationsWithoutRoute(): string[] {
  return Object.keys(OPERATIONS).filter((id) => ROUTES.every((route) => route.id !== id));
}
