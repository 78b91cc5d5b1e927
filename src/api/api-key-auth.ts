import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { validateThrottle } from '../private/api/throttles';
import { invalid, validateInteger } from '../private/validation';
import { UploadAuth } from './upload-auth';
import { CallerIdentity, GatewayKind, UploadAuthBindOptions, UploadAuthConfig } from './upload-auth-config';
import { ApiKeyAuthProps } from './upload-auth-props';

/** `UploadAuth.apiKey()` */
export class ApiKeyAuth implements UploadAuth {
  public constructor(private readonly props: ApiKeyAuthProps) {
    const { apiKeys, quota, throttle } = props;
    if (apiKeys?.length === 0) invalid('NO_API_KEYS', "'apiKeys' must name at least one key, got none; leave it out for a new one");
    validateInteger('quota.limit', quota?.limit, 1, Number.MAX_SAFE_INTEGER);
    if (quota && (quota.limit === undefined || quota.period === undefined)) {
      invalid('INCOMPLETE_QUOTA', `'quota' must have a limit and a period, got ${quota.limit === undefined ? 'no limit' : 'no period'}`);
    }
    validateThrottle('throttle', throttle);
  }

  public bind(scope: Construct, { kind }: UploadAuthBindOptions): UploadAuthConfig {
    if (kind === GatewayKind.HTTP) {
      invalid('API_KEY_NEEDS_REST_API', "'auth' of an HTTP API must not be UploadAuth.apiKey, which only REST APIs have, got an HTTP API: use UploadApi.rest, or UploadAuth.sharedSecret or lambda");
    }
    const { quota, throttle, apiKeys = [new apigateway.ApiKey(scope, 'ApiKey')] } = this.props;
    return {
      methodOptions: { authorizationType: apigateway.AuthorizationType.NONE, apiKeyRequired: true },
      usagePlan: { apiKeys, quota, throttle },
      headers: ['x-api-key'],
      identity: CallerIdentity.NAME,
    };
  }
}
