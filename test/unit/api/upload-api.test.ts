import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { UploadApi, UploadAuth, UploadIngestPipeline, UploadProcessor } from '../../../src';
import { ROUTES } from '../../../src/private/api/routes';
import { ENV, environment, pipelineInStack, rendered, resources, templateOf, userFunction, warningIds } from '../support';

const apiUrl = ({ stack, pipeline }: ReturnType<typeof pipelineInStack>) => rendered(stack, stack.resolve(pipeline.apiUrl));

describe('managed', () => {
  test('tells its functions what was asked', () => {
    const made = pipelineInStack(() => ({
      api: UploadApi.http({ urlExpiry: Duration.minutes(5), pageSize: 10 }), maxFileSize: Size.mebibytes(10), contentTypes: ['text/csv'],
    }));
    expect(environment(made, 'UploadApi')).toMatchObject({
      URL_EXPIRY_SECONDS: '300', MAX_FILE_SIZE: '10485760', CONTENT_TYPES: '["text/csv"]', BUCKET_NAME: 'X/Bucket', STATUS_TABLE_NAME: 'X/StatusTable',
    });
    expect(environment(made, 'QueryApi')).toMatchObject({ DEFAULT_PAGE_SIZE: '10', STATUS_TABLE_NAME: 'X/StatusTable', QUERY_TABLE_NAME: 'X/QueryTable' });
  });

  test('tells them the defaults otherwise', () => {
    const made = pipelineInStack();
    expect(environment(made, 'UploadApi')).toMatchObject({ URL_EXPIRY_SECONDS: '3600', MAX_FILE_SIZE: '5368709120' });
    expect(environment(made, 'QueryApi')).toMatchObject({ DEFAULT_PAGE_SIZE: '100' });
  });

  test('slows down callers as asked', () => {
    templateOf(() => ({ api: UploadApi.http({ throttle: { rateLimit: 50, burstLimit: 100 } }) })).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }),
    });
  });

  test('keeps logs for as long as asked', () => {
    templateOf(() => ({ api: UploadApi.http({ logRetention: logs.RetentionDays.ONE_WEEK }) }))
      .resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 7 }, 4);
  });
});

describe('authorization', () => {
  const authorizations = (auth?: UploadAuth) => {
    const { stack } = pipelineInStack(() => ({ api: UploadApi.http({ auth }) }));
    const types = resources(Template.fromStack(stack), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.AuthorizationType);
    return { types: [...new Set(types)].sort(), warnings: warningIds(stack) };
  };

  test('is IAM by default and when asked', () => {
    expect(authorizations()).toEqual({ types: ['AWS_IAM', 'NONE'], warnings: [] });
    expect(authorizations(UploadAuth.iam())).toEqual(authorizations());
  });

  test('is off with a warning', () => {
    expect(authorizations(UploadAuth.none())).toEqual({ types: ['NONE'], warnings: ['noAuthorization'] });
  });
});

describe("the user's", () => {
  const routeKeys = (stack: Stack) => resources(Template.fromStack(stack), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);

  test('API of the same stack gets the routes beside its own', () => {
    const made = pipelineInStack((scope) => ({ api: UploadApi.fromHttpApi(new apigatewayv2.HttpApi(scope, 'Mine')) }));
    const template = Template.fromStack(made.stack);
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
    expect(routeKeys(made.stack)).toHaveLength(ROUTES.length);
    expect(routeKeys(made.stack)).not.toContain('$default');
    expect(apiUrl(made)).toBe('Mine.ApiEndpoint');
  });

  test('stage has its name in the URL and in the permissions', () => {
    const made = pipelineInStack((scope) => ({
      api: UploadApi.fromHttpApi(new apigatewayv2.HttpApi(scope, 'Mine', { createDefaultStage: false }), { stageName: 'prod' }),
    }));
    expect(apiUrl(made)).toBe('Mine.ApiEndpoint/prod');
    const user = new iam.User(made.stack, 'User');
    made.pipeline.grantQuery(user);
    const [{ Properties }] = resources(Template.fromStack(made.stack), 'AWS::IAM::Policy').filter((policy) => 'Users' in policy.Properties);
    expect(JSON.stringify(Properties)).toContain('/prod/GET/records');
  });

  test('API of another stack of the app gets the routes', () => {
    const app = new App();
    const mine = new apigatewayv2.HttpApi(new Stack(app, 'Other'), 'Mine');
    const stack = new Stack(app, 'S');
    new UploadIngestPipeline(stack, 'X', { api: UploadApi.fromHttpApi(mine) });
    expect(() => app.synth()).not.toThrow();
    expect(routeKeys(stack)).toHaveLength(ROUTES.length);
  });

  test.each([
    ['with its endpoint', 'https://files.example.com', 'https://files.example.com'],
    ['without its endpoint', undefined, 'https://abc123.execute-api.eu-west-1.AWS::URLSuffix'],
  ])('API imported %s gets the routes', (_case, apiEndpoint, url) => {
    const made = pipelineInStack((scope) => ({
      api: UploadApi.fromHttpApi(apigatewayv2.HttpApi.fromHttpApiAttributes(scope, 'Mine', { httpApiId: 'abc123', apiEndpoint })),
    }), { env: ENV });
    Template.fromStack(made.stack).allResourcesProperties('AWS::ApiGatewayV2::Route', { ApiId: 'abc123' });
    expect(apiUrl(made)).toBe(url);
    expect(warningIds(made.stack)).toEqual([]);
  });
});

describe('none', () => {
  const { stack, pipeline } = pipelineInStack((scope) => {
    userFunction(scope);
    return { api: UploadApi.none() };
  });

  test('makes no API, no function for it and no URL', () => {
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
    const functions = resources(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Description);
    expect(functions.filter((description) => description !== undefined).sort()).toEqual(
      ['Turns the rows of ranges of large files into records', 'Turns the rows of uploaded files into records']);
    expect(pipeline.apiUrl).toBeUndefined();
  });

  test('is fine for a processor that takes any file', () => {
    const made = pipelineInStack((scope) => ({ api: UploadApi.none(), processor: UploadProcessor.fromFunction(userFunction(scope)) }));
    expect(warningIds(made.stack)).toEqual([]);
  });

  test('has nothing to grant', () => {
    const user = new iam.User(stack, 'User');
    expect(pipeline.grantUpload(user).success).toBe(false);
    expect(pipeline.grantQuery(user).success).toBe(false);
  });
});
