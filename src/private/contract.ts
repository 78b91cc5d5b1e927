/**
 * What the constructs and the Lambda code agree on. Without dependencies, so that both sides can import it.
 */
export * from './contract-environment';
export * from './contract-models';

/** Attributes that are ours on every record and every status item; a column may not use these names. */
export const Attribute = {
  /** Partition key of a record: the rendered `partitionKey` template. */
  PARTITION_KEY: '_pk',
  /** Sort key of a record: the rendered `sortKey` template. */
  SORT_KEY: '_sk',
  /** Partition key of the recent index: the shard. */
  LIST: '_list',
  /** Sort key of the recent index: the position in time order, unique per record. */
  POSITION: '_pos',
} as const;

/** With tenants, an index selects records by an attribute of ours: `_ix_` and the name of the index. */
export const INDEX_PREFIX = '_ix_';

/** Key attributes of the status table and its deadline index. */
export const StatusAttribute = {
  UPLOAD_ID: 'uploadId',
  /** Present, with the deadline, only while the upload must still reach a terminal state: the index is sparse. */
  DEADLINE_SHARD: 'deadlineShard',
  DEADLINE: 'deadline',
} as const;

/** Shards of the status table's recent index: 1,000 status writes a second each. */
export const STATUS_SHARDS = 4;

/** Names that a key template may use besides the columns. */
export const KEY_VARIABLES = ['row', 'uploadId', 'uploadedAt', 'fileName'] as const;
export type KeyVariable = typeof KEY_VARIABLES[number];

/** Keys of pipelines that declare none: unique per row, spread over all partitions, the same on every retry. */
export const DEFAULT_KEYS = { partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' } as const;

/** Where files arrive and where rejected rows go, inside the upload bucket. */
export const UPLOADS_PREFIX = 'uploads/';
export const REJECTS_PREFIX = 'rejects/';
/** Where some rejected rows are kept until all of their file are known. */
export const REJECT_SEGMENTS_PREFIX = `${REJECTS_PREFIX}.segments/`;

/** Index of the status table and of a managed query table that lists newest first. */
export const RECENT_INDEX = 'recent';
/** Sparse index of the status table: uploads that must reach a terminal state before a deadline. */
export const DEADLINE_INDEX = 'deadline';

/** The record model, as a file next to the function's code: environment variables hold 4 KB only. */
export const RECORD_MODEL_FILE = 'record-model.json';

/** The OpenAPI document of the API, as a file next to the function that shows it. */
export const OPENAPI_FILE = 'openapi.json';
/** JSON schemas (draft 4) of request bodies by route id, as API Gateway's REST APIs take them; among the bundles. */
export const REQUEST_MODELS_FILE = 'request-models.json';

/** X-Ray's SDK, as a file next to the function's code, which only a function that is traced loads. */
export const TRACING_FILE = 'tracing.js';
/** What a function loads with the first `Idempotency-Key`. */
export const IDEMPOTENCY_FILE = 'idempotency.js';

/** DynamoDB's limits (Developer Guide, "Quotas"). */
export const MAX_PARTITION_KEY_BYTES = 2048;
export const MAX_SORT_KEY_BYTES = 1024;
export const MAX_ITEM_BYTES = 400 * 1024;

/** Pages of every list. */
export const DEFAULT_PAGE_SIZE = 100;
export const MAX_PAGE_SIZE = 1000;

/** The tenant of every upload while tenancy is off; no tenant of a token can have this name. */
export const SINGLE_TENANT = '-';

/** Where the tenant of a caller is found, and whether uploads are the tenant's or their owner's. */
export type TenancyModel =
  | { readonly source: 'single' }
  | { readonly source: 'claim' | 'context'; readonly name: string; readonly ownership: 'tenant' | 'user' };

/** What an id of a tenant may be: it is part of object keys, record keys and message groups. */
export const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9._@+=-]{0,127}$/;

/** Metrics that the functions count (CloudWatch embedded metric format). */
export const METRIC_NAMESPACE = 'UploadIngest';
export const Metric = {
  UPLOADS_STARTED: 'UploadsStarted',
  UPLOADS_ABORTED: 'UploadsAborted',
  UPLOADS_COMPLETED: 'UploadsCompleted',
  UPLOADS_FAILED: 'UploadsFailed',
  ROWS_ACCEPTED: 'RowsAccepted',
  ROWS_REJECTED: 'RowsRejected',
} as const;
/** Dimension of the metrics above: Powertools' own. */
export const METRIC_DIMENSION = 'service';

/** A module that transforms rows, as a file next to the function's code. */
export const TransformFile = {
  COMMONJS: 'transform.js',
  ES_MODULE: 'transform.mjs',
} as const;

/** Job that ends uploads past their deadline; a message of ours on the ingest queue: `{"job":"sweep"}`. */
export const SWEEP_JOB = 'sweep';
/** Job that works on an upload whose files have all arrived. */
export const INGEST_JOB = 'ingest';

/** When an item may go, in epoch seconds: a record that is kept for some time, or a helper item of the status table. */
export const EXPIRY_ATTRIBUTE = '_ttl';

/** Amazon S3 User Guide, "Amazon S3 multipart upload limits": bytes of a part (but the last), and parts of an object. */
export const MIN_PART_SIZE = 5 * 1024 ** 2;
export const MAX_PART_SIZE = 5 * 1024 ** 3;
export const MAX_PARTS = 10_000;
/** Amazon S3 User Guide, "Uploading objects": bytes that one PUT or POST takes. */
export const MAX_SINGLE_REQUEST_SIZE = 5 * 1024 ** 3;
/** Bytes of a file inside a request: Lambda takes 6 MB, in which base64 makes four of three. */
export const MAX_INLINE_SIZE = 4.5 * 1000 ** 2;

/** How much longer the processor runs than the user's function that it waits for, so that it can say what came of it. */
export const HANDLER_MARGIN_SECONDS = 15;
/** What a user's function may want to be told again, and what its result may be: bytes of JSON in the upload's item of 400 KB. */
export const MAX_HANDLER_STATE_BYTES = 32 * 1024;
export const MAX_RESULT_BYTES = 64 * 1024;
/** How often the function is called for one upload; one that never ends is stopped. */
export const MAX_HANDLER_CALLS = 1000;
/** Characters of the name of a stage. */
export const MAX_STAGE_LENGTH = 100;

/** What an upload's metadata must be, as a file next to the function's code. */
export const UPLOAD_MODEL_FILE = 'upload-model.json';

/** Names of the variables of a computed column that are metadata of its upload begin with it. */
export const METADATA_VARIABLE = 'metadata.';

/** How deep lists and maps may be nested: what is innermost in them is on the last of DynamoDB's 32 levels (Developer Guide, "Quotas"). */
export const MAX_NESTING = 31;

/** Characters of a name in a header. */
export const MAX_COLUMN_NAME = 255;

/** Content types of CSV files; spreadsheets on Windows call them application/vnd.ms-excel. */
export const CSV_CONTENT_TYPES = ['text/csv', 'application/csv', 'text/plain', 'application/vnd.ms-excel'];
