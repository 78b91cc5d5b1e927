import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  CompleteMultipart, Completion, CreateMultipart, ObjectRefused, ObjectStore, PutObject, StoredObject, StoredPart,
} from '../../application/uploads/object-store';
import { Checksum } from '../../domain/uploads/upload';
import { AwsError, isAwsError } from '../aws/aws-error';
import { callS3, S3Request } from '../aws/s3-protocol';
import { AwsAnswer, SignedRequests } from '../aws/signed-requests';
import { childrenOf, escapeXml, requiredText, textIn, xmlRoot } from '../aws/xml';
import { checksumHeader } from './checksum-header';

/** S3 copies nothing when it joins parts, but of thousands it takes its time; less than API Gateway waits for an answer. */
const COMPLETION_TIMEOUT = 25_000;

/** How S3 names the outcomes of a completion that are no fault of ours or its own. */
const COMPLETIONS: Readonly<Record<string, Completion>> = {
  PreconditionFailed: 'exists',
  NoSuchUpload: 'gone',
  BadDigest: 'mismatch',
  InvalidPart: 'invalid',
  InvalidPartOrder: 'invalid',
  EntityTooSmall: 'invalid',
  MalformedXML: 'invalid',
};

/** The objects of one bucket, as the API functions start and end them. */
export class S3ObjectStore implements ObjectStore {
  constructor(private readonly bucket: string, private readonly requests = new SignedRequests()) {}

  public async createMultipart({ key, contentType }: CreateMultipart): Promise<string> {
    const { body } = await this.call({
      operation: 'CreateMultipartUpload', method: 'POST', key, query: { uploads: '' }, headers: { 'content-type': contentType },
    });
    return requiredText(rootOf(body), 'UploadId');
  }

  public async listParts(key: string, multipartId: string): Promise<StoredPart[] | undefined> {
    const parts: StoredPart[] = [];
    for (let after: string | undefined = '0'; after !== undefined;) {
      const query: Record<string, string> = { 'uploadId': multipartId, 'part-number-marker': after };
      const answer: AwsAnswer | undefined = await this.unless('NoSuchUpload', { operation: 'ListParts', method: 'GET', key, query });
      if (!answer) return undefined;
      const page = rootOf(answer.body);
      for (const part of childrenOf(page, 'Part')) {
        parts.push({
          partNumber: Number(requiredText(part, 'PartNumber')),
          etag: withoutQuotes(requiredText(part, 'ETag')),
          size: Number(requiredText(part, 'Size')),
        });
      }
      after = textIn(page, 'IsTruncated') === 'true' ? requiredText(page, 'NextPartNumberMarker') : undefined;
    }
    return parts;
  }

  public async completeMultipart({ key, multipartId, parts, size, checksum }: CompleteMultipart): Promise<Completion> {
    let answer: AwsAnswer;
    try {
      answer = await this.call({
        operation: 'CompleteMultipartUpload',
        method: 'POST',
        key,
        query: { uploadId: multipartId },
        headers: {
          'content-type': 'application/xml',
          'if-none-match': '*',
          ...(size === undefined ? {} : { 'x-amz-mp-object-size': String(size) }),
          ...(checksum ? { [checksumHeader(checksum)]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' } : {}),
        },
        body: listOfParts(parts),
        timeoutMs: COMPLETION_TIMEOUT,
      });
    } catch (error) {
      const completion = completionOf(error, size !== undefined);
      if (!completion) throw error;
      return completion;
    }
    if (!checksum || isOf(checksum, rootOf(answer.body))) return 'completed';
    await this.delete(key);
    return 'mismatch';
  }

  public async abortMultipart(key: string, multipartId: string): Promise<void> {
    await this.unless('NoSuchUpload', { operation: 'AbortMultipartUpload', method: 'DELETE', key, query: { uploadId: multipartId } });
  }

  public async head(key: string): Promise<StoredObject | undefined> {
    return this.headWith({}, key);
  }

  public async headWithChecksum(key: string): Promise<StoredObject | undefined> {
    return this.headWith({ 'x-amz-checksum-mode': 'ENABLED' }, key);
  }

  public async put({ key, contentType, body, checksum = sha256Of(body) }: PutObject): Promise<{ readonly etag: string }> {
    const headers = { 'content-type': contentType, 'if-none-match': '*', [checksumHeader(checksum)]: checksum.value };
    try {
      const answer = await this.call({ operation: 'PutObject', method: 'PUT', key, headers, body: new Uint8Array(body) });
      return { etag: withoutQuotes(answer.headers.etag ?? '') };
    } catch (error) {
      if (isAwsError(error, 'BadDigest')) throw new ObjectRefused('mismatch');
      if (!isAwsError(error, 'PreconditionFailed')) throw error;
    }
    // The answer to the first attempt may have been lost, and the second have met the object of the first.
    const stored = await this.headWithChecksum(key);
    if (stored?.checksum?.algorithm !== checksum.algorithm || stored.checksum.value !== checksum.value) throw new ObjectRefused('exists');
    return { etag: stored.etag };
  }

  public async delete(key: string): Promise<void> {
    await this.call({ operation: 'DeleteObject', method: 'DELETE', key });
  }

  private async headWith(headers: Record<string, string>, key: string): Promise<StoredObject | undefined> {
    const answer = await this.unless('Http404', { operation: 'HeadObject', method: 'HEAD', key, headers });
    if (!answer) return undefined;
    const { headers: told } = answer;
    return {
      size: Number(told['content-length'] ?? 0),
      contentType: told['content-type'] ?? '',
      etag: withoutQuotes(told.etag ?? ''),
      checksum: checksumIn(told),
      lastModified: new Date(told['last-modified'] ?? '').toISOString(),
    };
  }

  private call(request: Omit<S3Request, 'bucket'>): Promise<AwsAnswer> {
    return callS3(this.requests, { ...request, bucket: this.bucket });
  }

  /** undefined when S3 answers with this code. */
  private async unless(code: string, request: Omit<S3Request, 'bucket'>): Promise<AwsAnswer | undefined> {
    try {
      return await this.call(request);
    } catch (error) {
      if (isAwsError(error, code)) return undefined;
      throw error;
    }
  }
}

/** S3 has no code of its own for an object that is not as large as announced. */
function completionOf(error: unknown, sizeIsGiven: boolean): Completion | undefined {
  if (!(error instanceof AwsError)) return undefined;
  return error.code === 'InvalidRequest' && sizeIsGiven ? 'mismatch' : COMPLETIONS[error.code];
}

function listOfParts(parts: CompleteMultipart['parts']): string {
  const inOrder = [...parts].sort((a, b) => a.partNumber - b.partNumber);
  const list = inOrder.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeXml(`"${etag}"`)}</ETag></Part>`);
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`;
}

/** S3 computes CRC64NVME of whatever it was not asked to compute another for. What it tells is compared, should it not have done so. */
function isOf({ algorithm, value }: Checksum, result: ReturnType<typeof rootOf>): boolean {
  return (textIn(result, `Checksum${algorithm}`) ?? value) === value;
}

/** A checksum of the checksums of parts says nothing to whoever has the whole. */
function checksumIn(headers: IncomingHttpHeaders): Checksum | null {
  if (headers['x-amz-checksum-type'] === 'COMPOSITE') return null;
  for (const algorithm of ['SHA256', 'CRC64NVME'] as const) {
    const value = headers[checksumHeader({ algorithm })];
    if (typeof value === 'string' && value !== '' && !value.includes('-')) return { algorithm, value };
  }
  return null;
}

function sha256Of(body: Uint8Array): Checksum {
  return { algorithm: 'SHA256', value: createHash('sha256').update(body).digest('base64') };
}

function rootOf(body: string) {
  const root = xmlRoot(body);
  if (!root) throw new Error('S3 answered with no XML');
  return root;
}

function withoutQuotes(etag: string): string {
  return etag.replaceAll('"', '');
}
