import { Duration, Size } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IngestQueueConfig } from './ingest-queue';
import { FunctionProcessorProps, RecordsProcessorProps } from './processor-props';
import { Env, RecordModel } from '../private/contract';
import { bytesText, listText, numberText, secondsText } from '../private/environment';
import { functionCodeWithModel } from '../private/function-code';
import { functionOfThisApp } from '../private/function-of-this-app';
import { PipelineFunction } from '../private/pipeline-function';
import { grantWork } from '../private/processor-permissions';
import { processMessages, validateProcessorSource } from '../private/processor-source';
import { DEFAULT_FUNCTION_TIMEOUT, hidesForAnyFunction, MAX_FUNCTION_TIMEOUT, MAX_VISIBILITY } from '../private/queue-limits';
import { tableIndexes, toRecordModel, validateRecordModel } from '../private/record-model';
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

/** What happens to a file that arrived. */
export abstract class UploadProcessor {
  /** Every row of a CSV file becomes a record of the query table. */
  public static records(props: RecordsProcessorProps = {}): UploadProcessor {
    return new RecordsProcessor(props);
  }

  /**
   * The user's own function takes the messages of the queue, or an alias or a version of it; from this app or imported by its
   * ARN. It may read the files and write rejects, uploads and records. A function of this app gets the names of bucket and
   * tables as `BUCKET_NAME`, `STATUS_TABLE_NAME` and `QUERY_TABLE_NAME`. Everything else, the life of an upload included, is
   * then its own.
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

  /** Whether files are refused that nobody announced. @internal */
  public _needsAnnouncement(): boolean {
    return false;
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
        [Env.QUERY_PARTITION_KEY]: queryTable.partitionKeyName,
        [Env.QUERY_SORT_KEY]: queryTable.sortKeyName,
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

  public _needsAnnouncement(): boolean {
    return true;
  }
}

class FunctionProcessor extends UploadProcessor {
  public readonly timeout?: Duration;
  /** Where the environment is; an alias or a version has none of its own. */
  private readonly ours?: lambda.Function;

  public constructor(private readonly processor: lambda.IFunction, private readonly props: FunctionProcessorProps) {
    super();
    validateProcessorSource(props);
    validateDuration('timeout', props.timeout, Duration.seconds(1), MAX_FUNCTION_TIMEOUT);
    this.ours = functionOfThisApp(processor);
    this.timeout = props.timeout ?? (this.ours && (this.ours.timeout ?? DEFAULT_FUNCTION_TIMEOUT));
  }

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    const { processor } = this;
    this.ours?.addEnvironment(Env.BUCKET, options.bucket.bucketName);
    this.ours?.addEnvironment(Env.STATUS_TABLE, options.statusTable.tableName);
    this.ours?.addEnvironment(Env.QUERY_TABLE, options.queryTable.table.tableName);
    if (!this.timeout && !hidesForAnyFunction(options.queue.visibilityTimeout)) {
      warn(scope, 'processorTimeoutUnknown', "The processor's timeout is not known: it must not be longer than the visibility timeout of the ingest queue");
    }
    if (!processor.role) {
      warn(scope, 'importedFunction', 'The processor is imported without its role: it must be allowed to consume the queue and to use bucket and tables');
    }
    // Ours writes whole items; somebody else's may prefer to change parts of them.
    grantWork(processor, options, 'dynamodb:UpdateItem');
    processMessages(processor, options.queue.queue, this.props);
    return { processor };
  }
}
