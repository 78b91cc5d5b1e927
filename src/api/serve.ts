import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ApiFunctionsProps, completionFunction, queryFunction, uploadFunction } from '../private/api/api-functions';
import { tenancyFor } from '../private/api/auth-rules';
import { RouteFunctions } from '../private/api/http-routes';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../private/contract';
import { validateDuration, validateInteger } from '../private/validation';
import { UploadApiBindOptions, UploadApiConfig } from './upload-api';
import { UploadApiOptions } from './upload-api-props';
import { UploadAuth } from './upload-auth';
import { GatewayKind, UploadAuthConfig } from './upload-auth-config';

export const DEFAULT_UPLOAD_EXPIRY = Duration.days(1);

/** Checked when the API is declared, so that the error points at the user's line. */
export function validateApiOptions(options: UploadApiOptions): void {
  validateDuration('urlExpiry', options.urlExpiry, Duration.minutes(1), Duration.hours(12));
  validateDuration('uploadExpiry', options.uploadExpiry, Duration.hours(1), Duration.days(7));
  validateDuration('sessionExpiry', options.sessionExpiry, Duration.minutes(1), Duration.days(7));
  validateInteger('pageSize', options.pageSize, 1, MAX_PAGE_SIZE);
}

/** What stands behind the routes of any API, and who may call them. */
export interface Service {
  readonly auth: UploadAuthConfig;
  readonly functions: RouteFunctions;
  /** The functions, as the pipeline is told of them. */
  readonly config: Pick<UploadApiConfig, 'uploadFunction' | 'completionFunction' | 'queryFunction'>;
}

/** Makes the functions behind the routes, and who may call them. */
export function serve(
  scope: Construct, kind: GatewayKind, api: UploadApiOptions, options: UploadApiBindOptions, corsOrigins?: string[],
): Service {
  const { logRetention, tracing } = api;
  const auth = (api.auth ?? UploadAuth.iam()).bind(scope, { kind, serviceName: options.serviceName, logRetention, tracing });
  const props: ApiFunctionsProps = {
    ...options,
    recordModel: options.processor._recordModel(options.tenancy),
    uploadModel: { metadata: options.metadata?.map((column) => column._toModel()) ?? null },
    tenancy: tenancyFor(options.tenancy._toModel(), auth),
    urlExpiry: api.urlExpiry ?? Duration.hours(1),
    uploadExpiry: api.uploadExpiry ?? DEFAULT_UPLOAD_EXPIRY,
    sessionExpiry: api.sessionExpiry ?? Duration.hours(1),
    pageSize: api.pageSize ?? DEFAULT_PAGE_SIZE,
    logRetention,
    tracing,
    corsOrigins,
  };
  const config = {
    uploadFunction: uploadFunction(scope, props),
    completionFunction: completionFunction(scope, props),
    queryFunction: queryFunction(scope, props),
  };
  const functions = {
    'upload-api': config.uploadFunction, 'completion-api': config.completionFunction, 'query-api': config.queryFunction,
  };
  return { auth, functions, config };
}
