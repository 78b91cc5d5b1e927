import { ErrorCode } from '../../../domain/api-error';
import { INLINE_PARAMETERS } from '../inline-schema';
import { FILE_PARAMETERS } from '../parts-schema';
import { UPLOADS_PARAMETERS } from '../query-schema';
import { Answer, Operations } from './operation';
import { IDEMPOTENCY_KEY, PAGE_TEXTS, queryParameters } from './parameters';
import {
  completeUploadSchema, inlineUploadSchema, signPartsSchema, startSessionSchema, startUploadSchema,
} from './request-schemas';
import {
  rejectsLink, signedParts, startedSession, startedUpload, uploadAnswer, uploadPage, uploadParts, uploadState,
} from './upload-answers';

const UPLOADS = 'Uploads';
const BODY: ErrorCode[] = ['INVALID_JSON', 'INVALID_REQUEST'];
const IDEMPOTENT: ErrorCode[] = ['INVALID_IDEMPOTENCY_KEY', 'IDEMPOTENCY_KEY_REUSED', 'REQUEST_IN_PROGRESS'];
const FILE: ErrorCode[] = ['INVALID_FILE_NAME', 'EMPTY_FILE', 'FILE_TOO_LARGE', 'CONTENT_TYPE_NOT_ALLOWED', 'INVALID_METADATA'];

const byId = (uploadId: string) => ({
  GetUpload: { uploadId },
  SignParts: { uploadId },
  ListParts: { uploadId },
  CompleteUpload: { uploadId },
  AbortUpload: { uploadId },
  ReprocessUpload: { uploadId },
  GetRejects: { uploadId },
});
const ofThisUpload = byId('$response.body#/uploadId');
const ofFirstUpload = byId('$response.body#/items/0/uploadId');

const accepted: Answer = { description: 'All files are there, and are worked on next.', schema: uploadState, links: ofThisUpload };
const location = { Location: 'The upload, relative to this request.' };
const file = queryParameters(FILE_PARAMETERS, { file: 'Name of the file; needless where the upload has only one.' });
/** What files that came may turn out to be. */
const FILES: ErrorCode[] = ['FILES_MISSING', 'PARTS_MISSING', 'SIZE_MISMATCH', 'CHECKSUM_MISMATCH', 'FILE_TOO_LARGE', 'CONTENT_TYPE_NOT_ALLOWED'];

export const UPLOAD_OPERATIONS: Operations = {
  StartUpload: {
    tag: UPLOADS,
    summary: 'Start an upload',
    description: 'Of one file, or of several that belong together. The answer holds the right to send each of them to S3: as a form (POST), a PUT, or in parts. With `dryRun` its rows are checked, counted and rejected as ever, and no record is written.',
    parameters: [IDEMPOTENCY_KEY],
    body: { description: 'What will be sent.', required: true, content: { 'application/json': startUploadSchema } },
    answers: { 201: { description: 'It has begun.', schema: startedUpload, headers: location, links: ofThisUpload } },
    errors: [...BODY, ...FILE, ...IDEMPOTENT, 'TOO_MANY_FILES', 'DUPLICATE_FILE', 'MULTIPART_REQUIRED'],
  },

  ListUploads: {
    tag: UPLOADS,
    summary: 'List uploads',
    description: 'Newest first.',
    parameters: queryParameters(UPLOADS_PARAMETERS, { ...PAGE_TEXTS, status: 'Only uploads with this status.' }),
    answers: { 200: { description: 'A page of uploads.', schema: uploadPage, links: ofFirstUpload } },
    errors: ['INVALID_REQUEST', 'INVALID_LIMIT', 'INVALID_CURSOR', 'INVALID_STATUS'],
  },

  UploadInline: {
    tag: UPLOADS,
    summary: 'Upload a small file in one request',
    description: 'Up to 4.5 MB: as base64 in JSON, or as the body itself with its own content type and its name in the query.',
    parameters: [
      IDEMPOTENCY_KEY,
      ...queryParameters(INLINE_PARAMETERS, {
        fileName: 'Name of a file that is the body itself, which then needs one; not with JSON.',
        dryRun: 'Whether the rows of a file that is the body itself are only checked; not with JSON, whose body says so.',
      }),
    ],
    body: { description: 'The file.', required: true, content: { 'application/json': inlineUploadSchema, '*/*': null } },
    answers: { 201: { ...accepted, headers: location } },
    errors: [...BODY, ...FILE, ...IDEMPOTENT, 'INVALID_CONTENT', 'CONFLICT'],
  },

  StartSession: {
    tag: UPLOADS,
    summary: 'Open a session for a client without credentials',
    description: 'For a client that can send no header, such as Uppy 6 with `companionEndpoint`. Whoever has the URL may upload on behalf of the caller until it expires.',
    body: { description: 'How long it lasts.', required: false, content: { 'application/json': startSessionSchema } },
    answers: { 201: { description: 'The session.', schema: startedSession } },
    errors: BODY,
  },

  GetUpload: {
    tag: UPLOADS,
    summary: 'Show an upload',
    description: 'Status with stage, counts, progress, history and error.',
    answers: { 200: { description: 'The upload.', schema: uploadAnswer } },
    errors: ['UPLOAD_NOT_FOUND'],
  },

  AbortUpload: {
    tag: UPLOADS,
    summary: 'Give an upload up',
    description: 'S3 forgets what it has of it, and nothing is ingested.',
    answers: { 204: { description: 'It is given up.' } },
    errors: ['UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT'],
  },

  SignParts: {
    tag: UPLOADS,
    summary: 'Sign parts',
    description: 'URLs to PUT parts to, up to 1,000 at once; again at any time while the upload is PENDING.',
    body: { description: 'Which parts, of which file.', required: true, content: { 'application/json': signPartsSchema } },
    answers: { 200: { description: 'Where to send the parts to.', schema: signedParts } },
    errors: [...BODY, 'INVALID_PART_NUMBER', 'NOT_MULTIPART', 'UNKNOWN_FILE', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED'],
  },

  ListParts: {
    tag: UPLOADS,
    summary: 'List parts',
    description: 'What S3 has and what is missing, so that a client can go on where it stopped.',
    parameters: file,
    answers: { 200: { description: 'What S3 has, and what is missing.', schema: uploadParts } },
    errors: ['INVALID_REQUEST', 'NOT_MULTIPART', 'UNKNOWN_FILE', 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED'],
  },

  CompleteUpload: {
    tag: UPLOADS,
    summary: 'Complete an upload',
    description: 'Puts parts together and checks that every file is there as announced. Of a single file that is sent in one request S3 tells by itself; then this is not needed, and does no harm.',
    parameters: [IDEMPOTENCY_KEY],
    body: { description: 'Nothing, so far.', required: false, content: { 'application/json': completeUploadSchema } },
    answers: { 202: accepted },
    errors: [...BODY, ...IDEMPOTENT, ...FILES, 'UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT'],
  },

  ReprocessUpload: {
    tag: UPLOADS,
    summary: 'Process a failed upload again',
    description: 'With the files that S3 has: they are not sent again.',
    answers: { 202: accepted },
    errors: ['UPLOAD_NOT_FOUND', 'UPLOAD_ENDED', 'CONFLICT'],
  },

  GetRejects: {
    tag: UPLOADS,
    summary: 'Get the rejected rows',
    description: 'As CSV in the shape of the file, and with row, column, code and message.',
    parameters: file,
    answers: { 303: { description: 'Where they are.', schema: rejectsLink, headers: { Location: 'The same address.' } } },
    errors: ['INVALID_REQUEST', 'UNKNOWN_FILE', 'UPLOAD_NOT_FOUND', 'REJECTS_NOT_FOUND'],
  },
};
