import { App, CfnOutput, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Tenancy, UploadApi, UploadAuth, UploadIngestPipeline } from '../../src';
import { inlineFunction } from './inline-function';

export const SECRET = 'a secret that only this test and its stacks know';
export const ORIGIN = 'https://app.example.com';
export const API_KEYS = { one: 'one-of-the-keys-of-this-test', two: 'another-key-of-this-very-test' };
const SCOPES = { uploadScopes: ['uploads'], queryScopes: ['records'] };
/** All of them, as a token says it. */
export const BOTH = 'uploads records';

/** Answers yes to whoever sends the word, on behalf of the team that the header names. */
const JUDGE = `exports.handler = async ({ headers }) => ({
  isAuthorized: headers['x-word'] === 'please', context: { team: headers['x-team'], principalId: 'somebody' },
});`;

function pipeline(app: App, name: string, make: (stack: Stack) => { api: UploadApi; tenancy?: Tenancy }): UploadIngestPipeline {
  const stack = new Stack(app, `Auth${name}`);
  const made = new UploadIngestPipeline(stack, 'Files', { removalPolicy: RemovalPolicy.DESTROY, ...make(stack) });
  new CfnOutput(stack, 'ApiUrl', { value: made.apiUrl! });
  return made;
}

/** A role that may do what the grant says, and nothing else. */
function role(stack: Stack, id: string, grant: (role: iam.Role) => iam.Grant): void {
  const someone = new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
  grant(someone);
  new CfnOutput(stack, `${id}Arn`, { value: someone.roleArn });
}

const secretOf = (stack: Stack) => new secretsmanager.Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText(SECRET) });
const sharedSecret = (stack: Stack) => UploadAuth.sharedSecret(secretOf(stack), { issuer: 'shop', audience: 'files', ...SCOPES });

/** A stack with a pipeline for every authorization there is, on the kinds of API that have it. */
export function authStacks(app: App, issuer: string): void {
  const cors = { origins: [ORIGIN, 'http://localhost:5173'] };
  pipeline(app, 'Jwt', () => ({
    api: UploadApi.http({ auth: UploadAuth.jwt({ issuer, audiences: ['files'], ...SCOPES }), cors, stageName: 'dev' }),
    tenancy: Tenancy.fromClaim('tenant'),
  }));
  pipeline(app, 'SecretHttp', (stack) => ({ api: UploadApi.http({ auth: sharedSecret(stack), cors }), tenancy: Tenancy.fromClaim('tenant') }));
  pipeline(app, 'SecretRest', (stack) => ({
    api: UploadApi.rest({ auth: sharedSecret(stack), cors, stageName: 'dev' }), tenancy: Tenancy.fromClaim('tenant'),
  }));
  pipeline(app, 'Key', (stack) => ({
    api: UploadApi.rest({
      auth: UploadAuth.apiKey({ apiKeys: Object.entries(API_KEYS).map(([id, value]) => new apigateway.ApiKey(stack, id, { value })) }),
      cors,
    }),
  }));
  pipeline(app, 'Lambda', (stack) => ({
    api: UploadApi.http({ auth: UploadAuth.lambda(inlineFunction(stack, 'Judge', JUDGE), { identityHeaders: ['X-Word', 'X-Team'] }), cors }),
    tenancy: Tenancy.fromAuthorizerContext('team'),
  }));
  for (const [name, api] of [['Iam', UploadApi.rest({ cors })], ['IamHttp', UploadApi.http({ cors })]] as const) {
    const made = pipeline(app, name, () => ({ api }));
    role(Stack.of(made), 'Uploader', (someone) => made.grantUpload(someone));
    role(Stack.of(made), 'Reader', (someone) => made.grantQuery(someone));
  }
}
