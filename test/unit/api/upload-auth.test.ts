import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpIamAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GatewayKind, UploadApi, UploadAuth, UploadAuthBindOptions, UploadAuthConfig } from '../../../src';
import { ENV, environment, permissions, PipelineInStack, pipelineInStack, resources, userFunction, warningIds } from '../support';
import { authorizationsOf } from './api-support';

type MakeAuth = (stack: Stack) => UploadAuth;
const http = (auth: MakeAuth) => pipelineInStack((stack) => ({ api: UploadApi.http({ auth: auth(stack) }) }), { env: ENV });
const rest = (auth: MakeAuth) => pipelineInStack((stack) => ({ api: UploadApi.rest({ auth: auth(stack) }) }), { env: ENV });
const template = ({ stack }: PipelineInStack) => Template.fromStack(stack);

const OPEN = ['NONE', [], false];
const SCOPES = { uploadScopes: ['uploads'], queryScopes: ['records', 'all'] };

const issuer = 'https://login.example.com/';
const jwt = () => UploadAuth.jwt({ issuer, audiences: ['files'] });
const pool = (stack: Stack) => cognito.UserPool.fromUserPoolId(stack, 'Users', 'eu-west-1_abc');
const client = (stack: Stack) => cognito.UserPoolClient.fromUserPoolClientId(stack, 'Client', 'client-1');
const secret = (stack: Stack) => new secretsmanager.Secret(stack, 'Secret');

describe('iam', () => {
  test.each([['HTTP', http], ['REST', rest]])('is what protects a %s API', (_kind, make) => {
    const signed = ['AWS_IAM', [], false];
    expect(authorizationsOf(make(() => UploadAuth.iam()))).toEqual({ upload: signed, query: signed, public: OPEN });
  });
});

describe('none', () => {
  test.each([['HTTP', http], ['REST', rest]])('leaves a %s API open, with a warning', (_kind, make) => {
    const made = make(() => UploadAuth.none());
    expect(authorizationsOf(made)).toEqual({ upload: OPEN, query: OPEN, public: OPEN });
    expect(warningIds(made.stack)).toEqual(['noAuthorization']);
  });
});

describe('jwt', () => {
  test('takes any token of the issuer for an audience', () => {
    const made = http(jwt);
    expect(authorizationsOf(made)).toEqual({ upload: ['JWT', [], false], query: ['JWT', [], false], public: OPEN });
    template(made).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT', JwtConfiguration: { Audience: ['files'], Issuer: issuer }, IdentitySource: ['$request.header.Authorization'],
    });
    template(made).resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
  });

  test('asks for the scopes of each group', () => {
    expect(authorizationsOf(http(() => UploadAuth.jwt({ issuer, audiences: ['files'], ...SCOPES })))).toEqual({
      upload: ['JWT', ['uploads'], false], query: ['JWT', ['records', 'all'], false], public: OPEN,
    });
  });

  test('is refused on a REST API', () => {
    expect(() => rest(jwt)).toThrow(new Error(
      "'auth' of UploadApi.rest must not be UploadAuth.jwt, which only HTTP APIs have, got a REST API: use UploadApi.http, or UploadAuth.cognito, lambda or sharedSecret [JWT_NEEDS_HTTP_API]"));
  });

  test.each([
    ['login.example.com', ['files'], "'issuer' must be the URL of an issuer, which begins with https://, got 'login.example.com' [INVALID_ISSUER]"],
    ['http://login.example.com', ['files'], "'issuer' must be the URL of an issuer, which begins with https://, got 'http://login.example.com' [INVALID_ISSUER]"],
    [issuer, [], "'audiences' must name at least one audience, got none [NO_AUDIENCES]"],
  ])('is refused with the issuer %s and the audiences %j', (wrong, audiences, message) => {
    expect(() => UploadAuth.jwt({ issuer: wrong, audiences })).toThrow(new Error(message));
  });
});

describe('cognito', () => {
  test('on an HTTP API takes tokens of its clients', () => {
    const made = http((stack) => UploadAuth.cognito(pool(stack), { clients: [client(stack)], ...SCOPES }));
    expect(authorizationsOf(made)).toEqual({ upload: ['JWT', ['uploads'], false], query: ['JWT', ['records', 'all'], false], public: OPEN });
    template(made).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Audience: ['client-1'], Issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc' },
    });
  });

  test('on an HTTP API must know its clients', () => {
    expect(() => http((stack) => UploadAuth.cognito(pool(stack)))).toThrow(new Error(
      "'clients' of UploadAuth.cognito must name at least one app client on an HTTP API, got none [COGNITO_NEEDS_CLIENTS]"));
  });

  test('on a REST API takes tokens of every client', () => {
    const made = rest((stack) => UploadAuth.cognito(pool(stack), SCOPES));
    expect(authorizationsOf(made)).toEqual({
      upload: ['COGNITO_USER_POOLS', ['uploads'], false], query: ['COGNITO_USER_POOLS', ['records', 'all'], false], public: OPEN,
    });
    template(made).hasResourceProperties('AWS::ApiGateway::Authorizer', { Type: 'COGNITO_USER_POOLS', ProviderARNs: Match.anyValue() });
  });

  test('on a REST API cannot tell clients apart', () => {
    expect(() => rest((stack) => UploadAuth.cognito(pool(stack), { clients: [client(stack)] }))).toThrow('[COGNITO_CLIENTS_UNCHECKED]');
  });
});

describe('lambda', () => {
  test('on an HTTP API answers yes or no, and is asked for every route', () => {
    const made = http((stack) => UploadAuth.lambda(userFunction(stack, 'Judge')));
    expect(authorizationsOf(made)).toEqual({ upload: ['CUSTOM', [], false], query: ['CUSTOM', [], false], public: OPEN });
    template(made).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
    });
  });

  test('on an HTTP API answers what is asked, about the headers that are asked', () => {
    const made = http((stack) => UploadAuth.lambda(userFunction(stack, 'Judge'), {
      identityHeaders: ['X-Team', 'X-Token'], resultsCacheTtl: Duration.seconds(0), responseType: HttpLambdaResponseType.IAM,
    }));
    template(made).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      EnableSimpleResponses: Match.absent(),
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.X-Team', '$request.header.X-Token', '$context.routeKey'],
    });
  });

  test('on a REST API answers with a policy', () => {
    const made = rest((stack) => UploadAuth.lambda(userFunction(stack, 'Judge'), { identityHeaders: ['X-Team'] }));
    expect(authorizationsOf(made)).toEqual({ upload: ['CUSTOM', [], false], query: ['CUSTOM', [], false], public: OPEN });
    template(made).hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'REQUEST', IdentitySource: 'method.request.header.X-Team', AuthorizerResultTtlInSeconds: 300,
    });
  });

  test('can be imported', () => {
    const imported = (stack: Stack) => lambda.Function.fromFunctionArn(stack, 'Judge', 'arn:aws:lambda:eu-west-1:111122223333:function:judge');
    expect(() => http((stack) => UploadAuth.lambda(imported(stack))).app.synth()).not.toThrow();
    expect(() => rest((stack) => UploadAuth.lambda(imported(stack))).app.synth()).not.toThrow();
  });

  test.each([
    [{ identityHeaders: [] }, "'identityHeaders' must name at least one header, got none [NO_HEADERS]"],
    [{ identityHeaders: ['X Team'] }, "'identityHeaders' must be names of headers, got 'X Team' [INVALID_HEADER]"],
    [{ resultsCacheTtl: Duration.hours(2) }, "'resultsCacheTtl' must be between 0 seconds and 1 hour, got 2 hours [OUT_OF_RANGE]"],
  ])('is refused with %j', (props, message) => {
    expect(() => http((stack) => UploadAuth.lambda(userFunction(stack, 'Judge'), props))).toThrow(new Error(message));
  });
});

describe('apiKey', () => {
  test('makes a key and a usage plan for it', () => {
    const made = rest(() => UploadAuth.apiKey());
    expect(authorizationsOf(made)).toEqual({ upload: ['NONE', [], true], query: ['NONE', [], true], public: OPEN });
    template(made).resourceCountIs('AWS::ApiGateway::ApiKey', 1);
    template(made).resourceCountIs('AWS::ApiGateway::UsagePlanKey', 1);
    template(made).hasResourceProperties('AWS::ApiGateway::UsagePlan', { Quota: Match.absent(), Throttle: Match.absent() });
    expect(made.pipeline.apiKeys).toEqual([made.pipeline.node.findChild('ApiKey')]);
  });

  test("takes the user's keys, quota and rate", () => {
    const made = rest((stack) => UploadAuth.apiKey({
      apiKeys: [new apigateway.ApiKey(stack, 'One'), apigateway.ApiKey.fromApiKeyId(stack, 'Two', 'abc')],
      quota: { limit: 1000, period: apigateway.Period.DAY },
      throttle: { rateLimit: 0.5, burstLimit: 1 },
    }));
    template(made).resourceCountIs('AWS::ApiGateway::UsagePlanKey', 2);
    template(made).hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Quota: { Limit: 1000, Period: 'DAY' }, Throttle: { RateLimit: 0.5, BurstLimit: 1 },
    });
    expect(made.pipeline.apiKeys).toHaveLength(2);
  });

  test('no key is made where there is none', () => {
    expect(http(() => UploadAuth.iam()).pipeline.apiKeys).toEqual([]);
  });

  test('is refused on an HTTP API', () => {
    expect(() => http(() => UploadAuth.apiKey())).toThrow(new Error(
      "'auth' of an HTTP API must not be UploadAuth.apiKey, which only REST APIs have, got an HTTP API: use UploadApi.rest, or UploadAuth.sharedSecret or lambda [API_KEY_NEEDS_REST_API]"));
  });

  test.each([
    [{ apiKeys: [] }, "'apiKeys' must name at least one key, got none; leave it out for a new one [NO_API_KEYS]"],
    [{ quota: { limit: 1 } }, "'quota' must have a limit and a period, got no period [INCOMPLETE_QUOTA]"],
    [{ quota: { period: apigateway.Period.DAY } }, "'quota' must have a limit and a period, got no limit [INCOMPLETE_QUOTA]"],
    [{ quota: { limit: 0, period: apigateway.Period.DAY } }, `'quota.limit' must be a whole number between 1 and ${Number.MAX_SAFE_INTEGER}, got 0 [OUT_OF_RANGE]`],
    [{ throttle: { rateLimit: 0 } }, "'throttle.rateLimit' must be more than 0, got 0 [OUT_OF_RANGE]"],
  ])('is refused with %j', (props, message) => {
    expect(() => UploadAuth.apiKey(props)).toThrow(new Error(message));
  });
});

describe('sharedSecret', () => {
  test.each([['HTTP', http], ['REST', rest]])('has a function that verifies tokens for a %s API', (_kind, make) => {
    const made = make((stack) => UploadAuth.sharedSecret(secret(stack)));
    expect(authorizationsOf(made)).toEqual({ upload: ['CUSTOM', [], false], query: ['CUSTOM', [], false], public: OPEN });
    expect(environment(made, 'TokenAuthorizer')).toMatchObject({
      SECRET_ARN: 'Secret', TOKEN_ISSUER: '', TOKEN_AUDIENCE: '', UPLOAD_SCOPES: '[]', QUERY_SCOPES: '[]',
    });
  });

  test('tells the function what tokens must be', () => {
    const made = http((stack) => UploadAuth.sharedSecret(secret(stack), { issuer: 'shop', audience: 'files', ...SCOPES }));
    expect(environment(made, 'TokenAuthorizer')).toMatchObject({
      TOKEN_ISSUER: 'shop', TOKEN_AUDIENCE: 'files', UPLOAD_SCOPES: '["uploads"]', QUERY_SCOPES: '["records","all"]',
    });
    // The function checks them: a Lambda authorizer has no scopes.
    expect(authorizationsOf(made)).toMatchObject({ upload: ['CUSTOM', [], false] });
  });

  test('remembers a good token for a minute, for the route it was good for', () => {
    template(http((stack) => UploadAuth.sharedSecret(secret(stack)))).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 60, IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
    });
    template(rest((stack) => UploadAuth.sharedSecret(secret(stack), { resultsCacheTtl: Duration.seconds(0) })))
      .hasResourceProperties('AWS::ApiGateway::Authorizer', { AuthorizerResultTtlInSeconds: 0 });
  });

  test('the function may read the secret and log', () => {
    const made = http((stack) => UploadAuth.sharedSecret(secret(stack)));
    expect(permissions(made.stack, made.pipeline.node.findChild('TokenAuthorizerRole'))).toEqual([
      'logs:CreateLogStream,logs:PutLogEvents on X/TokenAuthorizerLogs.Arn',
      'secretsmanager:GetSecretValue on Secret',
    ]);
  });

  test('a secret of which only the name is known may be read under its full ARN', () => {
    const made = http((stack) => UploadAuth.sharedSecret(secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'tokens')));
    expect(permissions(made.stack, made.pipeline.node.findChild('TokenAuthorizerRole')))
      .toContain('secretsmanager:GetSecretValue on arn:AWS::Partition:secretsmanager:eu-west-1:111122223333:secret:tokens-??????');
  });

  test('a secret with a key may be decrypted, through Secrets Manager only', () => {
    const made = http((stack) => UploadAuth.sharedSecret(
      new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') })));
    const [{ Properties }] = resources(template(made), 'AWS::KMS::Key');
    const conditions = (Properties.KeyPolicy as { Statement: { Action: unknown; Principal: unknown; Condition?: unknown }[] }).Statement
      .filter(({ Action, Principal }) => Action === 'kms:Decrypt' && JSON.stringify(Principal).includes('TokenAuthorizerRole'))
      .map(({ Condition }) => Condition);
    expect(conditions).toEqual([{ StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } }]);
  });

  test.each([
    [{ issuer: ' ' }, "'issuer' must be text, got ' '; leave it out to take any [EMPTY_CLAIM]"],
    [{ audience: '' }, "'audience' must be text, got ''; leave it out to take any [EMPTY_CLAIM]"],
    [{ uploadScopes: [] }, "'uploadScopes' must name at least one scope, got none; leave it out to take any valid token [NO_SCOPES]"],
    [{ queryScopes: ['a b'] }, "'queryScopes' must be scopes of OAuth 2.0, without blanks and quotes, got 'a b' [INVALID_SCOPE]"],
    [{ resultsCacheTtl: Duration.minutes(61) }, "'resultsCacheTtl' must be between 0 seconds and 1 hour, got 1 hour 1 minute [OUT_OF_RANGE]"],
  ])('is refused with %j', (props, message) => {
    expect(() => http((stack) => UploadAuth.sharedSecret(secret(stack), props))).toThrow(new Error(message));
  });
});

describe('an authorization of the user', () => {
  class MyAuth extends UploadAuth {
    public readonly kinds: GatewayKind[] = [];

    public constructor(private readonly config: UploadAuthConfig) {
      super();
    }

    public bind(_scope: unknown, { kind }: UploadAuthBindOptions): UploadAuthConfig {
      this.kinds.push(kind);
      return this.config;
    }
  }

  test('is told what kind of API asks', () => {
    const [forHttp, forRest] = [
      new MyAuth({ authorizer: new HttpIamAuthorizer() }),
      new MyAuth({ methodOptions: { authorizationType: apigateway.AuthorizationType.IAM } }),
    ];
    http(() => forHttp);
    rest(() => forRest);
    expect([forHttp.kinds, forRest.kinds]).toEqual([[GatewayKind.HTTP], [GatewayKind.REST]]);
  });

  test('for the other kind of API is refused', () => {
    expect(() => http(() => new MyAuth({}))).toThrow(new Error("'auth' of an HTTP API must have an 'authorizer', got one for REST APIs only [AUTH_NEEDS_REST_API]"));
    expect(() => rest(() => new MyAuth({}))).toThrow(new Error("'auth' of a REST API must have 'methodOptions', got one for HTTP APIs only [AUTH_NEEDS_HTTP_API]"));
  });
});
