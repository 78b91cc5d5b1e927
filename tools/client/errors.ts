import type { Problem, Upload } from './types';

/** The API answered with an error; `code` is the one of its problem document. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly problem: Problem, request: string) {
    super(`${request}: ${status} ${code}${problem.detail ? `, ${problem.detail}` : ''}`);
    this.name = 'ApiError';
  }
}

/** S3 refused the file; `code` is S3's own, such as `EntityTooLarge`. */
export class FileRefusedError extends Error {
  constructor(readonly status: number, readonly code: string) {
    super(`S3 refused the file: ${status} ${code}`);
    this.name = 'FileRefusedError';
  }
}

/** The upload did not reach a terminal status in time. */
export class UploadNotFinishedError extends Error {
  constructor(readonly upload: Upload, milliseconds: number) {
    super(`Upload ${upload.uploadId} is still ${upload.status} after ${Math.round(milliseconds / 1000)} s`);
    this.name = 'UploadNotFinishedError';
  }
}
