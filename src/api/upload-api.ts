import { Duration, Size } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Column } from '../ingest/column';
import { UploadProcessor } from '../ingest/upload-processor';
import { warn } from '../private/warnings';
import { QueryTableConfig } from '../storage/query-table';
import { ExistingHttpApi } from './existing-http-api';
import { HttpUploadApi } from './http-upload-api';
import { RestUploadApi } from './rest-upload-api';
import { DEFAULT_UPLOAD_EXPIRY } from './serve';
import { Tenancy } from './tenancy';
import { ExistingHttpApiProps, HttpUploadApiProps, RestUploadApiProps, UploadApiOptions, UploadCors } from './upload-api-props';

/** What the pipeline tells the API. */
export interface UploadApiBindOptions {
  /** Where the files go. */
  readonly bucket: s3.IBucket;
  /** Where jobs go: uploads whose files have all arrived. */
  readonly jobQueue: sqs.IQueue;
  /** Where the state of every upload is kept. */
  readonly statusTable: dynamodb.ITable;
  /** Where the records are. */
  readonly queryTable: QueryTableConfig;
  /** What the records are. */
  readonly processor: UploadProcessor;
  /** Whose uploads and records are. */
  readonly tenancy: Tenancy;
  /** Largest file that may be announced. */
  readonly maxFileSize: Size;
  /** Most files of one upload. */
  readonly maxFiles: number;
  /** Content types that may be announced. */
  readonly contentTypes: string[];
  /** Regular expression that the whole of a file's name must match. @default - any name */
  readonly fileNamePattern?: string;
  /** What an upload's metadata must be. @default - any metadata */
  readonly metadata?: Column[];
  /** Name under which the functions' metrics appear. */
  readonly serviceName: string;
}

/** What the API tells the pipeline. */
export interface UploadApiConfig {
  /** Where the API is reached, without a slash at its end. @default - there is no API */
  readonly url?: string;
  /** ARN of the API's stage, to which `/GET/records` and the like are added for permissions. @default - there is no API */
  readonly executeArn?: string;
  /** ARN of a REST API's stage, for a web ACL of AWS WAF. @default - there is no REST API */
  readonly stageArn?: string;
  /** The function that starts uploads. @default - there is no API */
  readonly uploadFunction?: lambda.IFunction;
  /** The function that ends uploads: completes, aborts, starts again. @default - there is no API */
  readonly completionFunction?: lambda.IFunction;
  /** The function that answers questions. @default - there is no API */
  readonly queryFunction?: lambda.IFunction;
  /** Keys that callers send as `x-api-key`. @default - there are none */
  readonly apiKeys?: apigateway.IApiKey[];
}

/** The API that uploads are started and records are read with. */
export abstract class UploadApi {
  /** An API Gateway HTTP API of the pipeline's own, with access logs. An unknown route is answered with a problem document, too. */
  public static http(props: HttpUploadApiProps = {}): UploadApi {
    return new ApiOfOurs(new HttpUploadApi(props), props);
  }

  /**
   * An API Gateway REST API of the pipeline's own, with the same routes: it has API keys and usage plans (`UploadAuth.apiKey`),
   * checks bodies before a function runs, has X-Ray traces, takes a web ACL of AWS WAF, and answers what it refuses itself
   * with problem documents. It costs more than `UploadApi.http`, and is slower by some milliseconds.
   *
   * Its access logs need a role that is a setting of the account: see `gatewayLogging`. It writes no execution logs, which
   * would hold paths, headers and bodies.
   */
  public static rest(props: RestUploadApiProps = {}): UploadApi {
    return new ApiOfOurs(new RestUploadApi(props), props);
  }

  /**
   * Adds the routes to an HTTP API from elsewhere in the app, or imported by its id. Its stage, access logs, throttling, CORS
   * and domain stay yours, and so does its `$default` route; `pipeline.apiUrl` is its default endpoint, or the one that it was
   * imported with. Web pages also need `UploadBucket.managed({ corsOrigins })`, to send their files.
   */
  public static fromHttpApi(httpApi: apigatewayv2.IHttpApi, props: ExistingHttpApiProps = {}): UploadApi {
    return new ApiOfOurs(new ExistingHttpApi(httpApi, props), props);
  }

  /**
   * No API, and none of its functions: files are put under `uploads/` of the bucket by other means, and records are read
   * from the query table.
   *
   * For `UploadProcessor.fromFunction`. `UploadProcessor.records` takes no file that was not announced: its upload fails with
   * `UPLOAD_NOT_REGISTERED`. Without an API whoever puts a file there must write its upload to the status table before
   * (warning `cdk-upload-ingest:noApi`).
   */
  public static none(): UploadApi {
    return new NoUploadApi();
  }

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig;

  /** Web pages that send files to the bucket. @internal */
  public _cors(): UploadCors | undefined {
    return undefined;
  }

  /** How long the bucket must keep parts. @internal */
  public _uploadExpiry(): Duration | undefined {
    return undefined;
  }
}

/** The variants are in files of their own, which cannot extend a class that imports them. */
class ApiOfOurs extends UploadApi {
  public constructor(private readonly variant: Pick<UploadApi, 'bind'>, private readonly props: UploadApiOptions & { readonly cors?: UploadCors }) {
    super();
  }

  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    return this.variant.bind(scope, options);
  }

  public _cors(): UploadCors | undefined {
    return this.props.cors;
  }

  public _uploadExpiry(): Duration {
    return this.props.uploadExpiry ?? DEFAULT_UPLOAD_EXPIRY;
  }
}

class NoUploadApi extends UploadApi {
  public bind(scope: Construct, { processor }: UploadApiBindOptions): UploadApiConfig {
    if (processor._needsAnnouncement()) {
      warn(scope, 'noApi', 'Without an API nobody can announce an upload, and a file that was not announced is refused (UPLOAD_NOT_REGISTERED): write uploads to the status table by other means');
    }
    return {};
  }
}
