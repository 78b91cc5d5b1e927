import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { UploadAuth } from './upload-auth';
import { UploadProcessor } from '../ingest/upload-processor';
import { queryFunction, uploadFunction } from '../private/api-functions';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../private/contract';
import { addRoutes, RoutesProps } from '../private/http-routes';
import { validateDuration, validateInteger } from '../private/validation';
import { warn } from '../private/warnings';
import { QueryTableConfig } from '../storage/query-table';

/** What the pipeline tells the API. */
export interface UploadApiBindOptions {
  /** Where the files go. */
  readonly bucket: s3.IBucket;
  /** Where the state of every upload is kept. */
  readonly statusTable: dynamodb.ITable;
  /** Where the records are. */
  readonly queryTable: QueryTableConfig;
  /** What the records are. */
  readonly processor: UploadProcessor;
  /** Largest file that may be announced. */
  readonly maxFileSize: Size;
  /** Content types that may be announced. */
  readonly contentTypes: string[];
  /** Name under which the functions' metrics appear. */
  readonly serviceName: string;
}

/** What the API tells the pipeline. */
export interface UploadApiConfig {
  /** Where the API is reached, without a slash at its end. @default - there is no API */
  readonly url?: string;
  /** ARN of the API's stage, to which `/GET/records` and the like are added for permissions. @default - there is no API */
  readonly executeArn?: string;
  /** The function that starts uploads. @default - there is no API */
  readonly uploadFunction?: lambda.IFunction;
  /** The function that answers questions. @default - there is no API */
  readonly queryFunction?: lambda.IFunction;
}

/** What every API can say. */
export interface UploadApiOptions {
  /**
   * Who may call it.
   *
   * @default UploadAuth.iam()
   */
  readonly auth?: UploadAuth;

  /**
   * How long a URL for a file can be used, 1 minute to 12 hours. The signature ends with the function's credentials in any case.
   *
   * @default Duration.hours(1)
   */
  readonly urlExpiry?: Duration;

  /**
   * Items of a page when the caller does not say, 1 to 1,000.
   *
   * @default 100
   */
  readonly pageSize?: number;

  /**
   * How long the logs are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of the API that the pipeline makes. */
export interface HttpUploadApiProps extends UploadApiOptions {
  /**
   * The most requests a second (`rateLimit`), and at once (`burstLimit`), over all callers; more are answered with 429.
   *
   * @default - the account's limits (10,000 a second, 5,000 at once)
   */
  readonly throttle?: apigatewayv2.ThrottleSettings;
}

/** Properties of an API that the pipeline did not make. */
export interface ExistingHttpApiProps extends UploadApiOptions {
  /**
   * Name of the API's stage, which must exist or deploy by itself: it is part of the URL and of permissions.
   *
   * @default '$default'
   */
  readonly stageName?: string;
}

/** The HTTP API that uploads are started and records are read with. */
export abstract class UploadApi {
  /** An API Gateway HTTP API of the pipeline's own, with access logs. An unknown route is answered with a problem document, too. */
  public static http(props: HttpUploadApiProps = {}): UploadApi {
    return new HttpUploadApi(props);
  }

  /**
   * Adds the routes to an HTTP API from elsewhere in the app, or imported by its id. Its stage, access logs, throttling and
   * domain stay yours, and so does its `$default` route; `pipeline.apiUrl` is its default endpoint, or the one that it was
   * imported with.
   */
  public static fromHttpApi(httpApi: apigatewayv2.IHttpApi, props: ExistingHttpApiProps = {}): UploadApi {
    return new ExistingHttpApi(httpApi, props);
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
}

class HttpUploadApi extends UploadApi {
  public constructor(private readonly props: HttpUploadApiProps) {
    super();
    validateOptions(props);
  }

  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    const httpApi = new apigatewayv2.HttpApi(scope, 'Api', {
      apiName: options.serviceName, createDefaultStage: false, description: 'Uploads and their records',
    });
    const accessLogs = new logs.LogGroup(scope, 'AccessLogs', {
      retention: this.props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new apigatewayv2.HttpStage(scope, 'Stage', {
      httpApi,
      stageName: '$default',
      autoDeploy: true,
      throttle: this.props.throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: { destination: new apigatewayv2.LogGroupLogDestination(accessLogs) },
    });
    return {
      ...serve(scope, this.props, options, { httpApi, catchAll: true }),
      url: httpApi.apiEndpoint,
      executeArn: executeArn(httpApi, stage.stageName),
    };
  }
}

class ExistingHttpApi extends UploadApi {
  public constructor(private readonly httpApi: apigatewayv2.IHttpApi, private readonly props: ExistingHttpApiProps) {
    super();
    validateOptions(props);
  }

  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    const { stageName = '$default' } = this.props;
    const path = stageName === '$default' ? '' : `/${stageName}`;
    return {
      ...serve(scope, this.props, options, { httpApi: this.httpApi, catchAll: false }),
      url: `${endpoint(this.httpApi)}${path}`,
      executeArn: executeArn(this.httpApi, stageName),
    };
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

function validateOptions(options: UploadApiOptions): void {
  validateDuration('urlExpiry', options.urlExpiry, Duration.minutes(1), Duration.hours(12));
  validateInteger('pageSize', options.pageSize, 1, MAX_PAGE_SIZE);
}

type Served = Pick<RoutesProps, 'httpApi' | 'catchAll'>;

/** Puts the functions behind the routes. */
function serve(scope: Construct, api: UploadApiOptions, options: UploadApiBindOptions, on: Served): UploadApiConfig {
  const { logRetention } = api;
  const functions = {
    uploadFunction: uploadFunction(scope, { ...options, logRetention, urlExpiry: api.urlExpiry ?? Duration.hours(1) }),
    queryFunction: queryFunction(scope, {
      ...options, logRetention, recordModel: options.processor._recordModel(), pageSize: api.pageSize ?? DEFAULT_PAGE_SIZE,
    }),
  };
  const { authorizer } = (api.auth ?? UploadAuth.iam()).bind(scope);
  addRoutes(scope, { ...functions, ...on, authorizer });
  return functions;
}

function executeArn(httpApi: apigatewayv2.IHttpApi, stageName: string): string {
  return Stack.of(httpApi).formatArn({ service: 'execute-api', resource: httpApi.apiId, resourceName: stageName });
}

/** An imported API throws when it was imported without its endpoint; the default one follows from its id. */
function endpoint(httpApi: apigatewayv2.IHttpApi): string {
  try {
    return httpApi.apiEndpoint;
  } catch {
    const { region, urlSuffix } = Stack.of(httpApi);
    return `https://${httpApi.apiId}.execute-api.${region}.${urlSuffix}`;
  }
}
