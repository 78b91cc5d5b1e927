import { SignedRequest, UploadSigner } from './upload-signer';
import { UploadStore } from './upload-store';
import { ApiError } from '../domain/api-error';
import { isAllowedContentType, isContentType } from '../domain/content-type';
import { fileNameProblem, objectKey } from '../domain/object-key';
import { announcedFile, newUpload, ONLY_FILE, Upload } from '../domain/upload';

export interface StartUploadRequest {
  readonly fileName: string;
  readonly contentType: string;
  readonly size?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly method?: 'POST' | 'PUT';
}

export interface StartUploadRules {
  /** Bytes. */
  readonly maxFileSize: number;
  readonly contentTypes: readonly string[];
  readonly urlExpirySeconds: number;
  /** How long after the URL's expiry a file that was being sent may still arrive. */
  readonly arrivalGraceSeconds: number;
}

export interface StartUploadPorts {
  readonly store: UploadStore;
  readonly signer: UploadSigner;
  readonly newId: () => string;
  readonly now: () => Date;
}

export interface StartedUpload {
  readonly upload: Upload;
  readonly expiresAt: string;
  readonly request: SignedRequest;
}

/** Announces an upload and hands out the right to send its file. */
export class StartUpload {
  constructor(private readonly ports: StartUploadPorts, private readonly rules: StartUploadRules) {}

  public async run(tenantId: string, owner: string | null, request: StartUploadRequest): Promise<StartedUpload> {
    this.check(request);
    const { store, signer, newId, now } = this.ports;
    const { fileName, contentType, size, metadata = {} } = request;
    const uploadId = newId();
    const key = objectKey({ uploadId, fileName });
    const at = now();
    const expiresAt = secondsAfter(at, this.rules.urlExpirySeconds);

    const signed = request.method === 'PUT' && size !== undefined
      ? await signer.signPut({ key, contentType, size })
      : await signer.signPost({ key, contentType, minSize: size ?? 0, maxSize: size ?? this.rules.maxFileSize });

    const upload = newUpload({
      uploadId,
      tenantId,
      owner,
      files: [announcedFile({ name: ONLY_FILE, fileName, key, contentType, size: size ?? null })],
      metadata,
      at: at.toISOString(),
      deadline: secondsAfter(expiresAt, this.rules.arrivalGraceSeconds).toISOString(),
    });
    // Stored before the client can send anything, so that no file arrives unannounced.
    await store.create(upload);
    return { upload, expiresAt: expiresAt.toISOString(), request: signed };
  }

  private check({ fileName, contentType, size, method }: StartUploadRequest): void {
    const { maxFileSize, contentTypes } = this.rules;
    const problem = fileNameProblem(fileName);
    if (problem) throw refusal('INVALID_FILE_NAME', 'fileName', problem);
    if (!isContentType(contentType)) throw refusal('INVALID_REQUEST', 'contentType', "must be a media type such as 'text/csv'");
    if (!isAllowedContentType(contentType, contentTypes)) {
      throw refusal('CONTENT_TYPE_NOT_ALLOWED', 'contentType', `must be one of ${contentTypes.join(', ')}`);
    }
    if (size === 0) throw refusal('EMPTY_FILE', 'size', 'must be at least 1: an empty file holds nothing to ingest');
    if (size !== undefined && size > maxFileSize) throw refusal('FILE_TOO_LARGE', 'size', `must be at most ${maxFileSize} bytes`);
    if (method === 'PUT' && size === undefined) {
      throw refusal('INVALID_REQUEST', 'size', "is required for 'PUT': only a form POST can limit a size that is not known yet");
    }
  }
}

function refusal(code: 'INVALID_REQUEST' | 'INVALID_FILE_NAME' | 'CONTENT_TYPE_NOT_ALLOWED' | 'EMPTY_FILE' | 'FILE_TOO_LARGE',
  property: keyof StartUploadRequest, problem: string): ApiError {
  return new ApiError(code, `'${property}' ${problem}`, [{ pointer: `/${property}`, detail: problem }]);
}

function secondsAfter(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000);
}
