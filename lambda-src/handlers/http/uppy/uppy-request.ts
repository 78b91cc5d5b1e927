import type * as z from 'zod/mini';
import { MultipartTarget } from '../../../application/uploads/upload-signer';
import { UppyRequest } from '../../../application/uppy/uppy-presign';
import { TypedUppyFile, UppyFile } from '../../../application/uppy/uppy-start';
import { ApiError } from '../../../domain/api-error';
import { uppyMetadata } from './uppy-metadata';
import { presignSchema } from './uppy-schema';

type PresignBody = z.infer<typeof presignSchema>;

/** What Uppy puts before a file's name when nobody gives it `generateObjectKey`. */
const RANDOM_PREFIX = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}-(?=.)/;

/** What a file is to Uppy that says nothing else: a stream of bytes. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Which of its seven requests to S3 Uppy 6 means; it tells them apart by what it leaves out. */
export function uppyRequest(body: PresignBody): UppyRequest {
  const { method, key, uploadId, partNumber, expiresIn } = body;
  if (uploadId === undefined) {
    if (partNumber !== undefined) throw refusal('uploadId', "is required with 'partNumber'");
    if (method === 'PUT') return { does: 'put', file: typed(fileOf(body)), expiresIn };
    if (method === 'POST') return { does: 'create', file: fileOf(body), expiresIn };
    throw refusal('uploadId', `is required for '${method}': objects are neither read nor deleted this way`);
  }
  const target: MultipartTarget = { key, multipartId: uploadId };
  if (method === 'PUT') {
    if (partNumber === undefined) throw refusal('partNumber', "is required for 'PUT' with 'uploadId'");
    return { does: 'uploadPart', target, partNumber, expiresIn };
  }
  if (partNumber !== undefined) throw refusal('partNumber', `must not be given for '${method}'`);
  return { target, expiresIn, does: ({ GET: 'listParts', POST: 'complete', DELETE: 'abort' } as const)[method] };
}

/** A file whose type nobody says is of none in particular. */
export function typed(file: UppyFile): TypedUppyFile {
  return { ...file, contentType: file.contentType ?? UNKNOWN_TYPE };
}

/** The key that Uppy proposes ends with the file's name, and says nothing else that counts. */
function fileOf({ key, contentType: type, metadata = {} }: PresignBody): UppyFile {
  const contentType = type || null;
  const fileName = key.slice(key.lastIndexOf('/') + 1).replace(RANDOM_PREFIX, '');
  return { fileName, contentType, metadata: uppyMetadata(metadata, { fileName, contentType }) };
}

function refusal(property: keyof PresignBody, problem: string): ApiError {
  return new ApiError('INVALID_REQUEST', `'${property}' ${problem}`, [{ pointer: `/${property}`, detail: problem }]);
}
