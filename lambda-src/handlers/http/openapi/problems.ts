import * as z from 'zod/mini';
import { ERROR_STATUS, ErrorCode } from '../../../domain/api-error';
import { GATEWAY_CODES } from './gateway-problems';
import { anyProblem, problemSchema } from './problem-schema';

/** What each code means to a client. A code without a meaning does not compile, and so is never left out of the document. */
export const ERROR_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  INVALID_REQUEST: 'The body, a header or the query has a fault; `errors` names every one of them.',
  INVALID_JSON: 'The body is not a JSON document.',
  INVALID_FILE_NAME: 'A file cannot have this name: it is empty, too long, or has a path, a control character or an ending that is not allowed.',
  EMPTY_FILE: 'A file of no bytes holds nothing to ingest.',
  INVALID_LIMIT: '`limit` is no integer of the range that pages can have.',
  INVALID_CURSOR: '`nextToken` does not come from the same list with the same filters.',
  INVALID_STATUS: '`status` is none that an upload can have.',
  UNKNOWN_INDEX: 'The pipeline declares no index of this name.',
  LISTING_DISABLED: 'The table has no index that lists all records; read them by key or by a declared index.',
  INVALID_METADATA: 'The metadata is not what the pipeline declares.',
  INVALID_IDEMPOTENCY_KEY: 'The `Idempotency-Key` is empty, too long or has characters other than printable ASCII.',
  INVALID_CONTENT: 'The content is not valid base64.',
  INVALID_PART_NUMBER: 'The upload has no part of this number.',
  TOO_MANY_FILES: 'An upload of this pipeline has fewer files.',
  DUPLICATE_FILE: 'Two files of the upload have the same name.',
  MULTIPART_REQUIRED: 'The file is larger than one request to S3 can be: send it in parts.',
  NOT_MULTIPART: 'The file is not sent in parts.',
  UNKNOWN_FILE: 'The upload has no file of this name, or has several and the request names none.',
  TENANT_MISSING: 'The credentials name no tenant.',
  INVALID_TENANT: 'The credentials name a tenant whose id cannot be one.',
  OWNER_MISSING: 'Uploads belong to their owners, and the credentials name none.',
  ROUTE_NOT_FOUND: 'There is no such route, or not with this method.',
  UPLOAD_NOT_FOUND: 'There is no upload with this id, or it is not yours.',
  RECORD_NOT_FOUND: 'There is no record with these keys, or it is not yours.',
  REJECTS_NOT_FOUND: 'The upload, or this file of it, has no rejected rows, or they are not known yet, or kept no longer.',
  SESSION_NOT_FOUND: 'The session has expired, or there never was one.',
  FILES_MISSING: 'A file has not arrived; send it and complete the upload again.',
  PARTS_MISSING: 'Parts have not arrived; send them and complete the upload again.',
  SIZE_MISMATCH: 'A file has not the size that was announced.',
  CHECKSUM_MISMATCH: 'A file has not the checksum that was announced.',
  UPLOAD_ENDED: 'The upload is in a state in which this cannot be done any more.',
  REQUEST_IN_PROGRESS: 'A request with this `Idempotency-Key` is still being worked on; try again.',
  CONFLICT: 'Somebody else has changed the upload at the same time; look at it and try again.',
  FILE_TOO_LARGE: 'A file is larger than the pipeline, or this way of sending it, takes.',
  CONTENT_TYPE_NOT_ALLOWED: 'The pipeline takes no files of this content type.',
  IDEMPOTENCY_KEY_REUSED: 'This `Idempotency-Key` was used for another request.',
  INTERNAL_ERROR: 'The request failed for a reason that is not the client\'s, and is logged.',
  BUSY: 'The service could not answer in time; try again later.',
};

export const ERROR_CODES = Object.keys(ERROR_STATUS) as ErrorCode[];

/** Each error with its own `code` and `status`. */
export const PROBLEM_SCHEMAS = Object.fromEntries(ERROR_CODES.map((code) => (
  [code, problemSchema(code, statusOf(code), ERROR_MEANINGS[code])]
))) as Readonly<Record<ErrorCode, ReturnType<typeof problemSchema>>>;

function statusOf(code: ErrorCode): z.ZodMiniType {
  const status = ERROR_STATUS[code];
  // A REST API uses these two codes as well: with 504, and without a status where it has more than one.
  if (code === 'BUSY') return z.literal([status, 504]);
  return code === 'INTERNAL_ERROR' ? z.optional(z.literal(status)) : z.literal(status);
}

anyProblem([...ERROR_CODES, ...GATEWAY_CODES]);
