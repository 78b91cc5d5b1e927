import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpJwtAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { validateScopes } from '../private/api/auth-rules';
import { invalid } from '../private/validation';
import { UploadAuth } from './upload-auth';
import { CallerIdentity, GatewayKind, UploadAuthBindOptions, UploadAuthConfig } from './upload-auth-config';
import { CognitoAuthProps, JwtAuthProps } from './upload-auth-props';

/** `UploadAuth.jwt()` */
export class JwtAuth implements UploadAuth {
  public constructor(private readonly props: JwtAuthProps) {
    const { issuer, audiences } = props;
    if (!Token.isUnresolved(issuer) && !/^https:\/\/[^\s/]+/.test(issuer)) {
      invalid('INVALID_ISSUER', `'issuer' must be the URL of an issuer, which begins with https://, got '${issuer}'`);
    }
    if (audiences.length === 0) invalid('NO_AUDIENCES', "'audiences' must name at least one audience, got none");
    validateScopes(props);
  }

  public bind(_scope: Construct, { kind }: UploadAuthBindOptions): UploadAuthConfig {
    if (kind === GatewayKind.REST) {
      invalid('JWT_NEEDS_HTTP_API', "'auth' of UploadApi.rest must not be UploadAuth.jwt, which only HTTP APIs have, got a REST API: use UploadApi.http, or UploadAuth.cognito, lambda or sharedSecret");
    }
    const { issuer, audiences, uploadScopes, queryScopes } = this.props;
    const authorizer = new HttpJwtAuthorizer('JwtAuthorizer', issuer, { jwtAudience: audiences });
    return { authorizer, uploadScopes, queryScopes, identity: CallerIdentity.CLAIMS };
  }
}

/** `UploadAuth.cognito()` */
export class CognitoAuth implements UploadAuth {
  public constructor(private readonly userPool: cognito.IUserPool, private readonly props: CognitoAuthProps) {
    validateScopes(props);
  }

  public bind(scope: Construct, { kind }: UploadAuthBindOptions): UploadAuthConfig {
    const { uploadScopes, queryScopes } = this.props;
    const common = { uploadScopes, queryScopes, identity: CallerIdentity.CLAIMS };
    return kind === GatewayKind.REST ? { ...common, methodOptions: this.ofMethods(scope) } : { ...common, authorizer: this.ofRoutes() };
  }

  private ofRoutes(): HttpUserPoolAuthorizer {
    const { clients = [] } = this.props;
    if (clients.length === 0) {
      invalid('COGNITO_NEEDS_CLIENTS', "'clients' of UploadAuth.cognito must name at least one app client on an HTTP API, got none");
    }
    return new HttpUserPoolAuthorizer('CognitoAuthorizer', this.userPool, {
      userPoolClients: clients, userPoolRegion: this.userPool.env.region,
    });
  }

  private ofMethods(scope: Construct): apigateway.MethodOptions {
    if (this.props.clients) {
      invalid('COGNITO_CLIENTS_UNCHECKED', "'clients' of UploadAuth.cognito must not be given on a REST API, which takes tokens of every client of the pool, got some: use UploadApi.http, or scopes");
    }
    return {
      authorizationType: apigateway.AuthorizationType.COGNITO,
      authorizer: new apigateway.CognitoUserPoolsAuthorizer(scope, 'CognitoAuthorizer', { cognitoUserPools: [this.userPool] }),
    };
  }
}
