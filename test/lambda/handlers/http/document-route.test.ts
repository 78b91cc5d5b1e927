import { Logger } from '@aws-lambda-powertools/logger';
import { documentRoute } from '../../../../lambda-src/handlers/http/document-route';
import { ownUrl } from '../../../../lambda-src/handlers/http/own-url';
import { httpHandler } from '../../../../lambda-src/handlers/http/router';
import { documented } from '../../../support/documented';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const HOST = 'https://abc123.execute-api.eu-central-1.amazonaws.com';
const DOCUMENT = JSON.stringify({ openapi: '3.1.0', info: {}, paths: { '/health': {} } });
const handler = documented(httpHandler(documentRoute(() => DOCUMENT), new Logger()));
const get = async (call: HttpCall = {}) => answer(await handler(httpEvent('GET /openapi.json', call), LAMBDA_CONTEXT));

test('shows the document with its own address, for everybody to keep for some minutes', async () => {
  expect(await get()).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
    body: { openapi: '3.1.0', info: {}, servers: [{ url: HOST }], paths: { '/health': {} } },
  });
});

test('with a stage, the stage is in the address', async () => {
  expect((await get({ stage: 'v1' })).body).toMatchObject({ servers: [{ url: `${HOST}/v1` }] });
});

test.each<[string, object, string]>([
  ['a REST API', { path: '/openapi.json', requestContext: { domainName: 'api.test', path: '/prod/openapi.json' } }, 'https://api.test/prod'],
  ['a REST API under a base path of a domain', { requestContext: { domainName: 'api.test', path: '/files/openapi.json' } }, 'https://api.test/files'],
  ['an HTTP API under a base path of a domain', { requestContext: { domainName: 'api.test', http: { path: '/files/openapi.json' } } }, 'https://api.test/files'],
  ['an HTTP API', { requestContext: { domainName: 'api.test', http: { path: '/openapi.json' } } }, 'https://api.test'],
])('the address of %s', (_, event, url) => expect(ownUrl(event, '/openapi.json')).toBe(url));
