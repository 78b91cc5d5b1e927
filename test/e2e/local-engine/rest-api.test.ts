import { CfnOutput, Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import { AuthorizationType, JsonSchemaType, LambdaIntegration, ResponseType, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { anonymous, ApiClient, withApiKey, withToken } from '../../../tools/client';
import { ECHO, inlineFunction } from '../../support/inline-function';
import { deployApp } from '../../support/local-engine';

const API_KEY = 'abcdefghijklmnopqrstuvwxyz';
const AUTHORIZER = `exports.handler = async ({ authorizationToken, methodArn }) => ({
  principalId: 'ada', context: { tenant: 't1', level: 7 },
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: authorizationToken === 'Bearer good' ? 'Allow' : 'Deny', Resource: methodArn }] },
});`;

let outputs: Readonly<Record<string, string>>;
const api = (caller = anonymous()) => new ApiClient(outputs.ApiUrl, caller);
const answerTo = async (method: string, path: string, body?: string, caller = anonymous()) => {
  const response = await api(caller).send(method, path, { body });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() as Record<string, unknown> };
};

beforeAll(async () => {
  ({ outputs } = await deployApp((app) => {
    const stack = new Stack(app, 'EngineRestApi');
    const rest = new RestApi(stack, 'Rest', { deployOptions: { stageName: 'v1' }, cloudWatchRole: false });
    const echo = new LambdaIntegration(inlineFunction(stack, 'Echo', ECHO));
    rest.root.addResource('open').addResource('{id}').addMethod('GET', echo);
    rest.root.addResource('signed').addResource('{id}').addMethod('GET', echo, { authorizationType: AuthorizationType.IAM });
    rest.root.addResource('key').addMethod('GET', echo, { apiKeyRequired: true });
    rest.root.addResource('asked').addMethod('GET', echo, {
      authorizer: new TokenAuthorizer(stack, 'Asked', { handler: inlineFunction(stack, 'Authorizer', AUTHORIZER), resultsCacheTtl: Duration.seconds(0) }),
    });
    const model = rest.addModel('Model', {
      schema: { type: JsonSchemaType.OBJECT, required: ['fileName'], properties: { fileName: { type: JsonSchemaType.STRING, minLength: 1 } } },
    });
    rest.root.addResource('checked').addMethod('POST', echo, {
      requestValidatorOptions: { validateRequestBody: true }, requestModels: { 'application/json': model },
    });
    rest.addGatewayResponse('BadBody', {
      type: ResponseType.BAD_REQUEST_BODY,
      responseHeaders: { 'Content-Type': "'application/problem+json'" },
      templates: { 'application/json': '{"code":"INVALID_REQUEST","detail":$context.error.messageString}' },
    });
    const key = rest.addApiKey('Key', { value: API_KEY });
    rest.addUsagePlan('Plan', { apiStages: [{ stage: rest.deploymentStage }] }).addApiKey(key);
    const secret = new Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('known'), removalPolicy: RemovalPolicy.DESTROY });
    const values = { ApiUrl: rest.url, KeyId: key.keyId, SecretRef: secret.secretArn };
    for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
  }));
}, 300_000);

test('path parameters arrive as the client wrote them, and the context says stage and domain', async () => {
  const event = await api().call<Record<string, unknown>>('GET', '/open/a%2Fb%20c');
  expect(event).toMatchObject({
    resource: '/open/{id}',
    path: '/open/a%2Fb%20c',
    pathParameters: { id: 'a%2Fb%20c' },
    requestContext: { path: '/v1/open/a%2Fb%20c', stage: 'v1', domainName: expect.stringContaining('.execute-api.') },
  });
  expect(event).not.toHaveProperty('version');
});

test('a signed request says who signed it, whatever its path; without a signature it is refused', async () => {
  const event = await new ApiClient(outputs.ApiUrl).call<Record<string, unknown>>('GET', '/signed/a%2Fb%20c', { query: { x: 'y z+é' } });
  expect(event).toMatchObject({
    pathParameters: { id: 'a%2Fb%20c' },
    queryStringParameters: { x: 'y z+é' },
    requestContext: { identity: { userArn: expect.stringMatching(/^arn:aws:(iam|sts)::/) } },
  });
  expect((await answerTo('GET', '/signed/a')).status).toBe(403);
});

test('a key is asked for, and named to the function', async () => {
  expect((await answerTo('GET', '/key')).status).toBe(403);
  expect((await answerTo('GET', '/key', undefined, withApiKey('another'))).status).toBe(403);
  const { body } = await answerTo('GET', '/key', undefined, withApiKey(API_KEY));
  expect(body).toMatchObject({ requestContext: { identity: { apiKeyId: outputs.KeyId, apiKey: API_KEY } } });
});

test('a function can authorize; its context arrives as text', async () => {
  const { body } = await answerTo('GET', '/asked', undefined, withToken('good'));
  expect(body).toMatchObject({ requestContext: { authorizer: { principalId: 'ada', tenant: 't1', level: '7' } } });
  expect((await answerTo('GET', '/asked', undefined, withToken('bad'))).status).toBe(403);
  expect((await answerTo('GET', '/asked')).status).toBe(401);
});

test('a body is checked against its model, and the error is ours', async () => {
  expect((await answerTo('POST', '/checked', '{"fileName":"a.csv"}')).status).toBe(200);
  for (const body of ['{}', '{"fileName":""}', 'no JSON']) {
    expect(await answerTo('POST', '/checked', body)).toEqual({
      status: 400, type: 'application/problem+json', body: { code: 'INVALID_REQUEST', detail: 'Invalid request body' },
    });
  }
});

test('a secret is referred to by its ARN', () => {
  expect(outputs.SecretRef).toMatch(/^arn:aws:secretsmanager:.*:secret:/);
});
