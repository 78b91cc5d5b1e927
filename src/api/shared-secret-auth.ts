import { Duration, Token } from 'aws-cdk-lib';
import { HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { validateScopes } from '../private/api/auth-rules';
import { lambdaAuthorizer, validateCacheTtl } from '../private/api/lambda-authorizer';
import { tokenAuthorizerFunction } from '../private/api/token-authorizer';
import { invalid } from '../private/validation';
import { UploadAuth } from './upload-auth';
import { CallerIdentity, UploadAuthBindOptions, UploadAuthConfig } from './upload-auth-config';
import { SharedSecretAuthProps } from './upload-auth-props';

/** `UploadAuth.sharedSecret()` */
export class SharedSecretAuth implements UploadAuth {
  public constructor(private readonly secret: secretsmanager.ISecret, private readonly props: SharedSecretAuthProps) {
    const { issuer, audience } = props;
    for (const [property, value] of Object.entries({ issuer, audience })) {
      if (value !== undefined && !Token.isUnresolved(value) && value.trim() === '') {
        invalid('EMPTY_CLAIM', `'${property}' must be text, got '${value}'; leave it out to take any`);
      }
    }
    validateScopes(props);
    validateCacheTtl(props.resultsCacheTtl);
  }

  public bind(scope: Construct, { kind, ...options }: UploadAuthBindOptions): UploadAuthConfig {
    const fn = tokenAuthorizerFunction(scope, { ...this.props, ...options, secret: this.secret });
    return {
      ...lambdaAuthorizer(scope, fn, {
        kind,
        identityHeaders: ['Authorization'],
        resultsCacheTtl: this.props.resultsCacheTtl ?? Duration.minutes(1),
        responseType: HttpLambdaResponseType.SIMPLE,
      }),
      identity: CallerIdentity.CLAIMS_IN_CONTEXT,
    };
  }
}
