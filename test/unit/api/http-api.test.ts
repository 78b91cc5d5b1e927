import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Column, HttpUploadApiProps, UploadApi, UploadRoute } from '../../../src';
import { ROUTES } from '../../../src/private/api/routes';
import { codeOf, environment, Json, logicalId, permissions, PipelineInStack, pipelineInStack, rendered, resources, templateOf } from '../support';

const withApi = (props: HttpUploadApiProps) => pipelineInStack(() => ({ api: UploadApi.http(props) }));
const apiUrl = ({ stack, pipeline }: PipelineInStack) => rendered(stack, stack.resolve(pipeline.apiUrl) as Json);
const routesOf = ({ stack }: PipelineInStack) => resources(Template.fromStack(stack), 'AWS::ApiGatewayV2::Route');

test('every route reaches the function that serves it', () => {
  const made = pipelineInStack();
  const ids = { 'upload-api': 'UploadApi', 'completion-api': 'CompletionApi', 'query-api': 'QueryApi' };
  const integrations = Template.fromStack(made.stack).findResources('AWS::ApiGatewayV2::Integration');
  const served = (target: unknown) => {
    const [, { Ref }] = (target as { 'Fn::Join': [string, [string, { Ref: string }]] })['Fn::Join'][1];
    return rendered(made.stack, integrations[Ref].Properties.IntegrationUri as Json);
  };
  const found = routesOf(made).map(({ Properties }) => [Properties.RouteKey, served(Properties.Target)]);
  expect(Object.fromEntries(found)).toEqual({
    ...Object.fromEntries(ROUTES.map(({ method, path, servedBy }) => [`${method} ${path}`, `X/${ids[servedBy]}.Arn`])),
    $default: 'X/QueryApi.Arn',
  });
});

test('every route has a name among the routes of the contract', () => {
  expect(Object.values(UploadRoute).sort()).toEqual(ROUTES.map(({ id }) => id).sort());
});

describe('the functions are told', () => {
  test('the limits of uploads, by default', () => {
    expect(environment(pipelineInStack(), 'UploadApi')).toMatchObject({
      MAX_FILES: '10', FILE_NAME_PATTERN: '', UPLOAD_EXPIRY_SECONDS: '86400', SESSION_EXPIRY_SECONDS: '3600', TENANCY: '{"source":"single"}',
    });
    expect(environment(pipelineInStack(), 'CompletionApi')).toMatchObject({ JOB_QUEUE_URL: 'X/Queue', FILE_NAME_PATTERN: '', TENANCY: '{"source":"single"}' });
  });

  test('the limits of uploads, as asked', () => {
    const made = pipelineInStack(() => ({
      api: UploadApi.http({ uploadExpiry: Duration.hours(2), sessionExpiry: Duration.minutes(5) }), maxFiles: 3, fileNamePattern: '[a-z]+\\.csv',
    }));
    expect(environment(made, 'UploadApi')).toMatchObject({
      MAX_FILES: '3', FILE_NAME_PATTERN: '[a-z]+\\.csv', UPLOAD_EXPIRY_SECONDS: '7200', SESSION_EXPIRY_SECONDS: '300',
    });
    expect(environment(made, 'CompletionApi')).toMatchObject({ FILE_NAME_PATTERN: '[a-z]+\\.csv' });
  });

  test.each(['UploadApi', 'CompletionApi'])('what metadata must be, in a file of %s', (id) => {
    const metadata = [Column.string('lab', { required: true }), Column.integer('run')];
    expect(uploadModelOf(pipelineInStack(), id)).toEqual({ metadata: null });
    expect(uploadModelOf(pipelineInStack(() => ({ metadata })), id)).toEqual({
      metadata: [{ name: 'lab', type: 'string', required: true }, { name: 'run', type: 'integer', required: false }],
    });
  });

  test('a value that only CloudFormation knows, but not in a file', () => {
    const template = templateOf((stack) => ({ maxFiles: new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber }));
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { MAX_FILES: { Ref: 'Number' } } } });
    expect(() => pipelineInStack((stack) => ({
      metadata: [Column.string('a', { maxLength: new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber })],
    }))).toThrow('UNKNOWN_AT_SYNTH');
  });
});

describe('throttling', () => {
  test('of one route waits for the route', () => {
    const made = withApi({ routeThrottles: [{ route: UploadRoute.START_UPLOAD, rateLimit: 5, burstLimit: 10 }] });
    const [stage] = resources(Template.fromStack(made.stack), 'AWS::ApiGatewayV2::Stage');
    expect(stage.Properties.RouteSettings).toEqual({
      'POST /uploads': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10, DetailedMetricsEnabled: true },
    });
    expect(stage.DependsOn).toEqual([logicalId(made.stack, made.pipeline.node.findChild('StartUpload'))]);
    expect(() => made.app.synth()).not.toThrow();
  });

  test('of no route needs no settings', () => {
    expect(resources(templateOf(), 'AWS::ApiGatewayV2::Stage')[0].Properties).not.toHaveProperty('RouteSettings');
  });
});

describe('CORS', () => {
  test('is off by default', () => {
    templateOf().hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    expect(routesOf(pipelineInStack()).filter(({ Properties }) => String(Properties.RouteKey).startsWith('OPTIONS'))).toEqual([]);
  });

  test('lets pages of the origins call every method, with every header of ours', () => {
    const { stack } = withApi({ cors: { origins: ['https://a.example.com', 'http://localhost:5173'], maxAge: Duration.minutes(10) } });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: ['https://a.example.com', 'http://localhost:5173'],
        AllowMethods: ['GET', 'POST', 'DELETE'],
        AllowHeaders: Match.arrayWith(['Authorization', 'Content-Type', 'Idempotency-Key']),
        ExposeHeaders: ['Location', 'Retry-After', 'X-Request-Id'],
        MaxAge: 600,
        AllowCredentials: Match.absent(),
      },
    });
  });

  test('remembers for an hour unless told otherwise', () => {
    Template.fromStack(withApi({ cors: { origins: ['*'] } }).stack).hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: { MaxAge: 3600 } });
  });

  test('preflight requests do not fall into the catch-all route, which would ask for credentials', () => {
    const preflight = routesOf(withApi({ cors: { origins: ['*'] } })).filter(({ Properties }) => String(Properties.RouteKey).startsWith('OPTIONS'));
    expect(preflight.map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType])).toEqual([['OPTIONS /{proxy+}', 'NONE']]);
  });

  test('the gateway answers for it, not the functions', () => {
    expect(environment(withApi({ cors: { origins: ['*'] } }), 'QueryApi')).not.toHaveProperty('CORS_ORIGINS');
  });
});

describe('the URL', () => {
  const domain = (made: PipelineInStack['stack']) => apigatewayv2.DomainName.fromDomainNameAttributes(made, 'Domain', {
    name: 'files.example.com', regionalDomainName: 'd.execute-api.eu-west-1.amazonaws.com', regionalHostedZoneId: 'Z1',
  });

  test('has no stage by default', () => {
    expect(apiUrl(pipelineInStack())).toBe('X/Api.ApiEndpoint');
  });

  test('has the name of the stage, and so do the permissions', () => {
    const made = withApi({ stageName: 'dev' });
    expect(apiUrl(made)).toBe('X/Api.ApiEndpoint/dev');
    Template.fromStack(made.stack).hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: 'dev', AutoDeploy: true });
  });

  test('is that of the domain, without the stage', () => {
    const made = pipelineInStack((stack) => ({ api: UploadApi.http({ domainName: domain(stack), stageName: 'dev' }) }));
    expect(apiUrl(made)).toBe('https://files.example.com');
    Template.fromStack(made.stack).hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      DomainName: 'files.example.com', Stage: 'dev', ApiMappingKey: Match.absent(),
    });
  });

  test('is that of the domain and the path under it', () => {
    const made = pipelineInStack((stack) => ({ api: UploadApi.http({ domainName: domain(stack), basePath: 'files/v1' }) }));
    expect(apiUrl(made)).toBe('https://files.example.com/files/v1');
    Template.fromStack(made.stack).hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: 'files/v1', Stage: '$default' });
  });
});

describe('tracing', () => {
  const tracing = (made: PipelineInStack) => ['UploadApi', 'CompletionApi', 'QueryApi'].map((id) => environment(made, id).POWERTOOLS_TRACE_ENABLED);

  test('is off by default', () => {
    expect(tracing(pipelineInStack())).toEqual([undefined, undefined, undefined]);
    resources(templateOf(), 'AWS::Lambda::Function').forEach(({ Properties }) => expect(Properties).not.toHaveProperty('TracingConfig'));
  });

  test.each([lambda.Tracing.ACTIVE, lambda.Tracing.PASS_THROUGH])('%s is that of the functions behind the routes', (mode) => {
    const made = withApi({ tracing: mode });
    expect(tracing(made)).toEqual(['true', 'true', 'true']);
    Template.fromStack(made.stack).resourcePropertiesCountIs('AWS::Lambda::Function', { TracingConfig: { Mode: mode } }, 3);
    expect(permissions(made.stack, made.pipeline.node.findChild('UploadApiRole'))).toContain('xray:PutTraceSegments,xray:PutTelemetryRecords on *');
  });
});

function uploadModelOf(made: PipelineInStack, id: string): unknown {
  return JSON.parse(readFileSync(join(codeOf(made, id), 'upload-model.json'), 'utf8'));
}
