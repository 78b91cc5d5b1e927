import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { UploadAuth } from './upload-auth';
import { UploadRoute } from './upload-route';

/** What every API can say. */
export interface UploadApiOptions {
  /**
   * Who may call it. `/health`, `/openapi.json` and the capability URLs under `/u/` are open to all.
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
   * How long the parts of a multipart upload may take to come, 1 hour to 7 days; their URLs are signed again and again
   * meanwhile. At most the bucket's `incompleteUploadRetention`, after which S3 removes the parts.
   *
   * @default Duration.days(1)
   */
  readonly uploadExpiry?: Duration;

  /**
   * How long a capability URL of `POST /uploads/sessions` can be used, 1 minute to 7 days.
   *
   * @default Duration.hours(1)
   */
  readonly sessionExpiry?: Duration;

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

  /**
   * Whether requests are traced with AWS X-Ray: `ACTIVE` samples them, `PASS_THROUGH` follows a caller that does. It is the
   * functions that are traced; not the stage of a REST API, whose traces would hold paths and queries, and with them tokens and keys.
   *
   * @default lambda.Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;
}

/** Web pages that may use the API and the bucket. */
export interface UploadCors {
  /** Origins such as `https://app.example.com`, without a path, or only `*` for all. */
  readonly origins: string[];

  /**
   * How long a browser remembers the answer to a preflight request, at most a day.
   *
   * @default Duration.hours(1)
   */
  readonly maxAge?: Duration;
}

/** A limit of one route, within that of the API. */
export interface RouteThrottle {
  /** The route. */
  readonly route: UploadRoute;

  /** The most requests a second, over all callers; more are answered with 429. */
  readonly rateLimit: number;

  /** The most requests at once. */
  readonly burstLimit: number;
}

/** Properties of the APIs that the pipeline makes. */
export interface ManagedApiOptions extends UploadApiOptions {
  /**
   * The most requests a second (`rateLimit`), and at once (`burstLimit`), over all callers; more are answered with 429.
   *
   * @default - the account's limits (10,000 a second, 5,000 at once)
   */
  readonly throttle?: apigatewayv2.ThrottleSettings;

  /**
   * Limits of single routes, each named once.
   *
   * @default - only those of the API
   */
  readonly routeThrottles?: RouteThrottle[];

  /**
   * Web pages that may use the API from a browser; the pipeline's bucket lets them send their files, too.
   *
   * @default - none
   */
  readonly cors?: UploadCors;
}

/** Properties of the HTTP API that the pipeline makes. */
export interface HttpUploadApiProps extends ManagedApiOptions {
  /**
   * Name of the stage: letters, digits, `-` and `_`, or `$default`, which is not part of the URL.
   *
   * @default '$default'
   */
  readonly stageName?: string;

  /**
   * Domain of your own, which then is `pipeline.apiUrl`.
   *
   * @default - the API's own endpoint
   */
  readonly domainName?: apigatewayv2.IDomainName;

  /**
   * Path under the domain, such as `files` or `files/v1`. Needs `domainName`.
   *
   * @default - the whole domain
   */
  readonly basePath?: string;
}

/** Properties of the REST API that the pipeline makes. */
export interface RestUploadApiProps extends ManagedApiOptions {
  /**
   * Name of the stage, which is part of the URL: letters, digits and `_`.
   *
   * @default 'prod'
   */
  readonly stageName?: string;

  /**
   * Domain of your own, which then is `pipeline.apiUrl`.
   *
   * @default - the API's own endpoint
   */
  readonly domainName?: apigateway.IDomainName;

  /**
   * Path under the domain, such as `files`; one segment. Needs `domainName`.
   *
   * @default - the whole domain
   */
  readonly basePath?: string;

  /**
   * Who gives API Gateway the right to write the access logs, which is a setting of the whole account in its region.
   *
   * @default GatewayLogging.MANAGED
   */
  readonly gatewayLogging?: GatewayLogging;
}

/** Who gives API Gateway the role with which REST APIs of an account and region write their logs. */
export enum GatewayLogging {
  /**
   * This stack: a role, and the account's setting that names it. Both stay when the stack goes, since other APIs may have come
   * to rely on them.
   */
  MANAGED = 'managed',
  /** Somebody else, before this stack is deployed; otherwise its deployment fails. */
  ACCOUNT = 'account',
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
