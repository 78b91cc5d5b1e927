/**
 * Every route of the HTTP contract: what the API has, which function serves it, and who may call it. Without dependencies, so
 * that the Lambda code and the OpenAPI document are checked against the same list.
 */

/** Routes that are allowed together: by scopes of a token, and by the pipeline's grants. */
export type RouteGroup = 'upload' | 'query' | 'public';

/** The functions behind the API, by the name of their bundle. */
export type RouteFunction = 'upload-api' | 'completion-api' | 'query-api';

export interface RouteModel {
  /** Construct id, and `operationId` in the OpenAPI document. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With parameters in braces. */
  readonly path: string;
  readonly group: RouteGroup;
  readonly servedBy: RouteFunction;
}

const upload = (servedBy: RouteFunction, method: RouteModel['method'], path: string, id: string): RouteModel => (
  { id, method, path, group: 'upload', servedBy }
);
const query = (path: string, id: string): RouteModel => ({ id, method: 'GET', path, group: 'query', servedBy: 'query-api' });
const open = (path: string, id: string): RouteModel => ({ id, method: 'GET', path, group: 'public', servedBy: 'query-api' });

/** What an unmodified Uppy client calls (Companion's routes). */
const COMPANION_ROUTES: readonly RouteModel[] = [
  upload('upload-api', 'GET', '/s3/params', 'GetUppyParams'),
  upload('upload-api', 'POST', '/s3/multipart', 'CreateUppyMultipart'),
  upload('upload-api', 'GET', '/s3/multipart/{multipartId}', 'ListUppyParts'),
  upload('upload-api', 'GET', '/s3/multipart/{multipartId}/batch', 'SignUppyParts'),
  upload('upload-api', 'GET', '/s3/multipart/{multipartId}/{partNumber}', 'SignUppyPart'),
  upload('completion-api', 'POST', '/s3/multipart/{multipartId}/complete', 'CompleteUppyMultipart'),
  upload('completion-api', 'DELETE', '/s3/multipart/{multipartId}', 'AbortUppyMultipart'),
];

/** The same under a capability URL, for a client that cannot send a header: its token is the right to call them. */
const SESSION_ROUTES = COMPANION_ROUTES.map((route): RouteModel => (
  { ...route, id: `Session${route.id}`, path: `/u/{token}${route.path}`, group: 'public' }
));

export const ROUTES: readonly RouteModel[] = [
  upload('upload-api', 'POST', '/uploads', 'StartUpload'),
  upload('query-api', 'GET', '/uploads', 'ListUploads'),
  upload('completion-api', 'POST', '/uploads/inline', 'UploadInline'),
  upload('upload-api', 'POST', '/uploads/sessions', 'StartSession'),
  upload('query-api', 'GET', '/uploads/{uploadId}', 'GetUpload'),
  upload('completion-api', 'DELETE', '/uploads/{uploadId}', 'AbortUpload'),
  upload('upload-api', 'POST', '/uploads/{uploadId}/parts', 'SignParts'),
  upload('completion-api', 'GET', '/uploads/{uploadId}/parts', 'ListParts'),
  upload('completion-api', 'POST', '/uploads/{uploadId}/complete', 'CompleteUpload'),
  upload('completion-api', 'POST', '/uploads/{uploadId}/reprocess', 'ReprocessUpload'),
  upload('query-api', 'GET', '/uploads/{uploadId}/rejects', 'GetRejects'),
  upload('upload-api', 'POST', '/s3/presign', 'PresignRequest'),
  ...COMPANION_ROUTES,
  ...SESSION_ROUTES,
  query('/records', 'ListRecords'),
  query('/records/{pk}', 'GetRecords'),
  query('/records/{pk}/{sk}', 'GetRecord'),
  open('/health', 'GetHealth'),
  open('/openapi.json', 'GetOpenApi'),
];
