import { Operations } from './operation';
import {
  presignedRequest, uppyAborted, uppyCompleted, uppyMultipart, uppyParams, uppyPart, uppyParts, uppySignedParts,
} from './uppy-answers';
import { ErrorCode } from '../../../domain/api-error';

const UPPY = 'Uppy';
const BODY: ErrorCode[] = ['INVALID_JSON', 'INVALID_REQUEST'];
const FILE: ErrorCode[] = ['INVALID_FILE_NAME', 'CONTENT_TYPE_NOT_ALLOWED', 'INVALID_METADATA'];
const FOLLOW_LINKS = { multipartId: '$response.body#/uploadId' };

export const UPPY_OPERATIONS: Operations = {
  PresignRequest: {
    tag: UPPY,
    summary: 'Sign one request to S3',
    description: "For `signRequest` of Uppy's plugin AwsS3, version 6. The object's key is the one that the answer names.",
    answers: { 200: { description: 'The signed request.', schema: presignedRequest } },
    errors: [...BODY, ...FILE, 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'INVALID_PART_NUMBER', 'CONFLICT'],
  },

  GetUppyParams: {
    tag: UPPY,
    summary: 'Start an upload in one request',
    description: 'As Companion does.',
    answers: { 200: { description: 'The form to send.', schema: uppyParams } },
    errors: ['INVALID_REQUEST', ...FILE],
  },

  CreateUppyMultipart: {
    tag: UPPY,
    summary: 'Start an upload in parts',
    description: 'As Companion does.',
    answers: { 200: { description: 'The multipart upload.', schema: uppyMultipart, links: { ListUppyParts: { ...FOLLOW_LINKS, key: '$response.body#/key' } } } },
    errors: [...BODY, ...FILE],
  },

  ListUppyParts: {
    tag: UPPY,
    summary: 'List the parts that S3 has',
    description: 'As Companion does.',
    answers: { 200: { description: 'The parts, by number.', schema: uppyParts } },
    errors: ['INVALID_REQUEST', 'UPLOAD_NOT_FOUND'],
  },

  SignUppyPart: {
    tag: UPPY,
    summary: 'Sign one part',
    description: 'As Companion does.',
    answers: { 200: { description: 'Where to send it to.', schema: uppyPart } },
    errors: ['INVALID_REQUEST', 'INVALID_PART_NUMBER', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED'],
  },

  SignUppyParts: {
    tag: UPPY,
    summary: 'Sign several parts',
    description: 'As Companion does.',
    answers: { 200: { description: 'Where to send them to.', schema: uppySignedParts } },
    errors: ['INVALID_REQUEST', 'INVALID_PART_NUMBER', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED'],
  },

  CompleteUppyMultipart: {
    tag: UPPY,
    summary: 'Put the parts together',
    description: 'As Companion does.',
    answers: { 200: { description: 'The object.', schema: uppyCompleted } },
    errors: [...BODY, 'UPLOAD_NOT_FOUND', 'PARTS_MISSING', 'SIZE_MISMATCH', 'CHECKSUM_MISMATCH', 'UPLOAD_ENDED', 'CONFLICT'],
  },

  AbortUppyMultipart: {
    tag: UPPY,
    summary: 'Give an upload up',
    description: 'As Companion does. S3 forgets the parts.',
    answers: { 200: { description: 'It is given up.', schema: uppyAborted } },
    errors: ['INVALID_REQUEST', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT'],
  },
};
