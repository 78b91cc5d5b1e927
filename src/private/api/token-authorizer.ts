import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Env } from '../contract';
import { listText } from '../functions/environment';
import { functionCode } from '../functions/function-code';
import { PipelineFunction } from '../functions/pipeline-function';

export interface TokenAuthorizerProps {
  readonly secret: secretsmanager.ISecret;
  readonly issuer?: string;
  readonly audience?: string;
  readonly uploadScopes?: string[];
  readonly queryScopes?: string[];
  readonly serviceName: string;
  readonly logRetention?: logs.RetentionDays;
  readonly tracing?: lambda.Tracing;
}

/** The function that verifies tokens of `UploadAuth.sharedSecret`: it may read the secret, and nothing else. */
export function tokenAuthorizerFunction(scope: Construct, props: TokenAuthorizerProps): lambda.Function {
  const fn = new PipelineFunction(scope, 'TokenAuthorizer', {
    code: functionCode('token-authorizer'),
    description: 'Verifies the tokens of callers',
    serviceName: props.serviceName,
    memorySize: 512,
    timeout: Duration.seconds(10),
    logRetention: props.logRetention,
    tracing: props.tracing,
    environment: {
      [Env.SECRET_ARN]: props.secret.secretArn,
      [Env.TOKEN_ISSUER]: props.issuer ?? '',
      [Env.TOKEN_AUDIENCE]: props.audience ?? '',
      [Env.UPLOAD_SCOPES]: listText(props.uploadScopes ?? []),
      [Env.QUERY_SCOPES]: listText(props.queryScopes ?? []),
    },
  });
  grantReadSecret(props.secret, fn);
  return fn;
}

/** The secret's own `grantRead` would let it describe the secret as well. */
function grantReadSecret(secret: secretsmanager.ISecret, fn: lambda.Function): void {
  // Six characters that Secrets Manager adds to the name, where they are not known.
  const arn = secret.secretFullArn ?? `${secret.secretArn}-??????`;
  iam.Grant.addToPrincipal({ grantee: fn, actions: ['secretsmanager:GetSecretValue'], resourceArns: [arn] });
  const viaSecretsManager = `secretsmanager.${Stack.of(secret).region}.amazonaws.com`;
  secret.encryptionKey?.grantDecrypt(new kms.ViaServicePrincipal(viaSecretsManager, fn.grantPrincipal));
}
