import * as fc from 'fast-check';
import { routePath } from '../../../../lambda-src/handlers/http/route-path';
import { httpEvent } from '../../../support/http-events';

const KEYS = [
  'plain', 'DRUG#1', 'a/b', '100%', 'a+b', 'a b', ' ', 'ü', '日本', '%2F', '%25', '%252F', '.', '..', 'a?b=c&d', '{x}', ':pk', "it's", '$&', '$1', '\\', '"',
];

test.each(KEYS)('the value %p of an HTTP API arrives as it is', (pk) => {
  expect(routePath(httpEvent('GET /records/{pk}', { params: { pk } }))).toEqual({ path: '/records/pk', values: { pk } });
});

test.each(KEYS)('the value %p of a REST API arrives as it is', (pk) => {
  expect(routePath({ resource: '/records/{pk}', pathParameters: { pk: encodeURIComponent(pk) } })).toEqual({ path: '/records/pk', values: { pk } });
});

test('a percent sign that was decoded after all is taken as it is', () => {
  expect(routePath({ version: '2.0', routeKey: 'GET /records/{pk}', pathParameters: { pk: '100%' } })?.values).toEqual({ pk: '100%' });
});

test('so does every other value', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (pk, sk) => {
    expect(routePath(httpEvent('GET /records/{pk}/{sk}', { params: { pk, sk } }))).toEqual({ path: '/records/pk/sk', values: { pk, sk } });
  }));
});

test('the path of a stage is left out', () => {
  expect(routePath(httpEvent('GET /uploads', { stage: 'prod' }))).toEqual({ path: '/uploads', values: {} });
});

test('version 1.0 of an HTTP API is decoded like version 2.0', () => {
  expect(routePath({ version: '1.0', resource: '/records/{pk}', pathParameters: { pk: 'a%25b c' } })?.values).toEqual({ pk: 'a%b c' });
});

test('a parameter of a REST API that is no valid encoding is taken as it is', () => {
  expect(routePath({ resource: '/records/{pk}', pathParameters: { pk: '100%' } })?.values).toEqual({ pk: '100%' });
});

test.each([{ version: '2.0', routeKey: '$default' }, { version: '2.0', routeKey: 'ANY /{proxy+}' }, { resource: '/{proxy+}' }, {}])(
  'nothing is known of the path behind %j', (event) => expect(routePath(event)).toBeUndefined(),
);
