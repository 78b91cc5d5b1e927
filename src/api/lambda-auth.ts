import { Duration } from 'aws-cdk-lib';
import { HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { validateHeaders } from '../private/api/auth-rules';
import { lambdaAuthorizer, validateCacheTtl } from '../private/api/lambda-authorizer';
import { UploadAuth } from './upload-auth';
import { CallerIdentity, UploadAuthBindOptions, UploadAuthConfig } from './upload-auth-config';
import { LambdaAuthProps } from './upload-auth-props';

/** `UploadAuth.lambda()` */
export class LambdaAuth implements UploadAuth {
  public constructor(private readonly fn: lambda.IFunction, private readonly props: LambdaAuthProps) {
    if (props.identityHeaders) validateHeaders('identityHeaders', props.identityHeaders);
    validateCacheTtl(props.resultsCacheTtl);
  }

  public bind(scope: Construct, { kind }: UploadAuthBindOptions): UploadAuthConfig {
    const { identityHeaders = ['Authorization'] } = this.props;
    return {
      ...lambdaAuthorizer(scope, this.fn, {
        kind,
        identityHeaders,
        resultsCacheTtl: this.props.resultsCacheTtl ?? Duration.minutes(5),
        responseType: this.props.responseType ?? HttpLambdaResponseType.SIMPLE,
      }),
      headers: identityHeaders,
      identity: CallerIdentity.CONTEXT,
    };
  }
}
