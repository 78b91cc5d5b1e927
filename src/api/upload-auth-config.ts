import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';

/** The two kinds of APIs that API Gateway has. */
export enum GatewayKind {
  /** An HTTP API (`aws-apigatewayv2`). */
  HTTP = 'HTTP',
  /** A REST API (`aws-apigateway`). */
  REST = 'REST',
}

/** What the functions behind the API get to know about a caller. */
export enum CallerIdentity {
  /** Claims of a token that API Gateway verified. */
  CLAIMS = 'claims',
  /** What a Lambda authorizer returned as its context. */
  CONTEXT = 'context',
  /** Claims of a token, which a Lambda authorizer returned as its context. */
  CLAIMS_IN_CONTEXT = 'claims-in-context',
  /** At most who it is, and nothing that could name a tenant. */
  NAME = 'name',
}

/** What the API tells the authorization. */
export interface UploadAuthBindOptions {
  /** What kind of API asks. */
  readonly kind: GatewayKind;
  /** Name under which the logs of functions appear. */
  readonly serviceName: string;
  /** How long the logs of functions are kept. @default logs.RetentionDays.ONE_MONTH */
  readonly logRetention?: logs.RetentionDays;
  /** Whether functions are traced. @default lambda.Tracing.DISABLED */
  readonly tracing?: lambda.Tracing;
}

/** What the authorization tells the API. */
export interface UploadAuthConfig {
  /** Authorizer of an HTTP API's routes but the public ones. @default - it does not work with HTTP APIs */
  readonly authorizer?: apigatewayv2.IHttpRouteAuthorizer;
  /** Authorization of a REST API's methods but the public ones. @default - it does not work with REST APIs */
  readonly methodOptions?: apigateway.MethodOptions;
  /** Scopes that API Gateway looks for, one of which must be there, on routes of uploads. @default - none */
  readonly uploadScopes?: string[];
  /** Scopes that API Gateway looks for, one of which must be there, on routes of records. @default - none */
  readonly queryScopes?: string[];
  /** Who may call a REST API how often. @default - no usage plan */
  readonly usagePlan?: UploadUsagePlan;
  /** Headers that a browser must be allowed to send. @default - Authorization and those of Signature Version 4 */
  readonly headers?: string[];
  /** What a tenancy can be read from. @default - not known, and not checked */
  readonly identity?: CallerIdentity;
}

/** Keys of a REST API and what they may do. */
export interface UploadUsagePlan {
  /** The keys. */
  readonly apiKeys: apigateway.IApiKey[];
  /** Requests of each key in a period. @default - any number */
  readonly quota?: apigateway.QuotaSettings;
  /** Requests of each key in a second, and at once. @default - only the limits of the API */
  readonly throttle?: apigateway.ThrottleSettings;
}
