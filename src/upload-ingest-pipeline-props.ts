import { RemovalPolicy, Size } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Tenancy } from './api/tenancy';
import { UploadApi } from './api/upload-api';
import { Column } from './ingest/column';
import { IngestQueue } from './ingest/ingest-queue';
import { UploadProcessor } from './ingest/upload-processor';
import { QueryTable } from './storage/query-table';
import { StatusTable } from './storage/status-table';
import { UploadBucket } from './storage/upload-bucket';

/** Properties of a pipeline. Every part has a default, can be configured, and can be replaced by one of the user's. */
export interface UploadIngestPipelineProps {
  /**
   * Where files arrive.
   *
   * @default UploadBucket.managed()
   */
  readonly bucket?: UploadBucket;

  /**
   * How uploads are started and records are read.
   *
   * @default UploadApi.http()
   */
  readonly api?: UploadApi;

  /**
   * What stands between bucket and processor.
   *
   * @default IngestQueue.standard()
   */
  readonly queue?: IngestQueue;

  /**
   * What happens to a file.
   *
   * @default UploadProcessor.records() - any CSV, every column kept as text
   */
  readonly processor?: UploadProcessor;

  /**
   * Where the state of every upload is kept.
   *
   * @default StatusTable.managed()
   */
  readonly statusTable?: StatusTable;

  /**
   * Where the records go.
   *
   * @default QueryTable.managed()
   */
  readonly queryTable?: QueryTable;

  /**
   * Largest file, 1 byte to 50,000 GiB (S3's largest object, of 10,000 parts). A larger one is refused when it is announced,
   * or fails when it arrives. More than 5 GiB must be sent in parts.
   *
   * @default Size.gibibytes(5)
   */
  readonly maxFileSize?: Size;

  /**
   * Content types of files, in lower case and without parameters: `text/csv`, or a whole family such as `text/*`. A star on
   * both sides of the slash allows all.
   *
   * @default - what files of the processor's formats are called, for CSV text/csv, application/csv, text/plain and
   * application/vnd.ms-excel, and packed files application/gzip, application/x-gzip and application/zstd; any with
   * `UploadProcessor.handler`
   */
  readonly contentTypes?: string[];

  /**
   * Most files of one upload, 1 to 50. An upload has one status, and is worked on when all of its files are there.
   *
   * @default 10
   */
  readonly maxFiles?: number;

  /**
   * JavaScript regular expression that the whole of a file's name must match, such as `[a-z0-9-]+\\.csv`; at most 500 characters.
   *
   * It runs on the text of whoever uploads: avoid a repetition inside a repetition such as `(a+)+`, which takes exponential
   * time on some texts.
   *
   * @default - any name that S3 and file systems can have
   */
  readonly fileNamePattern?: string;

  /**
   * What clients must say about an upload: columns for its `metadata`, at most 20. What is not declared is refused.
   *
   * @default - any metadata: up to 20 texts of 2 KB together
   */
  readonly metadata?: Column[];

  /**
   * Who uploads and records belong to.
   *
   * @default Tenancy.single()
   */
  readonly tenancy?: Tenancy;

  /**
   * Key for everything at rest in bucket, queues and tables that the pipeline makes. Parts of the user's keep their own.
   *
   * The policy of a key from this app gets a statement for S3 and EventBridge, which send to the queue; an imported key
   * must have it already (warning `cdk-upload-ingest:importedKeyPolicy`).
   *
   * @default - keys that AWS manages or owns, per service
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What happens to bucket, queues and tables that the pipeline makes when they leave the stack.
   *
   * With `RemovalPolicy.DESTROY` the bucket must be empty by then: CloudFormation does not delete files.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
