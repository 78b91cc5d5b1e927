import { Duration, Size } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IngestQueueConfig } from './ingest-queue';
import { DuplicateKeys } from './policies';
import { RecordIndex } from './record-index';
import { RecordKeys } from './record-keys';
import { RecordSchema } from './record-schema';
import { DEADLINE_INDEX, Env, IndexModel, RecordModel, REJECTS_PREFIX, UPLOADS_PREFIX } from '../private/contract';
import { bytesText, listText, numberText, secondsText } from '../private/environment';
import { functionCodeWithModel } from '../private/function-code';
import { grantFindOut, grantGetUnder, grantPutUnder, grantTable } from '../private/grants';
import { suppressPrefixWildcards } from '../private/nag-suppressions';
import { PipelineFunction } from '../private/pipeline-function';
import { processMessages, validateProcessorSource } from '../private/processor-source';
import { MAX_FUNCTION_TIMEOUT, MAX_VISIBILITY } from '../private/queue-limits';
import { tableIndexes, validateRecordModel } from '../private/record-model';
import { scheduleSweep } from '../private/sweep';
import { validateDuration, validateInteger } from '../private/validation';
import { warn } from '../private/warnings';
import { QueryTableConfig } from '../storage/query-table';

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

/** How the queue feeds the processor. */
export interface ProcessorOptions {
  /**
   * Files that one invocation gets at once, 1 to 10.
   *
   * @default 1
   */
  readonly batchSize?: number;

  /**
   * Invocations at the same time, 2 to 1,000.
   *
   * @default - as many as the account allows
   */
  readonly maxConcurrency?: number;
}

/** Properties of the processor that turns rows into records. */
export interface RecordsProcessorProps extends ProcessorOptions {
  /**
   * What a row must look like.
   *
   * @default RecordSchema.any()
   */
  readonly schema?: RecordSchema;

  /**
   * Keys of the records.
   *
   * @default RecordKeys.perRow()
   */
  readonly keys?: RecordKeys;

  /**
   * Indexes over columns of the schema.
   *
   * @default - none besides the recent index of the query table
   */
  readonly indexes?: RecordIndex[];

  /**
   * What happens to a row whose key an earlier row of the same file has.
   *
   * @default DuplicateKeys.REJECT
   */
  readonly duplicateKeys?: DuplicateKeys;

  /**
   * Most rows of one file, at least 1; a longer file fails with `TOO_MANY_ROWS` before a record is written, for which it is read twice.
   *
   * @default - no limit
   */
  readonly maxRows?: number;

  /**
   * Time limit for one file, 1 second to 15 minutes (Lambda's own limit).
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * Memory in MiB, 128 to 10,240; the share of a CPU grows with it, and 1,769 is a whole one.
   *
   * @default 1769
   */
  readonly memorySize?: number;

  /**
   * How long the function's logs are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of a processor of the user's. */
export interface FunctionProcessorProps extends ProcessorOptions {
  /**
   * The function's time limit, to check the queue against.
   *
   * @default - what a function of this app says, else unknown
   */
  readonly timeout?: Duration;
}

/** What happens to a file that arrived. */
export abstract class UploadProcessor {
  /** Every row of a CSV file becomes a record of the query table. */
  public static records(props: RecordsProcessorProps = {}): UploadProcessor {
    return new RecordsProcessor(props);
  }

  /**
   * The user's own function takes the messages of the queue, from this app or imported by its ARN. It may read the files
   * and write rejects, uploads and records, and gets the names of bucket and tables as `BUCKET_NAME`, `STATUS_TABLE_NAME`
   * and `QUERY_TABLE_NAME`. Everything else, the life of an upload included, is then its own.
   */
  public static fromFunction(processor: lambda.IFunction, props: FunctionProcessorProps = {}): UploadProcessor {
    return new FunctionProcessor(processor, props);
  }

  /** Time limit for one message, if known. */
  public abstract readonly timeout?: Duration;

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig;

  /** @internal */
  public _recordModel(): RecordModel {
    return toRecordModel({});
  }

  /** @internal */
  public _tableIndexes(): dynamodb.GlobalSecondaryIndexProps[] {
    return tableIndexes(this._recordModel());
  }
}

class RecordsProcessor extends UploadProcessor {
  public readonly timeout: Duration;
  private readonly model: RecordModel;

  public constructor(private readonly props: RecordsProcessorProps) {
    super();
    validateProcessorSource(props);
    validateInteger('maxRows', props.maxRows, 1, Number.MAX_SAFE_INTEGER);
    validateInteger('memorySize', props.memorySize, 128, 10_240);
    validateDuration('timeout', props.timeout, Duration.seconds(1), MAX_FUNCTION_TIMEOUT);
    this.timeout = props.timeout ?? Duration.minutes(5);
    this.model = validateRecordModel(toRecordModel(props));
  }

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    const { bucket, queue, statusTable, queryTable } = options;
    const processor = new PipelineFunction(scope, 'Processor', {
      code: functionCodeWithModel(scope, 'processor', this.model),
      description: 'Turns the rows of uploaded files into records',
      serviceName: options.serviceName,
      memorySize: this.props.memorySize ?? 1769,
      timeout: this.timeout,
      logRetention: this.props.logRetention,
      environment: {
        [Env.BUCKET]: bucket.bucketName,
        [Env.STATUS_TABLE]: statusTable.tableName,
        [Env.QUERY_TABLE]: queryTable.table.tableName,
        [Env.QUERY_PARTITION_KEY]: queryTable.partitionKey,
        [Env.QUERY_SORT_KEY]: queryTable.sortKey,
        [Env.QUERY_SHARDS]: numberText(queryTable.shards),
        [Env.QUEUE_URL]: queue.queue.queueUrl,
        [Env.MAX_RECEIVE_COUNT]: numberText(queue.maxReceiveCount ?? 0),
        [Env.VISIBILITY_SECONDS]: secondsText(queue.visibilityTimeout ?? MAX_VISIBILITY),
        [Env.MAX_FILE_SIZE]: bytesText(options.maxFileSize),
        [Env.CONTENT_TYPES]: listText(options.contentTypes),
      },
    });
    grantWork(processor, options);
    processMessages(processor, queue.queue, this.props);
    scheduleSweep(scope, queue.queue);
    return { processor };
  }

  public _recordModel(): RecordModel {
    return this.model;
  }
}

class FunctionProcessor extends UploadProcessor {
  public readonly timeout?: Duration;

  public constructor(private readonly processor: lambda.IFunction, private readonly props: FunctionProcessorProps) {
    super();
    validateProcessorSource(props);
    validateDuration('timeout', props.timeout, Duration.seconds(1), MAX_FUNCTION_TIMEOUT);
    this.timeout = props.timeout ?? (processor instanceof lambda.Function ? processor.timeout ?? Duration.seconds(3) : undefined);
  }

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    const { processor } = this;
    if (processor instanceof lambda.Function) {
      processor.addEnvironment(Env.BUCKET, options.bucket.bucketName);
      processor.addEnvironment(Env.STATUS_TABLE, options.statusTable.tableName);
      processor.addEnvironment(Env.QUERY_TABLE, options.queryTable.table.tableName);
    }
    if (!processor.role) {
      warn(scope, 'importedFunction', 'The processor is imported without its role: it must be allowed to consume the queue and to use bucket and tables');
    }
    grantWork(processor, options);
    processMessages(processor, options.queue.queue, this.props);
    return { processor };
  }
}

/** What turning files into records takes, call by call. */
function grantWork(processor: lambda.IFunction, { bucket, statusTable, queryTable }: UploadProcessorBindOptions): void {
  grantGetUnder(bucket, processor, UPLOADS_PREFIX);
  grantPutUnder(bucket, processor, REJECTS_PREFIX, 's3:AbortMultipartUpload');
  grantFindOut(bucket, processor);
  suppressPrefixWildcards(processor, 'The processor reads every file that arrives and writes its rejected rows; their keys are not known before.',
    UPLOADS_PREFIX, REJECTS_PREFIX);
  grantTable(statusTable, processor, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [DEADLINE_INDEX]);
  grantTable(queryTable.table, processor, ['dynamodb:BatchWriteItem', 'dynamodb:GetItem']);
}

function toRecordModel(props: RecordsProcessorProps): RecordModel {
  const keys = props.keys ?? RecordKeys.perRow();
  return {
    ...(props.schema ?? RecordSchema.any())._toModel(),
    keys: { partitionKey: keys.partitionKey, sortKey: keys.sortKey },
    duplicateKeys: props.duplicateKeys ?? DuplicateKeys.REJECT,
    indexes: (props.indexes ?? []).map((index): IndexModel => index._toModel()),
    maxRows: props.maxRows,
  };
}
