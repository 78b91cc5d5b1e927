import { ErrorCode } from '../../../domain/api-error';
import { metadataSchema } from '../metadata-schema';
import { BATCH_PARAMETERS, PARAMS_PARAMETERS, TARGET_PARAMETERS } from '../uppy/uppy-schema';
import { Operations, RequestBody, Schema } from './operation';
import { queryParameters } from './parameters';
import { completeMultipartSchema, createMultipartSchema, presignSchema } from './request-schemas';
import {
  presignedRequest, uppyAborted, uppyCompleted, uppyMultipart, uppyParams, uppyPart, uppyParts, uppySignedParts,
} from './uppy-answers';

const UPPY = 'Uppy';
const BODY: ErrorCode[] = ['INVALID_JSON', 'INVALID_REQUEST'];
const FILE: ErrorCode[] = ['INVALID_FILE_NAME', 'CONTENT_TYPE_NOT_ALLOWED', 'INVALID_METADATA'];
const TARGET_TEXTS = { key: 'Key of the object, as the answer named it that began the upload.' };

const target = queryParameters(TARGET_PARAMETERS, TARGET_TEXTS, ['key']);
const ofThisUpload = { multipartId: '$response.body#/uploadId', key: '$response.body#/key' };
const body = (schema: Schema): RequestBody => ({ description: 'As Uppy sends it.', required: true, content: { 'application/json': schema } });

export const UPPY_OPERATIONS: Operations = {
  PresignRequest: {
    tag: UPPY,
    summary: 'Sign one request to S3',
    description: "For `signRequest` of Uppy's plugin AwsS3, version 6. The object's key is the one that the answer names.",
    body: body(presignSchema),
    answers: { 200: { description: 'The signed request.', schema: presignedRequest } },
    errors: [...BODY, ...FILE, 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'INVALID_PART_NUMBER', 'FILE_TOO_LARGE', 'CONFLICT'],
  },

  GetUppyParams: {
    tag: UPPY,
    summary: 'Start an upload in one request',
    description: 'As Companion does.',
    parameters: [
      ...queryParameters(PARAMS_PARAMETERS, { filename: 'Name of the file.', type: 'Its media type.' }, ['filename']),
      { in: 'query', name: 'metadata', description: 'Metadata of the upload.', schema: metadataSchema, style: 'deepObject', explode: true },
    ],
    answers: { 200: { description: 'The form to send.', schema: uppyParams } },
    errors: ['INVALID_REQUEST', ...FILE],
  },

  CreateUppyMultipart: {
    tag: UPPY,
    summary: 'Start an upload in parts',
    description: 'As Companion does.',
    body: body(createMultipartSchema),
    answers: {
      200: {
        description: 'The multipart upload.',
        schema: uppyMultipart,
        links: { ListUppyParts: ofThisUpload, SignUppyPart: ofThisUpload, SignUppyParts: ofThisUpload, AbortUppyMultipart: ofThisUpload },
      },
    },
    errors: [...BODY, ...FILE],
  },

  ListUppyParts: {
    tag: UPPY,
    summary: 'List the parts that S3 has',
    description: 'As Companion does.',
    parameters: target,
    answers: { 200: { description: 'The parts, by number.', schema: uppyParts } },
    errors: ['INVALID_REQUEST', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT'],
  },

  SignUppyPart: {
    tag: UPPY,
    summary: 'Sign one part',
    description: 'As Companion does.',
    parameters: target,
    answers: { 200: { description: 'Where to send it to.', schema: uppyPart } },
    errors: ['INVALID_REQUEST', 'INVALID_PART_NUMBER', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'FILE_TOO_LARGE', 'CONFLICT'],
  },

  SignUppyParts: {
    tag: UPPY,
    summary: 'Sign several parts',
    description: 'As Companion does.',
    parameters: queryParameters(BATCH_PARAMETERS, { ...TARGET_TEXTS, partNumbers: 'Numbers of the parts.' }, ['key', 'partNumbers']),
    answers: { 200: { description: 'Where to send them to.', schema: uppySignedParts } },
    errors: ['INVALID_REQUEST', 'INVALID_PART_NUMBER', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'FILE_TOO_LARGE', 'CONFLICT'],
  },

  CompleteUppyMultipart: {
    tag: UPPY,
    summary: 'Put the parts together',
    description: 'As Companion does.',
    parameters: target,
    body: body(completeMultipartSchema),
    answers: { 200: { description: 'The object.', schema: uppyCompleted } },
    errors: [
      ...BODY, 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT',
      'PARTS_MISSING', 'FILES_MISSING', 'SIZE_MISMATCH', 'CHECKSUM_MISMATCH', 'FILE_TOO_LARGE', 'CONTENT_TYPE_NOT_ALLOWED',
    ],
  },

  AbortUppyMultipart: {
    tag: UPPY,
    summary: 'Give an upload up',
    description: 'As Companion does. S3 forgets the parts.',
    parameters: target,
    answers: { 200: { description: 'It is given up.', schema: uppyAborted } },
    errors: ['INVALID_REQUEST', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT'],
  },
};
