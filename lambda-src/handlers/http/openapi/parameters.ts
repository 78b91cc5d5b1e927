import * as z from 'zod/mini';
import { idempotencyKeySchema } from '../idempotency-key';
import { QueryParameters } from '../query-schema';
import { PART_NUMBER } from '../uppy/uppy-schema';
import { Parameter } from './operation';

const anyText = z.string().check(z.minLength(1));

/** Parameters of paths, by their names. */
export const PATH_PARAMETERS: Readonly<Record<string, Omit<Parameter, 'in' | 'name' | 'required'>>> = {
  uploadId: { description: 'Id of an upload.', schema: z.uuid(), example: '3f2b8c1e-5d0a-4c57-9e61-0123456789ab' },
  multipartId: { description: "S3's id of a multipart upload.", schema: anyText },
  partNumber: { description: 'Number of a part.', schema: PART_NUMBER.schema, example: 1 },
  token: { description: 'What `POST /uploads/sessions` gave out.', schema: anyText },
  pk: {
    description: 'Partition key of records. One that holds a slash goes into the query of `GET /records`, since gateways decode `%2F` too early.',
    schema: anyText,
    example: 'DRUG#Ibuprofen',
  },
  sk: { description: 'Sort key of a record.', schema: anyText, example: 'TARGET#COX-1' },
};

/** The parameters that a path holds in braces. */
export function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ ...PATH_PARAMETERS[name], in: 'path', name, required: true }));
}

export const IDEMPOTENCY_KEY: Parameter = {
  in: 'header',
  name: 'Idempotency-Key',
  description: 'A text of your choice, such as a UUID: the same request with the same key is carried out once and answered the same.',
  schema: idempotencyKeySchema,
  example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
};

/** The parameters that a route reads its query with, as the document lists them. */
export function queryParameters<P extends QueryParameters>(
  parameters: P, texts: Readonly<Record<keyof P, string>>, required: readonly (keyof P)[] = [],
): Parameter[] {
  return Object.entries(parameters).map(([name, { schema }]): Parameter => ({
    in: 'query', name, description: texts[name], schema, ...(required.includes(name) ? { required: true } : {}),
  }));
}

/** What the parameters of every list mean. */
export const PAGE_TEXTS = {
  limit: 'Most items of the page. Without it, as many as the pipeline says: 100 unless told otherwise. A page may have fewer before the list ends.',
  nextToken: 'Of the page before, with the same filters.',
};
