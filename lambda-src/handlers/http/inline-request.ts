import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import { UploadInlineRequest } from '../../application/uploads/upload-inline';
import { ApiError } from '../../domain/api-error';
import { decodeBase64 } from '../../domain/base64';
import { bodyBytes, readBody } from './body';
import { INLINE_PARAMETERS, inlineUploadSchema } from './inline-schema';
import { readQuery } from './query';

/** The file in a request: in base64 in a JSON document, or as the body itself with its own content type. */
export async function inlineRequest(request: RequestContext): Promise<UploadInlineRequest> {
  const { req } = request;
  const contentType = req.headers.get('content-type') ?? '';
  return /^application\/json\s*(?:;|$)/i.test(contentType) ? fromJson(req) : fromBody(request, contentType);
}

async function fromJson(req: Request): Promise<UploadInlineRequest> {
  refuseRawJson(req);
  readQuery(req, {});
  const { content: text, ...rest } = await readBody(req, inlineUploadSchema);
  const content = decodeBase64(text);
  if (content) return { ...rest, content };
  throw new ApiError('INVALID_CONTENT', "'content' must be base64, padded and in one line", [{ pointer: '/content', detail: 'must be base64' }]);
}

/** A file of JSON with its own content type looks like the other form of the request. */
function refuseRawJson({ url }: Request): void {
  if (!new URL(url).searchParams.has('fileName')) return;
  const detail = "with the content type application/json the file is in a JSON document, 'content' in base64 and 'fileName' beside it: "
    + 'a file of JSON is sent so, as application/x-ndjson, or through POST /uploads';
  throw new ApiError('INVALID_REQUEST', detail, [{ parameter: 'fileName', detail: 'is unknown' }]);
}

function fromBody(request: RequestContext, contentType: string): UploadInlineRequest {
  const { fileName, dryRun } = readQuery(request.req, INLINE_PARAMETERS);
  if (fileName === undefined) {
    const detail = "'fileName' is required in the query of a file that is the body itself; a JSON document needs the content type application/json";
    throw new ApiError('INVALID_REQUEST', detail, [{ parameter: 'fileName', detail: 'is required' }]);
  }
  if (contentType === '') throw new ApiError('INVALID_REQUEST', "the header 'Content-Type' must say what the file is");
  return { fileName, contentType, dryRun, content: intact(request) };
}

/**
 * API Gateway hands bodies of text types over as UTF-8. Bytes that are none have become U+FFFD by then, which has three bytes
 * of its own, so that the length gives it away; of a body whose length nobody told the character itself is suspicious enough.
 */
function intact(request: RequestContext): Uint8Array {
  const content = bodyBytes(request);
  if (request.event.isBase64Encoded) return content;
  const announced = request.req.headers.get('content-length');
  const isIntact = announced === null ? !(request.event.body ?? '').includes('\ufffd') : Number(announced) === content.length;
  if (isIntact) return content;
  throw new ApiError('INVALID_CONTENT', 'the body is not UTF-8 text, as its content type says: send it as base64 in JSON, or start an upload');
}
