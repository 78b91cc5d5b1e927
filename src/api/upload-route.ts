/** The routes of the API, for limits of their own. */
export enum UploadRoute {
  /** `POST /uploads` */
  START_UPLOAD = 'StartUpload',
  /** `GET /uploads` */
  LIST_UPLOADS = 'ListUploads',
  /** `POST /uploads/inline` */
  UPLOAD_INLINE = 'UploadInline',
  /** `POST /uploads/sessions` */
  START_SESSION = 'StartSession',
  /** `GET /uploads/{uploadId}` */
  GET_UPLOAD = 'GetUpload',
  /** `DELETE /uploads/{uploadId}` */
  ABORT_UPLOAD = 'AbortUpload',
  /** `POST /uploads/{uploadId}/parts` */
  SIGN_PARTS = 'SignParts',
  /** `GET /uploads/{uploadId}/parts` */
  LIST_PARTS = 'ListParts',
  /** `POST /uploads/{uploadId}/complete` */
  COMPLETE_UPLOAD = 'CompleteUpload',
  /** `POST /uploads/{uploadId}/reprocess` */
  REPROCESS_UPLOAD = 'ReprocessUpload',
  /** `GET /uploads/{uploadId}/rejects` */
  GET_REJECTS = 'GetRejects',
  /** `POST /s3/presign` */
  PRESIGN_REQUEST = 'PresignRequest',
  /** `GET /s3/params` */
  GET_UPPY_PARAMS = 'GetUppyParams',
  /** `POST /s3/multipart` */
  CREATE_UPPY_MULTIPART = 'CreateUppyMultipart',
  /** `GET /s3/multipart/{multipartId}` */
  LIST_UPPY_PARTS = 'ListUppyParts',
  /** `GET /s3/multipart/{multipartId}/batch` */
  SIGN_UPPY_PARTS = 'SignUppyParts',
  /** `GET /s3/multipart/{multipartId}/{partNumber}` */
  SIGN_UPPY_PART = 'SignUppyPart',
  /** `POST /s3/multipart/{multipartId}/complete` */
  COMPLETE_UPPY_MULTIPART = 'CompleteUppyMultipart',
  /** `DELETE /s3/multipart/{multipartId}` */
  ABORT_UPPY_MULTIPART = 'AbortUppyMultipart',
  /** `GET /u/{token}/s3/params` */
  SESSION_GET_UPPY_PARAMS = 'SessionGetUppyParams',
  /** `POST /u/{token}/s3/multipart` */
  SESSION_CREATE_UPPY_MULTIPART = 'SessionCreateUppyMultipart',
  /** `GET /u/{token}/s3/multipart/{multipartId}` */
  SESSION_LIST_UPPY_PARTS = 'SessionListUppyParts',
  /** `GET /u/{token}/s3/multipart/{multipartId}/batch` */
  SESSION_SIGN_UPPY_PARTS = 'SessionSignUppyParts',
  /** `GET /u/{token}/s3/multipart/{multipartId}/{partNumber}` */
  SESSION_SIGN_UPPY_PART = 'SessionSignUppyPart',
  /** `POST /u/{token}/s3/multipart/{multipartId}/complete` */
  SESSION_COMPLETE_UPPY_MULTIPART = 'SessionCompleteUppyMultipart',
  /** `DELETE /u/{token}/s3/multipart/{multipartId}` */
  SESSION_ABORT_UPPY_MULTIPART = 'SessionAbortUppyMultipart',
  /** `GET /records` */
  LIST_RECORDS = 'ListRecords',
  /** `GET /records/{pk}` */
  GET_RECORDS = 'GetRecords',
  /** `GET /records/{pk}/{sk}` */
  GET_RECORD = 'GetRecord',
  /** `GET /health` */
  GET_HEALTH = 'GetHealth',
  /** `GET /openapi.json` */
  GET_OPEN_API = 'GetOpenApi',
}
