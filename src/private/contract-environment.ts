/** Environment variables of the functions. */
export const Env = {
  BUCKET: 'BUCKET_NAME',
  STATUS_TABLE: 'STATUS_TABLE_NAME',
  QUERY_TABLE: 'QUERY_TABLE_NAME',
  QUERY_PARTITION_KEY: 'QUERY_PARTITION_KEY',
  QUERY_SORT_KEY: 'QUERY_SORT_KEY',
  /** Name of the query table's recent index; empty: there is none. */
  QUERY_RECENT_INDEX: 'QUERY_RECENT_INDEX',
  /** Partitions of the recent index of the query table. */
  QUERY_SHARDS: 'QUERY_SHARDS',
  QUEUE_URL: 'QUEUE_URL',
  /** How often a message is received before it goes to the dead-letter queue; 0: unknown. */
  MAX_RECEIVE_COUNT: 'MAX_RECEIVE_COUNT',
  /** How long the queue hides a message; SQS's longest where it is not known. */
  VISIBILITY_SECONDS: 'VISIBILITY_SECONDS',
  MAX_FILE_SIZE: 'MAX_FILE_SIZE',
  /** JSON array of content types. */
  CONTENT_TYPES: 'CONTENT_TYPES',
  URL_EXPIRY_SECONDS: 'URL_EXPIRY_SECONDS',
  /** How long after the URL's expiry a file may still arrive. */
  ARRIVAL_GRACE_SECONDS: 'ARRIVAL_GRACE_SECONDS',
  /** How long the parts of a multipart upload may take to come. */
  UPLOAD_EXPIRY_SECONDS: 'UPLOAD_EXPIRY_SECONDS',
  SESSION_EXPIRY_SECONDS: 'SESSION_EXPIRY_SECONDS',
  /** Most files of one upload. */
  MAX_FILES: 'MAX_FILES',
  /** Regular expression that the whole of a file's name must match; empty: any name. */
  FILE_NAME_PATTERN: 'FILE_NAME_PATTERN',
  DEFAULT_PAGE_SIZE: 'DEFAULT_PAGE_SIZE',
  /** How long records are kept from when their file arrived; 0: for ever. */
  RECORD_RETENTION_SECONDS: 'RECORD_RETENTION_SECONDS',
  /** JSON of `TenancyModel`. */
  TENANCY: 'TENANCY',
  /** Where jobs are sent, which may be another queue than the one S3 sends to. */
  JOB_QUEUE_URL: 'JOB_QUEUE_URL',
  /** `true`: a job may not be worked on where its file's event is, since its queue keeps order or fairness. */
  QUEUES_JOBS: 'QUEUES_JOBS',
  /** ARN of the function that works on files, with `UploadProcessor.handler`; empty: none. */
  HANDLER_FUNCTION: 'HANDLER_FUNCTION',
  /** How long one call of it may take; 0: unknown. */
  HANDLER_TIMEOUT_SECONDS: 'HANDLER_TIMEOUT_SECONDS',
  /** With a function that transforms rows: its ARN, rows of one call, calls at the same time, and how long one may take (0: unknown). */
  TRANSFORM_FUNCTION: 'TRANSFORM_FUNCTION',
  TRANSFORM_BATCH_SIZE: 'TRANSFORM_BATCH_SIZE',
  TRANSFORM_CONCURRENCY: 'TRANSFORM_CONCURRENCY',
  TRANSFORM_TIMEOUT_SECONDS: 'TRANSFORM_TIMEOUT_SECONDS',
  /** ARN of the state machine that large uploads are worked on with; empty: there is none. */
  FAN_OUT_MACHINE: 'FAN_OUT_STATE_MACHINE_ARN',
  /** Bytes of an upload above which it is used. */
  FAN_OUT_ABOVE: 'FAN_OUT_ABOVE_BYTES',
  /** `true`: calls of the function, and those it makes, appear in AWS X-Ray. The name is Powertools' own. */
  TRACING: 'POWERTOOLS_TRACE_ENABLED',
  /** ARN of the secret that tokens are signed with. */
  SECRET_ARN: 'SECRET_ARN',
  /** What a token's `iss` and `aud` must be; empty: anything. */
  TOKEN_ISSUER: 'TOKEN_ISSUER',
  TOKEN_AUDIENCE: 'TOKEN_AUDIENCE',
  /** JSON arrays of scopes, of which a token must have one to call the routes of the group; empty: any token may. */
  UPLOAD_SCOPES: 'UPLOAD_SCOPES',
  QUERY_SCOPES: 'QUERY_SCOPES',
  /** JSON array of origins whose browsers may read the answers; absent: API Gateway sees to that, or none may. */
  CORS_ORIGINS: 'CORS_ORIGINS',
  /** Flags of Node.js itself. The name is its own. */
  NODE_OPTIONS: 'NODE_OPTIONS',
} as const;

/**
 * For functions that turn rows into records: with a small young generation V8 is as fast, and takes a third less memory
 * (`docs/performance.md`).
 */
export const ROWS_NODE_OPTIONS = '--max-semi-space-size=8';
