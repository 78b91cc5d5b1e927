import { ApiError } from '../../domain/api-error';
import { sizeOfPart } from '../../domain/uploads/part-size';
import { Multipart, Upload, UploadFile } from '../../domain/uploads/upload';

/** A file that is being sent in parts, under S3's id of it. */
export interface FileInParts extends UploadFile {
  readonly multipart: Multipart & { readonly id: string };
}

/** The file that a request means: a request about an upload of one need not say. */
export function fileOf({ files }: Pick<Upload, 'files'>, name: string | undefined): UploadFile {
  const file = name === undefined && files.length === 1 ? files[0] : files.find((one) => one.name === name);
  if (file) return file;
  const names = files.map((one) => one.name).join(', ');
  throw new ApiError('UNKNOWN_FILE', `'file' must name one of the files of this upload: ${names}`, [{ parameter: 'file', detail: `must be one of ${names}` }]);
}

/** The file that a request about parts means. Parts come and go as long as the upload waits for its files. */
export function fileInParts(upload: Upload, name: string | undefined): FileInParts {
  if (upload.status !== 'PENDING') throw uploadEnded(upload, 'takes no parts any more');
  const file = fileOf(upload, name);
  if (isInParts(file)) return file;
  throw new ApiError('NOT_MULTIPART', `the file '${file.name}' is not sent in parts through this API`);
}

export function isInParts(file: UploadFile): file is FileInParts {
  return file.multipart !== null && file.multipart.id !== null;
}

/** Bytes that a part must have; undefined where the client decides. */
export function expectedSize({ size, multipart: { partSize, partCount } }: FileInParts, partNumber: number): number | undefined {
  return size === null || partSize === null || partCount === null ? undefined : sizeOfPart(size, { partSize, partCount }, partNumber);
}

export function uploadEnded({ status }: Pick<Upload, 'status'>, consequence: string): ApiError {
  return new ApiError('UPLOAD_ENDED', `the upload is ${status}: it ${consequence}`);
}
