/** Every code a client can meet, with its status. Codes are API: they are added, never renamed. */
export const ERROR_STATUS = {
  INVALID_REQUEST: 400,
  INVALID_JSON: 400,
  INVALID_FILE_NAME: 400,
  EMPTY_FILE: 400,
  INVALID_LIMIT: 400,
  INVALID_CURSOR: 400,
  INVALID_STATUS: 400,
  UNKNOWN_INDEX: 400,
  LISTING_DISABLED: 400,
  ROUTE_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  RECORD_NOT_FOUND: 404,
  FILE_TOO_LARGE: 413,
  CONTENT_TYPE_NOT_ALLOWED: 415,
  INTERNAL_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One thing that is wrong: at a JSON pointer into the body, or in a query parameter. */
export type ErrorDetail =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string };

/** A refusal that the client is told about; every other error is an internal one. */
export class ApiError extends Error {
  public readonly status: number;

  constructor(public readonly code: ErrorCode, detail: string, public readonly errors: readonly ErrorDetail[] = []) {
    super(detail);
    this.name = 'ApiError';
    this.status = ERROR_STATUS[code];
  }
}
