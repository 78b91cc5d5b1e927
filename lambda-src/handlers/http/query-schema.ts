import * as z from 'zod/mini';
import { MAX_PAGE_SIZE } from '../../../src/private/contract';
import { ErrorCode } from '../../domain/api-error';
import { UPLOAD_STATUSES } from '../../domain/uploads/upload';

/** One parameter of a query: what it must be, in a schema and as the end of a sentence, and the error of one that is not. */
export interface QueryParameter<T> {
  readonly schema: z.ZodMiniType<T>;
  readonly rule: string;
  readonly code: ErrorCode;
}

/** Parameters by name: the request is read with them, and the OpenAPI document is made of them. */
export type QueryParameters = Readonly<Record<string, QueryParameter<unknown>>>;

export function parameter<T>(schema: z.ZodMiniType<T>, rule: string, code: ErrorCode = 'INVALID_REQUEST'): QueryParameter<T> {
  return { schema, rule, code };
}

/** Digits and nothing else: no sign, no exponent, no blank. */
export function integer(min: number, max: number): z.ZodMiniType<number> {
  return z.pipe(z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)), z.int().check(z.minimum(min), z.maximum(max)));
}

export const anyText = parameter(z.string(), 'must be a text');

/** Of every list. */
export const PAGE_PARAMETERS = {
  limit: parameter(integer(1, MAX_PAGE_SIZE), `must be an integer between 1 and ${MAX_PAGE_SIZE}`, 'INVALID_LIMIT'),
  nextToken: anyText,
};

/** `GET /uploads` */
export const UPLOADS_PARAMETERS = {
  ...PAGE_PARAMETERS,
  status: parameter(z.enum(UPLOAD_STATUSES), `must be one of ${UPLOAD_STATUSES.join(', ')}`, 'INVALID_STATUS'),
};

/** `GET /records` */
export const RECORDS_PARAMETERS = { ...PAGE_PARAMETERS, index: anyText, key: anyText, pk: anyText, sk: anyText };
