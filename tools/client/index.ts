export { ApiClient, type RepeatOptions, type RequestOptions, type WaitOptions } from './api-client';
export { anonymous, withApiKey, withToken } from './callers';
export { ApiError, FileRefusedError, UploadNotFinishedError } from './errors';
export { sendFile, type SendFileOptions } from './send-file';
export { sendParts, type PartsOfFile } from './send-parts';
export { signedFetch, type SigningOptions } from './signed-fetch';
export * from './types';
