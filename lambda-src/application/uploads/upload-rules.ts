import { MAX_SINGLE_REQUEST_SIZE, UploadModel } from '../../../src/private/contract';
import { ApiError, ErrorCode } from '../../domain/api-error';
import { wholeMatch } from '../../domain/columns/whole-match';
import { isAllowedContentType, isContentType } from '../../domain/uploads/content-type';
import { compileMetadata, Metadata, MetadataCheck } from '../../domain/uploads/metadata';
import { fileNameProblem } from '../../domain/uploads/object-key';
import { Checksum } from '../../domain/uploads/upload';

/** What a client says about a file that it is going to send. */
export interface FileRequest {
  readonly fileName: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size?: number;
  /** How it is sent in one request. */
  readonly method?: 'POST' | 'PUT';
  readonly multipart?: boolean;
  readonly checksum?: Checksum;
  /** Seconds that a form may be used, if fewer than usual. */
  readonly expiresIn?: number;
}

export interface UploadRulesProps {
  /** Bytes. */
  readonly maxFileSize: number;
  readonly contentTypes: readonly string[];
  /** Regular expression that the whole of a file's name must match; empty: any name. */
  readonly fileNamePattern: string;
  readonly maxFiles: number;
  readonly model: UploadModel;
}

/** What the pipeline takes. Everything is checked before anything happens; every refusal names its place in the request. */
export class UploadRules {
  public readonly maxFileSize: number;
  private readonly contentTypes: readonly string[];
  private readonly fileName: RegExp | undefined;
  private readonly maxFiles: number;
  private readonly metadataCheck: MetadataCheck;

  constructor({ maxFileSize, contentTypes, fileNamePattern, maxFiles, model }: UploadRulesProps) {
    this.maxFileSize = maxFileSize;
    this.contentTypes = contentTypes;
    this.maxFiles = maxFiles;
    this.metadataCheck = compileMetadata(model);
    this.fileName = fileNamePattern === '' ? undefined : wholeMatch(fileNamePattern);
    if (fileNamePattern !== '' && !this.fileName) throw new Error('the pattern of file names must be a regular expression');
  }

  /** Bytes that S3 takes of a file whose size is not known, in one request. */
  public get maxSingleRequestSize(): number {
    return Math.min(this.maxFileSize, MAX_SINGLE_REQUEST_SIZE);
  }

  /** Throws when the file is not one for this pipeline, or cannot be sent that way. `pointer` is where the request speaks of it. */
  public checkFile(file: FileRequest, pointer = ''): void {
    const { fileName, contentType, size, method, multipart = false, checksum } = file;
    const refuse = (code: ErrorCode, property: keyof FileRequest, problem: string): never => { throw refusal(code, `${pointer}/${property}`, problem); };
    this.checkFileName(fileName, `${pointer}/fileName`);
    if (!isContentType(contentType)) refuse('INVALID_REQUEST', 'contentType', "must be a media type such as 'text/csv'");
    this.checkContentType(contentType, `${pointer}/contentType`);
    if (size !== undefined) this.checkSize(size, `${pointer}/size`);
    if (multipart) {
      if (size === undefined) refuse('INVALID_REQUEST', 'size', 'is required for multipart: it decides the size of the parts');
      if (method === 'POST') refuse('INVALID_REQUEST', 'method', "must be 'PUT' for multipart: that is how S3 takes parts");
      if (checksum?.algorithm === 'SHA256') refuse('INVALID_REQUEST', 'checksum', "must be 'CRC64NVME' for multipart: S3 has no SHA-256 of an object in parts");
      return;
    }
    if (size !== undefined && size > MAX_SINGLE_REQUEST_SIZE) {
      refuse('MULTIPART_REQUIRED', 'size', `must be at most ${MAX_SINGLE_REQUEST_SIZE} bytes in one request: set 'multipart' to true`);
    }
    if (method === 'PUT' && size === undefined) {
      refuse('INVALID_REQUEST', 'size', "is required for 'PUT': only a form POST can limit a size that is not known yet");
    }
  }

  /** Throws when the files are too many, or cannot be told apart; objects of one upload are told apart by their file names. */
  public checkFiles(files: readonly (FileRequest & { readonly name: string })[]): void {
    if (files.length > this.maxFiles) throw refusal('TOO_MANY_FILES', '/files', `must have at most ${this.maxFiles} files`);
    for (const property of ['name', 'fileName'] as const) {
      const twice = files.findIndex((file, nth) => files.findIndex((other) => other[property] === file[property]) < nth);
      if (twice >= 0) throw refusal('DUPLICATE_FILE', `/files/${twice}/${property}`, 'must differ from those of the other files');
    }
    files.forEach((file, nth) => this.checkFile(file, `/files/${nth}`));
  }

  /** A size that was announced, or found. */
  public checkSize(size: number, pointer: string): void {
    if (size === 0) throw refusal('EMPTY_FILE', pointer, 'must be at least 1: an empty file holds nothing to ingest');
    if (size > this.maxFileSize) throw refusal('FILE_TOO_LARGE', pointer, `must be at most ${this.maxFileSize} bytes`);
  }

  public checkFileName(fileName: string, pointer: string): void {
    const problem = fileNameProblem(fileName) ?? (this.fileName && !this.fileName.test(fileName) ? `must match ${this.fileName.source}` : undefined);
    if (problem) throw refusal('INVALID_FILE_NAME', pointer, problem);
  }

  public checkContentType(contentType: string, pointer: string): void {
    if (isAllowedContentType(contentType, this.contentTypes)) return;
    throw refusal('CONTENT_TYPE_NOT_ALLOWED', pointer, `must be one of ${this.contentTypes.join(', ')}`);
  }

  /** Returns the metadata as it is kept. */
  public checkMetadata(given: Metadata = {}): Metadata {
    const checked = this.metadataCheck(given);
    if ('metadata' in checked) return checked.metadata;
    throw new ApiError('INVALID_METADATA', "'metadata' is not what this pipeline declares", checked.errors);
  }
}

/** `pointer` is where in the request the fault is; the detail reads as a sentence about it. */
export function refusal(code: ErrorCode, pointer: string, problem: string): ApiError {
  return new ApiError(code, `'${pointer.slice(1)}' ${problem}`, [{ pointer, detail: problem }]);
}
