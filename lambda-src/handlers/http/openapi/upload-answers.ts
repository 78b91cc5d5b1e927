import * as z from 'zod/mini';
import { MAX_PARTS } from '../../../../src/private/contract';
import { UPLOAD_STATUSES } from '../../../domain/uploads/upload';

export const text = (description: string) => z.string().check(z.describe(description));
export const count = (description: string) => z.int().check(z.minimum(0), z.describe(description));
/** ISO 8601 in UTC. */
export const time = (description: string) => z.iso.datetime().check(z.describe(description));
const url = (description: string) => z.url().check(z.describe(description));
const texts = (description: string) => z.record(z.string(), z.string()).check(z.describe(description));

const UPLOAD_ID = '3f2b8c1e-5d0a-4c57-9e61-0123456789ab';
const KEY = `uploads/${UPLOAD_ID}/drugs.csv`;

const uploadId = z.uuid().check(z.describe('Id of the upload.'));

export const uploadStatus = z.enum(UPLOAD_STATUSES).check(z.meta({
  id: 'UploadStatus',
  description: 'Where an upload is in its life. COMPLETED, FAILED, ABORTED, EXPIRED and QUARANTINED are where it ends; a FAILED one may be processed again.',
}));

export const partNumber = z.int().check(z.minimum(1), z.maximum(MAX_PARTS), z.describe('From 1.'));

const signedRequest = z.object({
  method: z.enum(['POST', 'PUT']),
  url: url('Where to send the file. It is a right to write this one object: keep it secret.'),
  fields: texts('Fields of the form of a POST, before the field `file`.'),
  headers: texts('Headers to send as they are.'),
}).check(z.meta({ id: 'SignedRequest', description: 'How to send one file to S3 in one request.' }));

const multipartPlan = z.object({
  partSize: z.int().check(z.minimum(1), z.describe('Bytes of every part but the last.')),
  partCount: z.int().check(z.minimum(1), z.maximum(MAX_PARTS)),
}).check(z.meta({ id: 'MultipartPlan', description: 'How to cut a file into parts. `POST /uploads/{uploadId}/parts` gives the URLs to PUT them to.' }));

const startedFile = z.object({
  name: text('Tells the files of the upload apart.'),
  upload: z.optional(signedRequest),
  multipart: z.optional(multipartPlan),
}).check(z.meta({ id: 'StartedFile', description: 'How to send one of several files: in one request, or in parts.' }));

export const startedUpload = z.object({
  uploadId,
  status: uploadStatus,
  expiresAt: time('Until when the file may be sent.'),
  upload: z.optional(signedRequest),
  multipart: z.optional(multipartPlan),
  files: z.optional(z.array(startedFile)),
}).check(z.meta({
  id: 'StartedUpload',
  description: 'An upload that has begun. One file has `upload` or `multipart`, several have `files`.',
  examples: [{
    uploadId: UPLOAD_ID,
    status: 'PENDING',
    expiresAt: '2026-01-01T01:00:00.000Z',
    upload: {
      method: 'POST',
      url: 'https://bucket.s3.eu-central-1.amazonaws.com/',
      fields: { 'key': KEY, 'Content-Type': 'text/csv', 'Policy': '…', 'X-Amz-Signature': '…' },
      headers: {},
    },
  }, { uploadId: UPLOAD_ID, status: 'PENDING', expiresAt: '2026-01-01T01:00:00.000Z', multipart: { partSize: 8_388_608, partCount: 12 } }],
}));

const uploadFile = z.object({
  name: text('Tells the files of one upload apart; `file` where there is only one.'),
  fileName: text('As the client named it.'),
  key: text('Key of its object in the bucket.'),
  contentType: text('Media type.'),
  size: z.nullable(count('Bytes; null until the client or S3 has said it.')),
  checksum: z.nullable(z.object({ algorithm: z.enum(['SHA256', 'CRC64NVME']), value: text('Base64.') })),
  multipart: z.nullable(z.object({
    partSize: z.nullable(z.int().check(z.describe('null: the client decides.'))),
    partCount: z.nullable(z.int().check(z.describe('null: the client decides.'))),
  })),
  arrival: z.nullable(z.object({ at: time('When S3 had it.'), etag: z.nullable(text('Names the bytes that arrived.')) })),
}).check(z.meta({ id: 'UploadFile', description: 'A file of an upload.' }));

const rowCounts = z.object({
  total: count('Rows of the files: all that follow, together.'),
  accepted: count('Rows that became records, or would have with `dryRun`.'),
  rejected: count('Rows that did not, with a reason each.'),
  dropped: z.optional(count('Rows that were left out, by the transform or since they are empty; absent if there are none.')),
});
const progress = z.object({
  bytes: count('Bytes that have been worked on.'),
  totalBytes: count('Bytes in all; 0 while unknown.'),
  rows: z.optional(count('Rows that have been worked on; absent until that is known, and where there are no rows.')),
  rowsPerSecond: z.optional(z.number().check(z.minimum(0), z.describe('As work went so far; absent until that is known.'))),
  estimatedEnd: z.optional(time('When it will be done if it goes on like this; absent until that is known, and once it is done.')),
});

const upload = z.object({
  uploadId,
  status: uploadStatus,
  dryRun: z.boolean().check(z.describe('Whether rows are only checked: nothing is written but the rejected rows, and `COMPLETED` means that all have been looked at.')),
  owner: z.nullable(text('Who started it, as the credentials say; null where the API does not ask.')),
  files: z.array(uploadFile),
  counts: z.nullable(rowCounts).check(z.describe('Of a FAILED upload they say how far it came, as far as that is known for sure: more records may have been written. null: a FAILED upload of which nothing is known, or nothing was written because all rows are checked first. Zeros before rows are counted.')),
  progress,
  stage: z.nullable(text('What the processor is doing, in its own words.')),
  result: z.unknown().check(z.describe('What the processor made of the upload; null until then.')),
  error: z.nullable(z.object({ code: text('Stable.'), message: text('Why it failed, for people.') })),
  metadata: texts('What the client said when it started the upload.'),
  history: z.array(z.object({ status: uploadStatus, at: time('When it got there.') })),
  createdAt: time('When it was started.'),
  updatedAt: time('When it changed last.'),
  uploadedAt: z.nullable(time('When all files were there; null until then.')),
}).check(z.meta({
  id: 'Upload',
  description: 'An upload, with what has become of it.',
  examples: [{
    uploadId: UPLOAD_ID,
    status: 'COMPLETED',
    dryRun: false,
    owner: 'arn:aws:iam::123456789012:user/ada',
    files: [{
      name: 'file',
      fileName: 'drugs.csv',
      key: KEY,
      contentType: 'text/csv',
      size: 181_204,
      checksum: null,
      multipart: null,
      arrival: { at: '2026-01-01T00:00:02.000Z', etag: '9b2cf535f27731c974343645a3985328' },
    }],
    counts: { total: 3376, accepted: 3370, rejected: 6 },
    progress: { bytes: 181_204, totalBytes: 181_204 },
    stage: null,
    result: null,
    error: null,
    metadata: { source: 'lab 7' },
    history: [
      { status: 'PENDING', at: '2026-01-01T00:00:00.000Z' },
      { status: 'UPLOADED', at: '2026-01-01T00:00:02.000Z' },
      { status: 'PROCESSING', at: '2026-01-01T00:00:03.000Z' },
      { status: 'COMPLETED', at: '2026-01-01T00:00:05.000Z' },
    ],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:05.000Z',
    uploadedAt: '2026-01-01T00:00:02.000Z',
  }],
}));
export { upload as uploadAnswer };

export const nextToken = z.nullable(text('Ask for the next page with it; null: this is the last one.'));

export const uploadPage = z.object({ items: z.array(upload), nextToken })
  .check(z.meta({ id: 'UploadPage', description: 'Uploads, newest first.' }));

export const uploadState = z.object({ uploadId, status: uploadStatus }).check(z.meta({
  id: 'UploadState',
  description: 'Where an upload is now.',
  examples: [{ uploadId: UPLOAD_ID, status: 'UPLOADED' }],
}));

export const uploadParts = z.object({
  partSize: z.nullable(z.int().check(z.describe('Bytes of every part but the last; null: the client decides.'))),
  partCount: z.nullable(z.int().check(z.describe('null: the client decides.'))),
  uploaded: z.array(z.object({ partNumber, etag: z.nullable(text('As S3 gave it; null once the parts have been put together.')), size: count('Bytes.') }))
    .check(z.describe('What S3 has.')),
  missing: z.array(partNumber).check(z.describe('What is still to be sent.')),
}).check(z.meta({
  id: 'UploadParts',
  description: 'What S3 has of a file that is sent in parts, so that a client can go on where it stopped.',
  examples: [{ partSize: 8_388_608, partCount: 3, uploaded: [{ partNumber: 1, etag: '9b2cf535f27731c974343645a3985328', size: 8_388_608 }], missing: [2, 3] }],
}));

export const signedParts = z.object({
  parts: z.array(z.object({ partNumber, url: url('PUT the part to it.'), expiresAt: time('Until when.') })),
}).check(z.meta({
  id: 'SignedParts',
  description: 'Where to send parts to.',
  examples: [{ parts: [{ partNumber: 1, url: 'https://bucket.s3.eu-central-1.amazonaws.com/…?partNumber=1&uploadId=…', expiresAt: '2026-01-01T01:00:00.000Z' }] }],
}));

export const rejectsLink = z.object({
  url: url('GET the rejected rows from it, as CSV.'),
  expiresAt: time('Until when.'),
}).check(z.meta({
  id: 'RejectsLink',
  description: 'Where the rejected rows are: in the shape of the file, and with row, column, code and message, or `row_` where the file has a column `row`, say.',
  examples: [{ url: 'https://bucket.s3.eu-central-1.amazonaws.com/rejects/…', expiresAt: '2026-01-01T01:00:00.000Z' }],
}));

export const startedSession = z.object({
  url: url('Base of the routes under `/s3`. It is the right to upload: keep it secret.'),
  expiresAt: time('Until when.'),
}).check(z.meta({
  id: 'StartedSession',
  description: 'A URL under which a client that can send no header may upload on behalf of the caller.',
  examples: [{ url: 'https://abc123.execute-api.eu-central-1.amazonaws.com/u/pQ3…', expiresAt: '2026-01-01T01:00:00.000Z' }],
}));
