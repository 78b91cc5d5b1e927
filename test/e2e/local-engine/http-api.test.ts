import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { anonymous, ApiClient, withToken } from '../../../tools/client';
import { ensureEngine, reachableUrl } from '../../../tools/local-engine';
import { ECHO, inlineFunction } from '../../support/inline-function';
import { deployApp } from '../../support/local-engine';
import { OidcIssuer } from '../../support/oidc-issuer';
import { unsignedToken } from '../../support/tokens';

const PAGE = 'https://app.example';
const AUTHORIZER = `exports.handler = async ({ identitySource: [token] }) => (
  { isAuthorized: token === 'Bearer good', context: { tenant: 't1', level: 7 } }
);`;

/** As far as it is looked at here. */
interface Echo {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters?: unknown;
  readonly requestContext: {
    readonly apiId: string;
    readonly domainName: string;
    readonly http: { readonly path: string };
    readonly authorizer?: unknown;
  };
}

let issuer: OidcIssuer;
let urls: Readonly<Record<string, string>>;
const api = (caller = anonymous(), output = 'ApiUrl') => new ApiClient(urls[output], caller);
const statusOf = async (path: string, caller = anonymous()) => (await api(caller).send('GET', path)).status;

beforeAll(async () => {
  await ensureEngine();
  issuer = await OidcIssuer.start();
  ({ outputs: urls } = await deployApp((app) => {
    const stack = new Stack(app, 'EngineHttpApi');
    const integration = new HttpLambdaIntegration('Echo', inlineFunction(stack, 'Echo', ECHO));
    const httpApi = new HttpApi(stack, 'Api', { corsPreflight: { allowOrigins: [PAGE], allowMethods: [CorsHttpMethod.GET], allowHeaders: ['authorization'] } });
    const routes = { methods: [HttpMethod.GET], integration };
    httpApi.addRoutes({ ...routes, path: '/open' });
    httpApi.addRoutes({
      ...routes, path: '/token', authorizer: new HttpJwtAuthorizer('Jwt', issuer.url, { jwtAudience: ['me'] }), authorizationScopes: ['read'],
    });
    httpApi.addRoutes({
      ...routes,
      path: '/asked',
      authorizer: new HttpLambdaAuthorizer('Asked', inlineFunction(stack, 'Authorizer', AUTHORIZER), {
        responseTypes: [HttpLambdaResponseType.SIMPLE], resultsCacheTtl: Duration.seconds(0),
      }),
    });
    new CfnOutput(stack, 'ApiUrl', { value: httpApi.apiEndpoint });
    new CfnOutput(stack, 'DevUrl', { value: httpApi.addStage('Dev', { stageName: 'dev', autoDeploy: true }).url });
  }));
}, 300_000);

afterAll(() => issuer?.stop());

test('the claims of a token reach the function as text', async () => {
  const token = issuer.token({ aud: 'me', sub: 'ada', scope: 'read write', groups: ['a', 'b'], level: 7 });
  const { requestContext } = await api(withToken(token)).call<Echo>('GET', '/token');
  const claims = expect.objectContaining({ iss: issuer.url, sub: 'ada', groups: '[a b]', level: '7' });
  expect(requestContext.authorizer).toEqual({ jwt: { claims, scopes: ['read', 'write'] } });
});

test('a token that is missing, expired, unsigned, changed or for others is refused, and one without the scope too', async () => {
  const claims = { aud: 'me', scope: 'read' };
  const valid = issuer.token(claims);
  const [header, , signature] = valid.split('.');
  const changed = [header, unsignedToken({ ...claims, iss: issuer.url, sub: 'eve' }).split('.')[1], signature].join('.');
  expect(await statusOf('/token', withToken(valid))).toBe(200);
  expect(await statusOf('/token')).toBe(401);
  for (const token of [
    changed,
    unsignedToken({ ...claims, iss: issuer.url }),
    issuer.token({ ...claims, exp: 1 }),
    issuer.token({ ...claims, aud: 'you' }),
    issuer.token({ ...claims, iss: 'https://elsewhere.example' }),
  ]) expect(await statusOf('/token', withToken(token))).toBe(401);
  expect(await statusOf('/token', withToken(issuer.token({ ...claims, scope: 'write' })))).toBe(403);
});

test('a function can authorize', async () => {
  const { requestContext } = await api(withToken('good')).call<Echo>('GET', '/asked');
  expect(requestContext.authorizer).toEqual({ lambda: { tenant: 't1', level: 7 } });
  expect(await statusOf('/asked', withToken('bad'))).toBe(403);
  expect(await statusOf('/asked')).toBe(401);
});

test('a named stage is part of the path, and the host is the domain of the API', async () => {
  const named = await api(anonymous(), 'DevUrl').call<Echo>('GET', '/open');
  expect(named).toMatchObject({ rawPath: '/dev/open', requestContext: { http: { path: '/dev/open' } } });
  expect(named).not.toHaveProperty('pathParameters');
  const { rawPath, headers, requestContext: { apiId, domainName } } = await api().call<Echo>('GET', '/open');
  expect({ rawPath, host: headers.host }).toEqual({ rawPath: '/open', host: domainName });
  expect(reachableUrl(`https://${domainName}/open`)).toBe(`${urls.ApiUrl}/open`);
  expect(domainName).toContain(apiId);
});

test('a preflight request is answered without authorization', async () => {
  const headers = { 'origin': PAGE, 'access-control-request-method': 'GET' };
  const preflight = await api().send('OPTIONS', '/token', { headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(PAGE);
});
