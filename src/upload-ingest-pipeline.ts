import { Names, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Tenancy } from './api/tenancy';
import { UploadApi, UploadApiConfig } from './api/upload-api';
import { IngestQueue } from './ingest/ingest-queue';
import { UploadProcessor } from './ingest/upload-processor';
import { callsOf } from './private/api/route-calls';
import { MAX_PARTS, MAX_PART_SIZE, Metric, RECENT_INDEX, RecordModel, REJECTS_PREFIX, UPLOADS_PREFIX } from './private/contract';
import { grantGetUnder, grantTable } from './private/grants';
import { validateKeyAttributes } from './private/ingest/record-model';
import { pipelineMetric } from './private/metrics';
import { indexNames } from './private/storage/query-indexes';
import { validateComputedMetadata, validateFileNamePattern, validateMaxFiles, validateMetadata } from './private/upload-rules';
import { validateContentTypes, validateSize } from './private/validation';
import { warn } from './private/warnings';
import { QueryTable, QueryTableConfig } from './storage/query-table';
import { StatusTable } from './storage/status-table';
import { UploadBucket } from './storage/upload-bucket';
import { UploadIngestPipelineProps } from './upload-ingest-pipeline-props';

/** Takes files from people and programs and turns them into records that they can page through. */
export class UploadIngestPipeline extends Construct {
  /** The bucket: files under `uploads/`, rejected rows under `rejects/`. */
  public readonly bucket: s3.IBucket;
  /** The queue of uploads that wait for the processor; files that arrive are announced here as well, unless it is a FIFO queue. */
  public readonly queue: sqs.IQueue;
  /** Where messages go that failed too often; undefined when a queue of the user's has none, or an imported one does not say. */
  public readonly deadLetterQueue?: sqs.IQueue;
  /** Where files that arrive are announced: `queue`, or a standard queue before it with `IngestQueue.fifo()`. */
  public readonly arrivalsQueue: sqs.IQueue;
  /** Where announcements go that failed too often: `deadLetterQueue`, or one of their own with `IngestQueue.fifo()`. */
  public readonly arrivalsDeadLetterQueue?: sqs.IQueue;
  /** The function that takes the messages. */
  public readonly processor: lambda.IFunction;
  /** The table of the uploads. */
  public readonly statusTable: dynamodb.ITable;
  /** The table of the records. */
  public readonly queryTable: dynamodb.ITable;
  /** Where the API is reached, without a slash at its end; undefined with `UploadApi.none()`. */
  public readonly apiUrl?: string;
  /** ARN of the stage of `UploadApi.rest()`, for a web ACL of AWS WAF; undefined with other APIs, which cannot have one. */
  public readonly apiStageArn?: string;
  /** Keys of `UploadAuth.apiKey()`, whose ids say where API Gateway shows their values; none with other authorizations. */
  public readonly apiKeys: apigateway.IApiKey[];

  private readonly api: UploadApiConfig;
  private readonly query: QueryTableConfig;
  private readonly recordModel: RecordModel;
  private readonly serviceName: string;

  public constructor(scope: Construct, id: string, props: UploadIngestPipelineProps = {}) {
    super(scope, id);
    const { encryptionKey, removalPolicy = RemovalPolicy.RETAIN } = props;
    const maxFileSize = props.maxFileSize ?? Size.gibibytes(5);
    validateSize('maxFileSize', maxFileSize, Size.bytes(1), Size.bytes(MAX_PARTS * MAX_PART_SIZE));
    const { maxFiles = 10, fileNamePattern, metadata, tenancy = Tenancy.single() } = props;
    validateMaxFiles(maxFiles);
    validateFileNamePattern(fileNamePattern);
    validateMetadata(metadata);
    const rest = { encryptionKey, removalPolicy };
    const processor = props.processor ?? UploadProcessor.records();
    const contentTypes = props.contentTypes ?? processor._defaultContentTypes();
    validateContentTypes(contentTypes);
    const api = props.api ?? UploadApi.http();
    this.recordModel = processor._recordModel(tenancy);
    validateComputedMetadata(this.recordModel, metadata);
    this.serviceName = Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });

    const queue = (props.queue ?? IngestQueue.standard()).bind(this, { ...rest, processorTimeout: processor.timeout });
    this.queue = queue.queue;
    this.deadLetterQueue = queue.deadLetterQueue;
    this.arrivalsQueue = queue.arrivalsQueue ?? queue.queue;
    this.arrivalsDeadLetterQueue = queue.arrivalsDeadLetterQueue ?? queue.deadLetterQueue;
    this.bucket = (props.bucket ?? UploadBucket.managed())
      .bind(this, { ...rest, queue: this.arrivalsQueue, corsOrigins: api._cors()?.origins, uploadExpiry: api._uploadExpiry() }).bucket;
    this.statusTable = (props.statusTable ?? StatusTable.managed()).bind(this, rest).table;
    const queryTable = props.queryTable ?? QueryTable.managed();
    if (this.recordModel.tenancy && queryTable._mayBeShared()) {
      warn(this, 'sharedTableTenancy', 'The query table is not ours: a tenant sees every item whose partition key begins with _t#{tenantId}#, whoever wrote it');
    }
    this.query = queryTable.bind(this, { ...rest, indexes: processor._tableIndexes(tenancy) });
    this.queryTable = this.query.table;
    validateKeyAttributes(this.query, this.recordModel);

    const shared = {
      bucket: this.bucket, statusTable: this.statusTable, queryTable: this.query, maxFileSize, contentTypes, serviceName: this.serviceName,
    };
    this.processor = processor.bind(this, { ...shared, queue, tenancy }).processor;
    this.api = api.bind(this, {
      ...shared, processor, jobQueue: this.queue, tenancy, maxFiles, fileNamePattern, metadata,
    });
    this.apiUrl = this.api.url;
    this.apiStageArn = this.api.stageArn;
    this.apiKeys = this.api.apiKeys ?? [];
  }

  /** Lets somebody start uploads through the API, follow, end and restart them, with `UploadAuth.iam()`. Does nothing without an API. */
  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    return this.grantCalls(grantee, callsOf('upload'));
  }

  /** Lets somebody read records through the API, with `UploadAuth.iam()`. Does nothing without an API. */
  public grantQuery(grantee: iam.IGrantable): iam.Grant {
    return this.grantCalls(grantee, callsOf('query'));
  }

  /** Lets somebody read files and rejected rows in the bucket by their keys, which the API tells; not list them. */
  public grantReadFiles(grantee: iam.IGrantable): iam.Grant {
    return grantGetUnder(this.bucket, grantee, UPLOADS_PREFIX).combine(grantGetUnder(this.bucket, grantee, REJECTS_PREFIX));
  }

  /** Lets somebody read the query table itself, past the API, and query its indexes. */
  public grantReadRecords(grantee: iam.IGrantable): iam.Grant {
    return grantTable(this.queryTable, grantee, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan'],
      indexNames(this.query, this.recordModel));
  }

  /**
   * Lets somebody read the status table itself, past the API, and list the newest uploads. For as long as their URLs last, it also holds
   * the answers to requests with an `Idempotency-Key`: with them files can be sent.
   */
  public grantReadStatus(grantee: iam.IGrantable): iam.Grant {
    return grantTable(this.statusTable, grantee, ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], [RECENT_INDEX]);
  }

  /** Uploads that were started, with any route. @default - the sum over 5 minutes */
  public metricUploadsStarted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return pipelineMetric(this, Metric.UPLOADS_STARTED, this.serviceName, options);
  }

  /** Uploads that clients gave up. @default - the sum over 5 minutes */
  public metricUploadsAborted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return pipelineMetric(this, Metric.UPLOADS_ABORTED, this.serviceName, options);
  }

  /** Uploads that were completed. @default - the sum over 5 minutes */
  public metricUploadsCompleted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return pipelineMetric(this, Metric.UPLOADS_COMPLETED, this.serviceName, options);
  }

  /** Uploads that failed. @default - the sum over 5 minutes */
  public metricUploadsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return pipelineMetric(this, Metric.UPLOADS_FAILED, this.serviceName, options);
  }

  /** Rows that became records. @default - the sum over 5 minutes */
  public metricRowsAccepted(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return pipelineMetric(this, Metric.ROWS_ACCEPTED, this.serviceName, options);
  }

  /** Rows that were rejected. @default - the sum over 5 minutes */
  public metricRowsRejected(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return pipelineMetric(this, Metric.ROWS_REJECTED, this.serviceName, options);
  }

  /** Age of the oldest upload that waits for the processor, in seconds. @default - the maximum over 5 minutes */
  public metricQueueAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.queue.metricApproximateAgeOfOldestMessage(options);
  }

  /**
   * Age of the oldest announcement of a file that waits, in seconds: what `metricQueueAge` is, unless `IngestQueue.fifo()` has a queue
   * of its own for them. @default - the maximum over 5 minutes
   */
  public metricArrivalsAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.arrivalsQueue.metricApproximateAgeOfOldestMessage(options);
  }

  private grantCalls(grantee: iam.IGrantable, calls: string[]): iam.Grant {
    const { executeArn } = this.api;
    if (!executeArn) return iam.Grant.drop(grantee, 'the pipeline has no API');
    return iam.Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns: calls.map((call) => `${executeArn}/${call}`) });
  }
}
