import {
  DownloadSigner, MultipartSigner, MultipartTarget, ShortLived, SignCreateMultipart, SignDownload, SignedRequest, SignPart, SignPost,
  SignPut, UploadSigner,
} from '../../application/uploads/upload-signer';
import { Checksum } from '../../domain/uploads/upload';
import { presignedPost, PresignedRequest, presignedUrl } from '../aws/presign';
import { encode } from '../aws/uri';
import { checksumHeader } from './checksum-header';

export interface S3UploadSignerProps {
  readonly bucketName: string;
  readonly expirySeconds: number;
  /** @default - the clock of the machine */
  readonly now?: () => Date;
}

/**
 * Signs requests to S3 for exactly one key, content type and size. Everything that must hold is in the policy or in a signed
 * header, since the client that sends the file is not ours.
 */
export class S3UploadSigner implements UploadSigner, MultipartSigner, DownloadSigner {
  constructor(private readonly props: S3UploadSignerProps) {}

  public async signPost({ key, contentType, minSize, maxSize, checksum, expiresIn }: SignPost): Promise<SignedRequest> {
    const { bucketName } = this.props;
    const { url, fields } = await presignedPost({
      bucket: bucketName,
      key,
      fields: { 'Content-Type': contentType, ...checksumFields(checksum) },
      conditions: [['content-length-range', minSize, maxSize], ['eq', '$Content-Type', contentType]],
      expirySeconds: this.expiry(expiresIn),
      now: this.now(),
    });
    return { method: 'POST', url, fields, headers: {} };
  }

  public async signPut({ key, contentType, size, checksum }: SignPut): Promise<SignedRequest> {
    const headers = {
      'content-type': contentType,
      'content-length': String(size),
      // The URL is good for one file: a second one would be ingested under the first one's status.
      'if-none-match': '*',
      ...(checksum ? { [checksumHeader(checksum)]: checksum.value } : {}),
    };
    const url = await this.sign({ method: 'PUT', key, headers, query: { 'x-id': 'PutObject' } });
    return { method: 'PUT', url, fields: {}, headers };
  }

  public async signPart({ key, multipartId, partNumber, size, expiresIn }: SignPart): Promise<string> {
    return this.sign({
      method: 'PUT',
      key,
      headers: size === undefined ? {} : { 'content-length': String(size) },
      query: { 'partNumber': String(partNumber), 'uploadId': multipartId, 'x-id': 'UploadPart' },
      expiresIn,
    });
  }

  public async signCreateMultipart({ key, contentType, expiresIn }: SignCreateMultipart): Promise<string> {
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
    return this.sign({ method: 'POST', key, headers, query: { uploads: '' }, expiresIn });
  }

  public async signListParts({ key, multipartId, expiresIn }: MultipartTarget & ShortLived): Promise<string> {
    return this.sign({ method: 'GET', key, query: { 'uploadId': multipartId, 'x-id': 'ListParts' }, expiresIn });
  }

  public async signCompleteMultipart({ key, multipartId, expiresIn }: MultipartTarget & ShortLived): Promise<string> {
    return this.sign({ method: 'POST', key, query: { uploadId: multipartId }, expiresIn });
  }

  public async signAbortMultipart({ key, multipartId, expiresIn }: MultipartTarget & ShortLived): Promise<string> {
    return this.sign({ method: 'DELETE', key, query: { 'uploadId': multipartId, 'x-id': 'AbortMultipartUpload' }, expiresIn });
  }

  public async signDownload({ key, fileName }: SignDownload): Promise<string> {
    return this.sign({ method: 'GET', key, query: { 'response-content-disposition': attachment(fileName), 'x-id': 'GetObject' } });
  }

  private sign({ expiresIn, ...request }: Pick<PresignedRequest, 'method' | 'key' | 'headers' | 'query'> & ShortLived): Promise<string> {
    return presignedUrl({ ...request, bucket: this.props.bucketName, expirySeconds: this.expiry(expiresIn), now: this.now() });
  }

  private expiry(wanted = this.props.expirySeconds): number {
    return Math.min(wanted, this.props.expirySeconds);
  }

  private now(): Date {
    return this.props.now?.() ?? new Date();
  }
}

/** S3 takes a checksum of a form only with the name of its algorithm. */
function checksumFields(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { 'x-amz-checksum-algorithm': checksum.algorithm, [checksumHeader(checksum)]: checksum.value } : {};
}

/** RFC 6266: the name in UTF-8 for today's browsers, and in ASCII for what does not know that. */
function attachment(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encode(fileName)}`;
}
