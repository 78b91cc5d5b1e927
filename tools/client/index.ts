export { ApiClient, type RequestOptions, type WaitOptions } from './api-client';
export { ApiError, FileRefusedError, UploadNotFinishedError } from './errors';
export { sendFile, type SendFileOptions } from './send-file';
export { signedFetch, type SigningOptions } from './signed-fetch';
export * from './types';
