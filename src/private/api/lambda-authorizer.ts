import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { GatewayKind, UploadAuthConfig } from '../../api/upload-auth-config';
import { validateDuration } from '../validation';

export interface LambdaAuthorizerProps {
  readonly kind: GatewayKind;
  readonly identityHeaders: string[];
  readonly resultsCacheTtl: Duration;
  readonly responseType: HttpLambdaResponseType;
}

/** API Gateway Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers". */
export function validateCacheTtl(ttl: Duration | undefined): void {
  validateDuration('resultsCacheTtl', ttl, Duration.seconds(0), Duration.hours(1));
}

/** A function as authorizer of either kind of API. */
export function lambdaAuthorizer(scope: Construct, fn: lambda.IFunction, props: LambdaAuthorizerProps): UploadAuthConfig {
  const { identityHeaders, resultsCacheTtl } = props;
  if (props.kind === GatewayKind.REST) {
    const authorizer = new apigateway.RequestAuthorizer(scope, 'LambdaAuthorizer', {
      handler: fn,
      identitySources: identityHeaders.map((name) => apigateway.IdentitySource.header(name)),
      resultsCacheTtl,
    });
    return { methodOptions: { authorizationType: apigateway.AuthorizationType.CUSTOM, authorizer } };
  }
  return {
    authorizer: new HttpLambdaAuthorizer('LambdaAuthorizer', fn, {
      // By route, too: a remembered yes for one route must not open another.
      identitySource: [...identityHeaders.map((name) => `$request.header.${name}`), '$context.routeKey'],
      resultsCacheTtl,
      responseTypes: [props.responseType],
    }),
  };
}
