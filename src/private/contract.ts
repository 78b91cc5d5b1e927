/**
 * What the constructs and the Lambda code agree on. Without dependencies, so that both sides can import it.
 */

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
} as const;

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

export type ColumnType =
  | 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'
  | 'uuid' | 'email' | 'uri'
  /** A set of texts, and whatever JSON can say: neither can be a key. */
  | 'stringSet' | 'json';

/** One declared column. Bounds are numbers for numeric columns and ISO strings for dates and timestamps. */
export interface ColumnModel {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  /** Used where the field is empty or the column is absent; in the form a CSV would have it. */
  readonly default?: string;
  /** Inclusive bounds, as text of the column's own type. */
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expression that the whole value must match. */
  readonly pattern?: string;
  readonly allowed?: readonly string[];
  /** Whether a value may be an allowed one in another case, and is then kept as that one is written. */
  readonly ignoreCase?: boolean;
  /** What separates the texts of a set. */
  readonly separator?: string;
  /** Schemes that a URI may have, in lower case; absent: any. */
  readonly schemes?: readonly string[];
  /** Other names that the header may have for it. */
  readonly aliases?: readonly string[];
  /** What is done to a field before it is looked at, in this order. */
  readonly normalize?: readonly NormalizerModel[];
  /** Forms of a date or timestamp, in Unicode's letters (UTS 35), or `iso`; absent: ISO 8601. The first that fits counts. */
  readonly formats?: readonly string[];
  /** IANA name of the zone of timestamps that have none of their own; absent: UTC. */
  readonly timeZone?: string;
  /** Template that the value is made of, instead of a field of the file. */
  readonly computed?: string;
  /** Whether no other row of the upload may have the value. */
  readonly unique?: boolean;
}

export type NormalizerModel = 'trim' | 'lowerCase' | 'upperCase' | 'collapseSpaces' | 'decimalComma';

export type EncodingModel = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';
export type RaggedRowsPolicy = 'reject' | 'fill' | 'fit';

/** How a file's text is made of rows. */
export type FormatModel = CsvModel | JsonModel;

export interface CsvModel {
  readonly kind: 'csv';
  /** One character; null: detected, of comma, semicolon, tab and bar. */
  readonly delimiter: string | null;
  /** null: fields are never quoted. */
  readonly quote: string | null;
  /** What stands before a quote inside a quoted field; the quote itself, usually. */
  readonly escape: string;
  /** Lines that begin with it are passed over. */
  readonly comment: string | null;
  /** Lines before the header that are passed over. */
  readonly preambleLines: number;
  /** Names of the columns of a file without a header; null: the first row is the header. */
  readonly header: readonly string[] | null;
  /** Rows with fewer or more fields than the header: rejected; filled with empty fields if shorter; or cut as well if longer. */
  readonly raggedRows: RaggedRowsPolicy;
  /** null: as the byte order mark says, or UTF-8. */
  readonly encoding: EncodingModel | null;
}

export interface JsonModel {
  /** One object per line, or one array of objects. */
  readonly kind: 'ndjson' | 'json';
  readonly encoding: EncodingModel | null;
}

/** CSV as RFC 4180 has it. */
export const CSV: CsvModel = {
  kind: 'csv',
  delimiter: ',',
  quote: '"',
  escape: '"',
  comment: null,
  preambleLines: 0,
  header: null,
  raggedRows: 'reject',
  encoding: null,
};

/** How many rejected rows an upload may have; absent members: any number. `dryFirst`: nothing is written before all rows are known. */
export interface RejectPolicyModel {
  readonly most?: number;
  /** Of all rows, 0 to 1. */
  readonly ratio?: number;
  readonly dryFirst?: boolean;
}

/** How large a packed file may become. */
export interface UnpackingModel {
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** Unpacked bytes per packed byte, beyond the first megabyte. */
  readonly maxRatio: number;
}

export const UNPACKING: UnpackingModel = { maxBytes: 50 * 1024 ** 3, maxRatio: 250 };

export type UnknownColumnsPolicy = 'fail' | 'ignore' | 'keep';
export type DuplicateKeysPolicy = 'reject' | 'last-wins' | 'unchecked';

export interface IndexModel {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
}

/** Everything that turns rows into records. */
export interface RecordModel {
  /** null: any CSV; every column of the file is kept as a string. */
  readonly columns: readonly ColumnModel[] | null;
  readonly unknownColumns: UnknownColumnsPolicy;
  readonly keys: { readonly partitionKey: string; readonly sortKey: string };
  readonly duplicateKeys: DuplicateKeysPolicy;
  readonly indexes: readonly IndexModel[];
  /** Most rows of one file; absent: no limit. */
  readonly maxRows?: number;
  /** Whether keys begin with the tenant. */
  readonly tenancy?: boolean;
  /** What files may be; of several, the name of a file decides, then its content type. Absent: CSV. */
  readonly formats?: readonly FormatModel[];
  /** Absent: UNPACKING. */
  readonly unpacking?: UnpackingModel;
  /** Whether names in a header match a column in any case and with any white space, `_` and `-`. */
  readonly looseHeader?: boolean;
  /** Absent: any number of rejects. */
  readonly rejects?: RejectPolicyModel;
  /** What turns rows into other rows first: a file beside the function's code, or a function. */
  readonly transform?: 'module' | 'function';
  /** Of the module: with another one, rows become others. */
  readonly transformDigest?: string;
}

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

/** What a client must say about an upload. */
export interface UploadModel {
  /** null: any metadata. */
  readonly metadata: readonly ColumnModel[] | null;
}

/** Names of the variables of a computed column that are metadata of its upload begin with it. */
export const METADATA_VARIABLE = 'metadata.';

/** How deep lists and maps may be nested: what is innermost in them is on the last of DynamoDB's 32 levels (Developer Guide, "Quotas"). */
export const MAX_NESTING = 31;

/** Characters of a name in a header. */
export const MAX_COLUMN_NAME = 255;

/** Content types of CSV files; spreadsheets on Windows call them application/vnd.ms-excel. */
export const CSV_CONTENT_TYPES = ['text/csv', 'application/csv', 'text/plain', 'application/vnd.ms-excel'];
