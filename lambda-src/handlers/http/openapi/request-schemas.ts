import * as z from 'zod/mini';
import { inlineUploadSchema } from '../inline-schema';
import { completeUploadSchema, signPartsSchema } from '../parts-schema';
import { startFilesSchema, startOneFileSchema, startUploadSchema } from '../start-upload-schema';
import { completeMultipartSchema, createMultipartSchema, presignSchema, startSessionSchema } from '../uppy/uppy-schema';

/** Names, and what a reader may want to know, for the schemas that the handlers check bodies with. */
const ABOUT = [
  [startOneFileSchema, {
    id: 'StartOneFileRequest',
    description: 'One file. With `multipart`, or `method` PUT, its size must be known; `size` and `checksum` are enforced by S3.',
    examples: [
      { fileName: 'drugs.csv', contentType: 'text/csv', size: 181_204, metadata: { source: 'lab 7' } },
      { fileName: 'drugs.csv', contentType: 'text/csv', dryRun: true },
      { fileName: 'film.mp4', contentType: 'video/mp4', size: 5_368_709_120, multipart: true },
    ],
  }],
  [startFilesSchema, {
    id: 'StartFilesRequest',
    description: 'Several files that belong together: the upload is worked on when all of them are there.',
    examples: [{
      files: [
        { name: 'photo', fileName: 'a.jpg', contentType: 'image/jpeg', size: 2_000_000 },
        { name: 'sheet', fileName: 'a.csv', contentType: 'text/csv' },
      ],
    }],
  }],
  [startUploadSchema, { id: 'StartUploadRequest', description: 'What will be sent: one file, or several.' }],
  [inlineUploadSchema, {
    id: 'UploadInlineRequest',
    description: 'A small file in base64.',
    examples: [{ fileName: 'a.csv', contentType: 'text/csv', content: 'YSxiCjEsMgo=' }],
  }],
  [signPartsSchema, { id: 'SignPartsRequest', description: 'Numbers of parts, from 1.', examples: [{ partNumbers: [1, 2, 3] }] }],
  [completeUploadSchema, { id: 'CompleteUploadRequest', description: 'Nothing, so far.', examples: [{}] }],
  [startSessionSchema, { id: 'StartSessionRequest', description: 'How long the session lasts, in seconds.', examples: [{}, { expiresIn: 3600 }] }],
  [presignSchema, {
    id: 'PresignBody',
    description: 'What Uppy 6 gives to `signRequest`.',
    examples: [
      { method: 'PUT', key: 'a.csv', contentType: 'text/csv' },
      { method: 'PUT', key: 'uploads/3f2b8c1e-5d0a-4c57-9e61-0123456789ab/a.csv', uploadId: 'VXBsb2FkIElE', partNumber: 1 },
    ],
  }],
  [createMultipartSchema, {
    id: 'CreateMultipartBody', description: 'What Companion takes.', examples: [{ filename: 'a.csv', type: 'text/csv', metadata: { name: 'a.csv' } }],
  }],
  [completeMultipartSchema, {
    id: 'CompleteMultipartBody',
    description: 'What Companion takes.',
    examples: [{ parts: [{ PartNumber: 1, ETag: '"9b2cf535f27731c974343645a3985328"' }] }],
  }],
] as const;

for (const [schema, about] of ABOUT) z.globalRegistry.add(schema, about);

export {
  completeMultipartSchema, completeUploadSchema, createMultipartSchema, inlineUploadSchema, presignSchema, signPartsSchema,
  startSessionSchema, startUploadSchema,
};
