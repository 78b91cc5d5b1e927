import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  Tenancy, UploadApi, UploadAuth, UploadAuthConfig, UploadOwnership, UploadProcessor, UploadProcessorConfig,
} from '../../../src';
import { codeOf, environment, pipelineInStack, userFunction } from '../support';

type MakeAuth = (stack: Stack) => UploadAuth;
const made = (tenancy: Tenancy | undefined, auth: MakeAuth, api: typeof UploadApi.http | typeof UploadApi.rest = UploadApi.http) => (
  pipelineInStack((stack) => ({ tenancy, api: api({ auth: auth(stack) }) }))
);
/** What every function behind the API is told. */
const told = (...args: Parameters<typeof made>) => {
  const pipeline = made(...args);
  const texts = ['UploadApi', 'CompletionApi', 'QueryApi'].map((id) => environment(pipeline, id).TENANCY);
  expect(new Set(texts).size).toBe(1);
  return JSON.parse(texts[0]) as object;
};

const jwt: MakeAuth = () => UploadAuth.jwt({ issuer: 'https://login.example.com', audiences: ['files'] });
const users: MakeAuth = (stack) => UploadAuth.cognito(cognito.UserPool.fromUserPoolId(stack, 'Users', 'eu-west-1_abc'));
const ofUser: MakeAuth = (stack) => UploadAuth.lambda(userFunction(stack, 'Judge'));
const shared: MakeAuth = (stack) => UploadAuth.sharedSecret(new secretsmanager.Secret(stack, 'Secret'));

test('there is one tenant by default, and when asked', () => {
  expect(told(undefined, () => UploadAuth.iam())).toEqual({ source: 'single' });
  expect(told(Tenancy.single(), jwt)).toEqual({ source: 'single' });
});

test('the tenant is a claim of a token that the gateway verifies', () => {
  expect(told(Tenancy.fromClaim('custom:tenant'), jwt)).toEqual({ source: 'claim', name: 'custom:tenant', ownership: 'tenant' });
  expect(told(Tenancy.fromClaim('custom:tenant', { ownership: UploadOwnership.USER }), users, UploadApi.rest))
    .toEqual({ source: 'claim', name: 'custom:tenant', ownership: 'user' });
});

test('the tenant is in what a Lambda authorizer returned', () => {
  expect(told(Tenancy.fromAuthorizerContext('team'), ofUser)).toEqual({ source: 'context', name: 'team', ownership: 'tenant' });
});

test('claims of a token that our authorizer verifies are in what it returned', () => {
  const expected = { source: 'context', name: 'tenant', ownership: 'tenant' };
  expect(told(Tenancy.fromClaim('tenant'), shared)).toEqual(expected);
  expect(told(Tenancy.fromAuthorizerContext('tenant'), shared, UploadApi.rest)).toEqual(expected);
});

test.each<[string, MakeAuth, typeof UploadApi.http | typeof UploadApi.rest]>([
  ['iam', () => UploadAuth.iam(), UploadApi.http],
  ['none', () => UploadAuth.none(), UploadApi.http],
  ['apiKey', () => UploadAuth.apiKey(), UploadApi.rest],
  ['lambda', ofUser, UploadApi.http],
])('a claim is refused with UploadAuth.%s, of which no request has one', (_name, auth, api) => {
  expect(() => made(Tenancy.fromClaim('tenant'), auth, api)).toThrow(new Error(
    "'tenancy' must have an 'auth' that knows claims for Tenancy.fromClaim('tenant'): UploadAuth.jwt, cognito or sharedSecret, got one without [TENANCY_WITHOUT_CLAIMS]"));
});

test.each<[string, MakeAuth, typeof UploadApi.http | typeof UploadApi.rest]>([
  ['iam', () => UploadAuth.iam(), UploadApi.http],
  ['apiKey', () => UploadAuth.apiKey(), UploadApi.rest],
  ['jwt', jwt, UploadApi.http],
  ['cognito', users, UploadApi.rest],
])('a context is refused with UploadAuth.%s, which has none', (_name, auth, api) => {
  expect(() => made(Tenancy.fromAuthorizerContext('team'), auth, api)).toThrow(new Error(
    "'tenancy' must have an 'auth' with a Lambda authorizer for Tenancy.fromAuthorizerContext('team'): UploadAuth.lambda or sharedSecret, got one without [TENANCY_WITHOUT_CONTEXT]"));
});

test('an authorization of the user, of which nothing is known, is taken at its word', () => {
  class MyAuth extends UploadAuth {
    public bind(...args: Parameters<UploadAuth['bind']>): UploadAuthConfig {
      return { ...UploadAuth.iam().bind(...args), identity: undefined };
    }
  }
  expect(told(Tenancy.fromClaim('tenant'), () => new MyAuth())).toMatchObject({ source: 'claim' });
});

test('a name must be one', () => {
  expect(() => Tenancy.fromClaim('')).toThrow(new Error("'claim' of the tenancy must be a name, got '' [INVALID_TENANCY]"));
  expect(() => Tenancy.fromAuthorizerContext(' ')).toThrow(new Error("'key' of the tenancy must be a name, got ' ' [INVALID_TENANCY]"));
});

test.each([
  ['of our processor', () => UploadProcessor.records()],
  ["of the user's function", (stack: Stack) => UploadProcessor.fromFunction(userFunction(stack, 'Worker'))],
  ['of a processor of the user', () => new MyProcessor()],
])('the API keeps the records %s apart, whoever writes them', (_case, processor) => {
  const isKeptApart = (tenancy?: Tenancy) => {
    const pipeline = pipelineInStack((stack) => ({ tenancy, processor: processor(stack), api: UploadApi.http({ auth: jwt(stack) }) }));
    return (JSON.parse(readFileSync(join(codeOf(pipeline, 'QueryApi'), 'record-model.json'), 'utf8')) as { tenancy?: boolean }).tenancy ?? false;
  };
  expect(isKeptApart(Tenancy.fromClaim('tenant'))).toBe(true);
  expect(isKeptApart()).toBe(false);
});

class MyProcessor extends UploadProcessor {
  public readonly timeout = undefined;

  public bind(scope: Construct): UploadProcessorConfig {
    return { processor: userFunction(scope, 'MyWorker') };
  }
}
