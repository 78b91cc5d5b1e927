import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ApiKeyAuth } from './api-key-auth';
import { IamAuth, NoAuth } from './iam-auth';
import { LambdaAuth } from './lambda-auth';
import { SharedSecretAuth } from './shared-secret-auth';
import { CognitoAuth, JwtAuth } from './token-auth';
import { UploadAuthBindOptions, UploadAuthConfig } from './upload-auth-config';
import { ApiKeyAuthProps, CognitoAuthProps, JwtAuthProps, LambdaAuthProps, SharedSecretAuthProps } from './upload-auth-props';

/** Who may call the API. */
export abstract class UploadAuth {
  /**
   * AWS identities: requests are signed with Signature Version 4, and `pipeline.grantUpload` and `grantQuery` let a role in.
   *
   * The owner of an upload is the user or the role that started it, whatever the role's session is called.
   */
  public static iam(): UploadAuth {
    return new AuthOfOurs(new IamAuth());
  }

  /** JSON Web Tokens of an OpenID Connect or OAuth 2.0 provider, which an HTTP API verifies itself. */
  public static jwt(props: JwtAuthProps): UploadAuth {
    return new AuthOfOurs(new JwtAuth(props));
  }

  /**
   * Tokens of an Amazon Cognito user pool.
   *
   * A REST API takes identity tokens where there are no scopes, and access tokens where there are some.
   */
  public static cognito(userPool: cognito.IUserPool, props: CognitoAuthProps = {}): UploadAuth {
    return new AuthOfOurs(new CognitoAuth(userPool, props));
  }

  /**
   * A Lambda authorizer of the user's, of this app or imported; an imported function must let API Gateway invoke it.
   *
   * On an HTTP API it gets events in format 2.0 and answers `{"isAuthorized":true,"context":{…}}`, on a REST API it gets
   * events of type REQUEST and answers a policy. The owner of an upload is `principalId` of the answer or its context.
   */
  public static lambda(authorizer: lambda.IFunction, props: LambdaAuthProps = {}): UploadAuth {
    return new AuthOfOurs(new LambdaAuth(authorizer, props));
  }

  /** Keys with quotas and rates, on a REST API. Whoever has a key can call: keep it like a password, and out of web pages. */
  public static apiKey(props: ApiKeyAuthProps = {}): UploadAuth {
    return new AuthOfOurs(new ApiKeyAuth(props));
  }

  /**
   * JSON Web Tokens that your own server signs (HS256) with a secret of AWS Secrets Manager: the whole text of the secret, at
   * least 32 bytes. A token must have `exp`; its claims can name the tenant (`Tenancy.fromClaim`), its `sub` the owner.
   *
   * A function of the pipeline verifies it. Secrets are read again after 5 minutes, and the previous version is taken as
   * well, so that a rotation interrupts nobody.
   */
  public static sharedSecret(secret: secretsmanager.ISecret, props: SharedSecretAuthProps = {}): UploadAuth {
    return new AuthOfOurs(new SharedSecretAuth(secret, props));
  }

  /** Anybody who knows the URL, with the warning `cdk-upload-ingest:noAuthorization`. */
  public static none(): UploadAuth {
    return new AuthOfOurs(new NoAuth());
  }

  /** Called by the API, once. */
  public abstract bind(scope: Construct, options: UploadAuthBindOptions): UploadAuthConfig;
}

/** The variants are in files of their own, which cannot extend a class that imports them. */
class AuthOfOurs extends UploadAuth {
  public constructor(private readonly variant: UploadAuth) {
    super();
  }

  public bind(scope: Construct, options: UploadAuthBindOptions): UploadAuthConfig {
    return this.variant.bind(scope, options);
  }
}
