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
  INVALID_METADATA: 400,
  INVALID_IDEMPOTENCY_KEY: 400,
  INVALID_CONTENT: 400,
  INVALID_PART_NUMBER: 400,
  TOO_MANY_FILES: 400,
  DUPLICATE_FILE: 400,
  MULTIPART_REQUIRED: 400,
  NOT_MULTIPART: 400,
  UNKNOWN_FILE: 400,
  TENANT_MISSING: 403,
  INVALID_TENANT: 403,
  OWNER_MISSING: 403,
  ROUTE_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  RECORD_NOT_FOUND: 404,
  REJECTS_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  FILES_MISSING: 409,
  PARTS_MISSING: 409,
  SIZE_MISMATCH: 409,
  CHECKSUM_MISMATCH: 409,
  UPLOAD_ENDED: 409,
  REQUEST_IN_PROGRESS: 409,
  CONFLICT: 409,
  FILE_TOO_LARGE: 413,
  CONTENT_TYPE_NOT_ALLOWED: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  INTERNAL_ERROR: 500,
  BUSY: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One thing that is wrong: at a JSON pointer into the body, in a query parameter, or with a file, some of whose parts are to be sent. */
export type ErrorDetail =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }
  | { readonly file: string; readonly detail: string; readonly missing?: readonly number[] };

/** A refusal that the client is told about; every other error is an internal one. */
export class ApiError extends Error {
  public readonly status: typeof ERROR_STATUS[ErrorCode];

  constructor(public readonly code: ErrorCode, detail: string, public readonly errors: readonly ErrorDetail[] = []) {
    super(detail);
    this.name = 'ApiError';
    this.status = ERROR_STATUS[code];
  }
}
