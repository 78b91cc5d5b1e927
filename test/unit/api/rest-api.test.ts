import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { GatewayLogging, RestUploadApiProps, UploadApi, UploadAuth, UploadRoute } from '../../../src';
import { ROUTES } from '../../../src/private/api/routes';
import { environment, Json, PipelineInStack, pipelineInStack, rendered, Resource, resources } from '../support';
import { callsOfApi } from './api-support';

const withApi = (props: RestUploadApiProps = {}, contentTypes?: string[]) => (
  pipelineInStack(() => ({ api: UploadApi.rest(props), contentTypes }))
);
const template = ({ stack }: PipelineInStack) => Template.fromStack(stack);
const apiUrl = ({ stack, pipeline }: PipelineInStack) => rendered(stack, stack.resolve(pipeline.apiUrl) as Json);
const byDefault = withApi();

test('has the routes of the contract, each in front of the function that serves it', () => {
  const ids = { 'upload-api': 'UploadApi', 'completion-api': 'CompletionApi', 'query-api': 'QueryApi' };
  const served = Object.entries(callsOfApi(byDefault)).map(([key, { Integration }]) => (
    [key, /X\/(\w+)\.Arn/.exec(rendered(byDefault.stack, (Integration as { Uri: Json }).Uri))?.[1]]
  ));
  expect(Object.fromEntries(served)).toEqual(Object.fromEntries(ROUTES.map(({ method, path, servedBy }) => [`${method} ${path}`, ids[servedBy]])));
});

test('wants AWS credentials on every route but the public ones', () => {
  const found = callsOfApi(byDefault);
  for (const { method, path, group } of ROUTES) {
    expect(found[`${method} ${path}`].AuthorizationType).toBe(group === 'public' ? 'NONE' : 'AWS_IAM');
  }
});

test('has one permission per function, no outputs, no names', () => {
  const callers = resources(template(byDefault), 'AWS::Lambda::Permission').map(({ Properties }) => Properties.Principal);
  expect(callers.filter((caller) => caller === 'apigateway.amazonaws.com')).toHaveLength(3);
  expect(template(byDefault).findOutputs('*')).toEqual({});
  template(byDefault).hasResourceProperties('AWS::ApiGateway::RestApi', { EndpointConfiguration: { Types: ['REGIONAL'] } });
});

test('its stage has access logs of the same fields as an HTTP API, and metrics', () => {
  const [{ Properties }] = resources(template(byDefault), 'AWS::ApiGateway::Stage');
  const { Format } = Properties.AccessLogSetting as { Format: string };
  const [ofHttp] = resources(Template.fromStack(pipelineInStack().stack), 'AWS::ApiGatewayV2::Stage');
  const names = (format: string) => Object.keys(JSON.parse(format) as object);
  expect(names(Format)).toEqual(names((ofHttp.Properties.AccessLogSettings as { Format: string }).Format));
  expect(JSON.parse(Format)).toMatchObject({ routeKey: '$context.httpMethod $context.resourcePath' });
  expect(Format).not.toMatch(/\$context\.path|requestOverride|querystring/i);
  expect(Properties).toMatchObject({ StageName: 'prod', MethodSettings: [{ HttpMethod: '*', MetricsEnabled: true, DataTraceEnabled: false }] });
});

describe('the role that writes its logs', () => {
  test('is made with it, and stays when it goes', () => {
    template(byDefault).hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
    template(byDefault).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { Service: 'apigateway.amazonaws.com' } })] },
    });
  });

  test("is the account's when that is said", () => {
    template(withApi({ gatewayLogging: GatewayLogging.ACCOUNT })).resourceCountIs('AWS::ApiGateway::Account', 0);
  });
});

describe('throttling', () => {
  test('of the stage and of one method', () => {
    const made = withApi({
      throttle: { rateLimit: 50, burstLimit: 100 }, routeThrottles: [{ route: UploadRoute.GET_RECORD, rateLimit: 5, burstLimit: 7 }],
    });
    const [{ Properties }] = resources(template(made), 'AWS::ApiGateway::Stage');
    expect(Properties.MethodSettings).toEqual([
      expect.objectContaining({ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }),
      expect.objectContaining({
        HttpMethod: 'GET', ResourcePath: '/~1records~1{pk}~1{sk}', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7, MetricsEnabled: true,
      }),
    ]);
  });
});

describe('the URL', () => {
  test('has the name of the stage', () => {
    expect(apiUrl(byDefault)).toBe('https://X/Api.execute-api.AWS::Region.AWS::URLSuffix/X/Api/DeploymentStage.prod');
    expect(apiUrl(withApi({ stageName: 'dev' }))).toBe('https://X/Api.execute-api.AWS::Region.AWS::URLSuffix/X/Api/DeploymentStage.dev');
  });

  test.each([[undefined, 'https://files.example.com'], ['v1', 'https://files.example.com/v1']])('is that of the domain, with the path %s', (basePath, url) => {
    const made = pipelineInStack((stack) => ({
      api: UploadApi.rest({
        basePath,
        domainName: apigateway.DomainName.fromDomainNameAttributes(stack, 'Domain', {
          domainName: 'files.example.com', domainNameAliasHostedZoneId: 'Z1', domainNameAliasTarget: 'd.example.com',
        }),
      }),
    }));
    expect(apiUrl(made)).toBe(url);
    template(made).hasResourceProperties('AWS::ApiGateway::BasePathMapping', {
      DomainName: 'files.example.com', BasePath: basePath ?? Match.absent(), Stage: Match.anyValue(),
    });
  });

  test('and the permissions name the stage', () => {
    const made = withApi({ stageName: 'dev' });
    const user = new iam.User(made.stack, 'User');
    made.pipeline.grantQuery(user);
    const [{ Properties }] = resources(template(made), 'AWS::IAM::Policy').filter((policy) => 'Users' in policy.Properties);
    expect(rendered(made.stack, Properties.PolicyDocument as Json)).toContain('/GET/records');
    expect(rendered(made.stack, made.stack.resolve(made.pipeline.apiStageArn) as Json)).toContain('/stages/');
  });
});

describe('bodies', () => {
  const models = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'assets', 'request-models.json'), 'utf8')) as Record<string, { required?: string[]; properties: object }>;

  test('are checked where they must be there', () => {
    const found = callsOfApi(byDefault);
    const checked = ROUTES.filter(({ method, path }) => found[`${method} ${path}`].RequestModels !== undefined).map(({ id }) => id);
    expect(checked).toContain('StartUpload');
    expect(checked).toContain('SignParts');
    expect(checked.every((id) => id in models)).toBe(true);
    for (const { id, method, path } of ROUTES) {
      expect(found[`${method} ${path}`].RequestValidatorId !== undefined).toBe(checked.includes(id));
    }
    template(byDefault).hasResourceProperties('AWS::ApiGateway::RequestValidator', { ValidateRequestBody: true, ValidateRequestParameters: true });
  });

  test('are checked with the schema of the handlers, in the draft that API Gateway knows', () => {
    const [model] = resources(template(byDefault), 'AWS::ApiGateway::Model').map(({ Properties }) => Properties.Schema as Record<string, unknown>)
      .filter((schema) => JSON.stringify(schema.properties) === JSON.stringify(models.SignParts.properties));
    expect(model).toEqual({ ...models.SignParts, $schema: 'http://json-schema.org/draft-04/schema#' });
  });

  test.each([
    [undefined, ['text/csv', 'application/csv', 'text/plain', 'application/vnd.ms-excel', 'application/gzip', 'application/x-gzip', 'application/zstd']],
    [['application/json', 'image/png'], ['image/png']],
    [['image/*', 'text/csv'], ['*/*']],
  ])('that are files are binary: %j', (contentTypes, binary) => {
    template(withApi({}, contentTypes)).hasResourceProperties('AWS::ApiGateway::RestApi', { BinaryMediaTypes: binary });
  });
});

describe('what the gateway answers itself', () => {
  const responses = (made: PipelineInStack) => Object.fromEntries(resources(template(made), 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => (
    [Properties.ResponseType as string, Properties]
  )));
  const problem = (properties: Resource['Properties']) => (
    JSON.parse((properties.ResponseTemplates as Record<string, string>)['application/json']) as Record<string, unknown>
  );

  test('are problem documents with a code and the status', () => {
    for (const properties of Object.values(responses(byDefault))) {
      const { type, title, status, code, detail } = problem(properties);
      expect(type).toBe('about:blank');
      expect(status === undefined ? undefined : String(status)).toBe(properties.StatusCode);
      expect(code).toMatch(/^[A-Z_]+$/);
      expect(title).toEqual(expect.any(String));
      expect(detail).toMatch(/^[a-z]/);
      expect(properties.ResponseParameters).toEqual({ 'gatewayresponse.header.Content-Type': "'application/problem+json'" });
    }
  });

  test('tell the reasons apart', () => {
    const codes = Object.fromEntries(Object.entries(responses(byDefault)).map(([type, properties]) => [type, problem(properties).code]));
    expect(codes).toMatchObject({
      UNAUTHORIZED: 'UNAUTHORIZED',
      ACCESS_DENIED: 'ACCESS_DENIED',
      THROTTLED: 'THROTTLED',
      QUOTA_EXCEEDED: 'QUOTA_EXCEEDED',
      INVALID_API_KEY: 'INVALID_API_KEY',
      BAD_REQUEST_BODY: 'INVALID_REQUEST',
      DEFAULT_4XX: 'BAD_REQUEST',
      DEFAULT_5XX: 'INTERNAL_ERROR',
    });
  });

  test('an unknown route looks like a missing signature where requests are signed, and is a 404 elsewhere', () => {
    const missing = (auth: UploadAuth) => problem(responses(withApi({ auth })).MISSING_AUTHENTICATION_TOKEN);
    expect(missing(UploadAuth.iam())).toMatchObject({ status: 403, code: 'MISSING_AUTHENTICATION_TOKEN' });
    expect(missing(UploadAuth.none())).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  });

  test.each([
    [['https://a.example.com'], "'https://a.example.com'"],
    [['*'], "'*'"],
    [['https://a.example.com', 'https://b.example.com'], 'method.request.header.Origin'],
  ])('can be read by pages of %j', (origins, header) => {
    const found = Object.values(responses(withApi({ cors: { origins } })));
    expect(found.length).toBeGreaterThan(10);
    for (const { ResponseParameters } of found) {
      expect(ResponseParameters).toMatchObject({ 'gatewayresponse.header.Access-Control-Allow-Origin': header });
    }
  });
});

interface Preflight {
  readonly IntegrationResponses: { readonly ResponseParameters: Readonly<Record<string, string>> }[];
}

describe('CORS', () => {
  const options = (made: PipelineInStack) => Object.entries(callsOfApi(made)).filter(([key]) => key.startsWith('OPTIONS '));

  test('is off by default', () => {
    expect(options(byDefault)).toEqual([]);
    expect(environment(byDefault, 'QueryApi')).not.toHaveProperty('CORS_ORIGINS');
  });

  test('is answered for every path, by the gateway, to anybody', () => {
    const made = withApi({ cors: { origins: ['https://a.example.com'], maxAge: Duration.minutes(1) }, auth: UploadAuth.apiKey() });
    expect(options(made).map(([key]) => key.slice('OPTIONS '.length)).sort()).toEqual([...new Set(ROUTES.map(({ path }) => path))].sort());
    for (const [, method] of options(made)) {
      expect(method).toMatchObject({ AuthorizationType: 'NONE', ApiKeyRequired: false, Integration: { Type: 'MOCK', ContentHandling: 'CONVERT_TO_TEXT' } });
      const { IntegrationResponses: [{ ResponseParameters }] } = method.Integration as Preflight;
      expect(ResponseParameters).toMatchObject({
        'method.response.header.Access-Control-Allow-Origin': "'https://a.example.com'",
        'method.response.header.Access-Control-Allow-Methods': "'GET,POST,DELETE'",
        'method.response.header.Access-Control-Max-Age': "'60'",
      });
      expect(ResponseParameters['method.response.header.Access-Control-Allow-Headers']).toContain('x-api-key');
    }
  });

  test('is said by the functions in their answers', () => {
    const made = withApi({ cors: { origins: ['https://a.example.com', 'https://b.example.com'] } });
    for (const id of ['UploadApi', 'CompletionApi', 'QueryApi']) {
      expect(environment(made, id).CORS_ORIGINS).toBe('["https://a.example.com","https://b.example.com"]');
    }
  });
});

test('tracing is that of the functions, since traces of the stage hold paths', () => {
  const traced = template(withApi({ tracing: lambda.Tracing.ACTIVE }));
  traced.resourcePropertiesCountIs('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } }, 3);
  traced.hasResourceProperties('AWS::ApiGateway::Stage', { TracingEnabled: false });
});
