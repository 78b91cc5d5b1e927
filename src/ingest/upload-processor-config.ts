import { Size } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Tenancy } from '../api/tenancy';
import { QueryTableConfig } from '../storage/query-table';
import { IngestQueueConfig } from './ingest-queue';

/** What the pipeline tells the processor. */
export interface UploadProcessorBindOptions {
  /** Where the files are, and where rejected rows go. */
  readonly bucket: s3.IBucket;
  /** Where the messages come from. */
  readonly queue: IngestQueueConfig;
  /** Where the state of every upload is kept. */
  readonly statusTable: dynamodb.ITable;
  /** Where the records go. */
  readonly queryTable: QueryTableConfig;
  /** Whose the uploads and records are. @default Tenancy.single() */
  readonly tenancy?: Tenancy;
  /** Largest file that may arrive. */
  readonly maxFileSize: Size;
  /** Content types that may arrive. */
  readonly contentTypes: string[];
  /** Name under which the function's metrics appear. */
  readonly serviceName: string;
}

/** What the processor tells the pipeline. */
export interface UploadProcessorConfig {
  /** The function that takes the messages. */
  readonly processor: lambda.IFunction;
}
