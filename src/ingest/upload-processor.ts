import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Tenancy } from '../api/tenancy';
import { CSV_CONTENT_TYPES, Env, RecordModel } from '../private/contract';
import { fanOutParts, NO_FAN_OUT, validateFanOut } from '../private/fan-out/fan-out';
import { secondsText } from '../private/functions/environment';
import { functionOfThisApp } from '../private/functions/function-of-this-app';
import { contentTypesOf } from '../private/ingest/format-rules';
import { validateHandlerTimeout } from '../private/ingest/handler-limits';
import { ourProcessor } from '../private/ingest/our-processor';
import { grantInvoke, grantReadFiles, grantWork } from '../private/ingest/processor-permissions';
import { processMessages, validateProcessorSource } from '../private/ingest/processor-source';
import { DEFAULT_FUNCTION_TIMEOUT, hidesForAnyFunction, MAX_FUNCTION_TIMEOUT } from '../private/ingest/queue-limits';
import { tableIndexes, toRecordModel, validateRecordModel } from '../private/ingest/record-model';
import { invalid, validateDuration, validateInteger } from '../private/validation';
import { warn } from '../private/warnings';
import { FunctionProcessorProps, HandlerProcessorProps, RecordsProcessorProps, RecordWritingProps } from './processor-props';
import { UploadProcessorBindOptions, UploadProcessorConfig } from './upload-processor-config';

/** What happens to a file that arrived. */
export abstract class UploadProcessor {
  /** Every row of a CSV file becomes a record of the query table. */
  public static records(props: RecordsProcessorProps = {}): UploadProcessor {
    return new RecordsProcessor(props);
  }

  /**
   * A function of the user's works on each upload, in any language; leases, retries, status and dead letters stay ours. From this
   * app, or imported by its ARN; also behind an alias or a version. It may read the files.
   *
   * It is called when all files of an upload are there, synchronously, with
   *
   * `{ uploadId, tenantId, owner, bucket, files: [{ name, fileName, key, contentType, size, etag }], metadata, dryRun, stage, state }`
   *
   * where `tenantId` is `-` without tenancy, `owner` may be null, and `stage` and `state` are null at first. `etag` names the bytes
   * that were checked, without quotes: read with `If-Match: "{etag}"`, since a signed form can replace a file until it expires.
   * With `dryRun` the client wants the upload checked only: the records that it returns are not written, and it should change nothing.
   * It answers with one of
   *
   * - `{ stage, state?, progress?: { bytes, totalBytes } }`: it is called again, with `stage` (up to 100 characters, which clients
   *   see) and `state` (up to 32 KB of JSON, which they do not). A retry goes on there.
   * - `{ result, records?: [{ column: value, … }] }`: the upload is complete. `result` is any JSON up to 64 KB; `records` are typed,
   *   checked, keyed and written like the rows of a file, or rejected like them, in the name of the upload's first file.
   * - `{ error: { code, message } }`: the upload has failed for good; `code` is like `NO_SPEECH`, and clients see both.
   *
   * An answer has at most 6 MB (Lambda's limit). An error that it throws means: try again, as often as the queue allows; the upload
   * then fails with `HANDLER_FAILED`, and shows the error's type only. One stage may be called more than once, so let it do the
   * same again. An upload has at most 1,000 calls. One that outlasts an invocation of the processor goes on in another one,
   * behind those that wait in the queue: with `IngestQueue.fifo()` it loses its place.
   */
  public static handler(fn: lambda.IFunction, props: HandlerProcessorProps = {}): UploadProcessor {
    return new HandlerProcessor(fn, props);
  }

  /**
   * The user's own function takes the messages of the queue, or an alias or a version of it; from this app or imported by its
   * ARN. It may read the files and write rejects, uploads and records. A function of this app gets the names of bucket and
   * tables as `BUCKET_NAME`, `STATUS_TABLE_NAME` and `QUERY_TABLE_NAME`. Everything else, the life of an upload included, is
   * then its own: nothing sweeps. Besides announcements of files it gets `{"job":"ingest","uploadId","tenantId","files"}` of uploads
   * that are completed, sent inline or processed again through the API, whose files may have been announced as well.
   * Uploads that are only to be checked have `dryRun: true` in their item of the status table: to look there is the function's part.
   *
   * With a `tenancy` the tenant is the second segment of a file's key, and the API shows a tenant the records whose partition key
   * begins with `_t#{tenantId}#`, newest first those whose `_list` is `_t#{tenantId}#{shard}`: the function has to write them so.
   */
  public static fromFunction(processor: lambda.IFunction, props: FunctionProcessorProps = {}): UploadProcessor {
    return new FunctionProcessor(processor, props);
  }

  /** Time limit for one message, if known. */
  public abstract readonly timeout?: Duration;

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig;

  /** @internal */
  public _recordModel(tenancy?: Tenancy): RecordModel {
    return ofTenants(toRecordModel({}), tenancy);
  }

  /** Whether files are refused that nobody announced. @internal */
  public _needsAnnouncement(): boolean {
    return false;
  }

  /** @internal */
  public _defaultContentTypes(): string[] {
    return CSV_CONTENT_TYPES;
  }

  /** @internal */
  public _tableIndexes(tenancy?: Tenancy): dynamodb.GlobalSecondaryIndexProps[] {
    return tableIndexes(this._recordModel(tenancy));
  }
}

/** What the processors of ours have in common. */
abstract class RecordWritingProcessor extends UploadProcessor {
  private readonly model: RecordModel;

  public constructor(props: RecordWritingProps & { readonly memorySize?: number; readonly timeout?: Duration; readonly maxRows?: number }) {
    super();
    validateProcessorSource(props);
    validateInteger('memorySize', props.memorySize, 128, 10_240);
    validateDuration('timeout', props.timeout, Duration.seconds(1), MAX_FUNCTION_TIMEOUT);
    this.model = validateRecordModel(toRecordModel(props));
  }

  public _recordModel(tenancy?: Tenancy): RecordModel {
    return ofTenants(this.model, tenancy);
  }

  public _needsAnnouncement(): boolean {
    return true;
  }
}

class RecordsProcessor extends RecordWritingProcessor {
  public readonly timeout: Duration;

  public constructor(private readonly props: RecordsProcessorProps) {
    super(props);
    validateInteger('maxRows', props.maxRows, 1, Number.MAX_SAFE_INTEGER);
    this.timeout = props.timeout ?? Duration.minutes(5);
    props.transform?._validate(this.timeout);
    validateFanOut(props.fanOut, this._recordModel());
  }

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    const worker = {
      model: this._recordModel(options.tenancy), memorySize: this.props.memorySize ?? 1769, timeout: this.timeout,
    };
    const fanOut = fanOutParts(scope, { ...this.props, ...worker }, options);
    const processor = ourProcessor(scope, {
      ...this.props,
      ...worker,
      description: 'Turns the rows of uploaded files into records',
      environment: { [Env.HANDLER_FUNCTION]: '', [Env.HANDLER_TIMEOUT_SECONDS]: '0', ...fanOut.environment },
    }, options);
    fanOut.grantTo(processor);
    return { processor };
  }

  public _defaultContentTypes(): string[] {
    return contentTypesOf(this._recordModel().formats);
  }
}

class HandlerProcessor extends RecordWritingProcessor {
  public readonly timeout: Duration;
  private readonly handlerTimeout?: Duration;

  public constructor(private readonly handler: lambda.IFunction, private readonly props: HandlerProcessorProps) {
    super(props);
    validateDuration('handlerTimeout', props.handlerTimeout, Duration.seconds(1), MAX_FUNCTION_TIMEOUT);
    this.timeout = props.timeout ?? MAX_FUNCTION_TIMEOUT;
    this.handlerTimeout = props.handlerTimeout ?? timeoutOf(functionOfThisApp(handler));
    validateHandlerTimeout(this.handlerTimeout, this.timeout);
  }

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    const { handler, handlerTimeout } = this;
    const processor = ourProcessor(scope, {
      ...this.props,
      description: 'Has a function of its owner work on uploaded files, and looks after them',
      model: this._recordModel(options.tenancy),
      memorySize: this.props.memorySize ?? 512,
      timeout: this.timeout,
      environment: {
        [Env.HANDLER_FUNCTION]: handler.functionArn,
        [Env.HANDLER_TIMEOUT_SECONDS]: handlerTimeout ? secondsText(handlerTimeout) : '0',
        ...NO_FAN_OUT.environment,
      },
    }, options);
    grantInvoke(handler, processor);
    if (!handlerTimeout) {
      warn(scope, 'handlerTimeoutUnknown', "The handler's timeout is not known: it must be at least 15 seconds shorter than the processor's");
    }
    if (handler.role) grantReadFiles(scope, handler.role, options.bucket);
    else warn(scope, 'importedFunction', 'The handler is imported without its role: it must be allowed to read the files under uploads/');
    return { processor };
  }

  public _defaultContentTypes(): string[] {
    return ['*/*'];
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
    this.timeout = props.timeout ?? timeoutOf(this.ours);
  }

  public bind(scope: Construct, options: UploadProcessorBindOptions): UploadProcessorConfig {
    const { processor } = this;
    if (options.queue.arrivalsQueue || options.queue.queue.fifo) {
      invalid('FIFO_NEEDS_OUR_PROCESSOR',
        "'queue' must not be IngestQueue.fifo() with UploadProcessor.fromFunction: what sends the jobs to it is our processor; use UploadProcessor.handler");
    }
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

/** Whoever writes the records: the API shows a tenant only those under its own prefix. */
function ofTenants(model: RecordModel, tenancy?: Tenancy): RecordModel {
  return tenancy && tenancy._toModel().source !== 'single' ? { ...model, tenancy: true } : model;
}

function timeoutOf(fn: lambda.Function | undefined): Duration | undefined {
  return fn && (fn.timeout ?? DEFAULT_FUNCTION_TIMEOUT);
}
