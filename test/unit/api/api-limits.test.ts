import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Column, RecordSchema, RouteThrottle, UploadApi, UploadBucket, UploadCors, UploadIngestPipelineProps, UploadProcessor, UploadRoute,
} from '../../../src';
import { pipelineInStack } from '../support';

/** A property, what takes it, its first and last valid values, and the first invalid ones with the whole message. */
type Limit<T> = [property: string, make: (value: T) => unknown, valid: T[], invalid: [T, string][]];

function expectLimit<T>(make: (value: T) => unknown, valid: T[], invalid: [T, string][]): void {
  for (const value of valid) expect(() => make(value)).not.toThrow();
  for (const [value, message] of invalid) expect(() => make(value)).toThrow(new Error(message));
}

const range = (name: string, bounds: string, ...got: [Duration, string][]): [Duration, string][] =>
  got.map(([value, text]) => [value, `'${name}' must be between ${bounds}, got ${text} [OUT_OF_RANGE]`]);
const anyApi = (make: (api: typeof UploadApi.http | typeof UploadApi.rest) => unknown) => [make(UploadApi.http), make(UploadApi.rest)];
const pipelineWith = (props: UploadIngestPipelineProps) => pipelineInStack(() => props);

const DURATIONS: Limit<Duration>[] = [
  ['uploadExpiry', (uploadExpiry) => anyApi((api) => api({ uploadExpiry })), [Duration.hours(1), Duration.days(7)],
    range('uploadExpiry', '1 hour and 7 days', [Duration.minutes(59), '59 minutes'], [Duration.days(8), '8 days'])],
  ['sessionExpiry', (sessionExpiry) => anyApi((api) => api({ sessionExpiry })), [Duration.minutes(1), Duration.days(7)],
    range('sessionExpiry', '1 minute and 7 days', [Duration.seconds(59), '59 seconds'], [Duration.days(8), '8 days'])],
  ['urlExpiry', (urlExpiry) => UploadApi.rest({ urlExpiry }), [Duration.minutes(1), Duration.hours(12)],
    range('urlExpiry', '1 minute and 12 hours', [Duration.seconds(59), '59 seconds'], [Duration.days(1), '1 day'])],
  ['maxAge', (maxAge) => anyApi((api) => api({ cors: { origins: ['*'], maxAge } })), [Duration.seconds(0), Duration.days(1)],
    range('maxAge', '0 seconds and 1 day', [Duration.hours(25), '1 day 1 hour'])],
];

test.each(DURATIONS)('%s', (_property, make, valid, invalid) => expectLimit(make, valid, invalid));

const throttle = (limits: Omit<RouteThrottle, 'route'>) => anyApi((api) => [
  api({ throttle: limits }), api({ routeThrottles: [{ route: UploadRoute.GET_RECORD, ...limits }] }),
]);

test('throttle', () => expectLimit(throttle, [{ rateLimit: 0.1, burstLimit: 1 }, { rateLimit: 10_000, burstLimit: 5_000 }], [
  [{ rateLimit: 0, burstLimit: 1 }, "'throttle.rateLimit' must be more than 0, got 0 [OUT_OF_RANGE]"],
  [{ rateLimit: NaN, burstLimit: 1 }, "'throttle.rateLimit' must be more than 0, got NaN [OUT_OF_RANGE]"],
  [{ rateLimit: 1, burstLimit: 0 }, `'throttle.burstLimit' must be a whole number between 1 and ${Number.MAX_SAFE_INTEGER}, got 0 [OUT_OF_RANGE]`],
]));

test('routeThrottles', () => {
  const of = (...routes: UploadRoute[]) => routes.map((route) => ({ route, rateLimit: 1, burstLimit: 1 }));
  const valid = [[], of(UploadRoute.GET_UPLOAD, UploadRoute.GET_RECORD)];
  expectLimit((routeThrottles: RouteThrottle[]) => anyApi((api) => api({ routeThrottles })), valid, [
    [of(UploadRoute.GET_UPLOAD, UploadRoute.GET_UPLOAD), "'routeThrottles' must not name a route twice, got 'GetUpload' more than once [DUPLICATE_ROUTE]"],
  ]);
});

test('origins', () => expectLimit((cors: UploadCors) => anyApi((api) => api({ cors })), [
  { origins: ['*'] }, { origins: ['https://app.example.com', 'http://localhost:5173'] },
], [
  [{ origins: [] }, "'origins' must name at least one origin, got none [NO_ORIGINS]"],
  [{ origins: ['https://a.example.com', '*'] }, "'origins' must be only '*' where it has a '*', got https://a.example.com, * [INVALID_ORIGIN]"],
  ...['app.example.com', 'https://app.example.com/', 'https://App.example.com', 'https://*.example.com', ''].map((origin): [UploadCors, string] => (
    [{ origins: [origin] }, `'origins' must be origins such as 'https://app.example.com', or '*', got '${origin}' [INVALID_ORIGIN]`]
  )),
]));

describe('stageName', () => {
  test('of an HTTP API', () => expectLimit((stageName: string) => UploadApi.http({ stageName }), ['$default', 'a', 'dev-1_x', 'x'.repeat(128)],
    ['', 'a b', 'a/b', '$other', 'x'.repeat(129)].map((name) => (
      [name, `'stageName' must be '$default', or 1 to 128 letters, digits, '-' and '_', got '${name}' [INVALID_STAGE_NAME]`]
    ))));

  test('of a REST API', () => expectLimit((stageName: string) => UploadApi.rest({ stageName }), ['a', 'dev_1', 'x'.repeat(128)],
    ['', '$default', 'a-b', 'x'.repeat(129)].map((name) => (
      [name, `'stageName' of a REST API must be 1 to 128 letters, digits and '_', got '${name}' [INVALID_STAGE_NAME]`]
    ))));
});

describe('basePath', () => {
  const stack = new Stack(new App(), 'Elsewhere');
  const ofHttp = apigatewayv2.DomainName.fromDomainNameAttributes(stack, 'Http', {
    name: 'files.example.com', regionalDomainName: 'd.example.com', regionalHostedZoneId: 'Z1',
  });
  const ofRest = apigateway.DomainName.fromDomainNameAttributes(stack, 'Rest', {
    domainName: 'files.example.com', domainNameAliasHostedZoneId: 'Z1', domainNameAliasTarget: 'd.example.com',
  });
  const wrong = (...paths: string[]) => paths.map((path): [string, string] => (
    [path, `'basePath' must be a path without slashes around it, such as 'files', got '${path}' [INVALID_BASE_PATH]`]
  ));

  test('of an HTTP API', () => expectLimit((basePath: string) => UploadApi.http({ basePath, domainName: ofHttp }), ['files', 'files/v1'],
    wrong('', '/files', 'files/', 'a//b', 'a b')));

  test('of a REST API', () => expectLimit((basePath: string) => UploadApi.rest({ basePath, domainName: ofRest }), ['files'],
    wrong('', '/files', 'files/v1', 'a b')));

  test('needs a domain', () => {
    const message = "'basePath' must come with a 'domainName', got 'files' without one [BASE_PATH_WITHOUT_DOMAIN]";
    expect(() => UploadApi.http({ basePath: 'files' })).toThrow(new Error(message));
    expect(() => UploadApi.rest({ basePath: 'files' })).toThrow(new Error(message));
  });
});

test('parts stay for as long as an upload may be resumed', () => {
  const made = (days: number) => pipelineWith({
    api: UploadApi.http({ uploadExpiry: Duration.days(2) }),
    bucket: UploadBucket.managed({ incompleteUploadRetention: Duration.days(days) }),
  });
  expect(() => made(2)).not.toThrow();
  expect(() => made(1)).toThrow(new Error(
    "'incompleteUploadRetention' must be at least the API's 'uploadExpiry' of 2 days, got 1 day [INCOMPLETE_RETENTION_TOO_SHORT]"));
});

test('corsOrigins', () => expectLimit((corsOrigins: string[]) => UploadBucket.managed({ corsOrigins }), [['*']], [
  [['a.example.com'], "'corsOrigins' must be origins such as 'https://app.example.com', or '*', got 'a.example.com' [INVALID_ORIGIN]"],
]));

test('maxFiles', () => expectLimit((maxFiles: number) => pipelineWith({ maxFiles }), [1, 50], [0, 51, 1.5].map((got) => (
  [got, `'maxFiles' must be a whole number between 1 and 50, got ${got} [OUT_OF_RANGE]`]
))));

test('fileNamePattern', () => expectLimit((fileNamePattern: string) => pipelineWith({ fileNamePattern }), ['.+\\.csv', 'a|b', 'x'.repeat(500)], [
  ['', "'fileNamePattern' must have 1 to 500 characters, got 0 [INVALID_PATTERN]"],
  ['x'.repeat(501), "'fileNamePattern' must have 1 to 500 characters, got 501 [INVALID_PATTERN]"],
  ['(', "'fileNamePattern' must be a regular expression, got '(' [INVALID_PATTERN]"],
  ['a)(b', "'fileNamePattern' must be a regular expression, got 'a)(b' [INVALID_PATTERN]"],
]));

const columns = (count: number) => Array.from({ length: count }, (_, at) => Column.string(`c${at}`));

test('metadata', () => expectLimit((metadata: Column[]) => pipelineWith({ metadata }), [[], columns(20)], [
  [columns(21), "'metadata' must have at most 20 columns, got 21 [TOO_MANY_COLUMNS]"],
  [[...columns(1), ...columns(1)], "'metadata' must not name a column twice, got 'c0' more than once [DUPLICATE_COLUMN]"],
  [[Column.string('__proto__')], "'metadata' must not name a column that the AWS SDK cannot read back from a table, got '__proto__' [RESERVED_COLUMN]"],
  [[Column.json('a')], "'metadata' must not have a json column, since its values are texts of the client, got 'a' [INVALID_METADATA]"],
  [[Column.stringSet('a')], "'metadata' must not have a stringSet column, since its values are texts of the client, got 'a' [INVALID_METADATA]"],
  [[Column.computed('a', '{row}')], "'metadata' must not have a computed column, since its values are texts of the client, got 'a' [INVALID_METADATA]"],
  [[Column.string('a', { aliases: ['b'] })], "'metadata' must not have a column with 'aliases', which is for files, got 'a' [INVALID_METADATA]"],
  [[Column.string('a', { unique: true })], "'metadata' must not have a column with 'unique', which is for files, got 'a' [INVALID_METADATA]"],
]));

test('metadata that columns are computed from', () => {
  const schema = RecordSchema.of([Column.string('a'), Column.computed('b', '{metadata.batch}')]);
  const of = (metadata?: Column[]) => () => pipelineWith({ metadata, processor: UploadProcessor.records({ schema }) });
  expect(of()).not.toThrow();
  expect(of([Column.integer('batch')])).not.toThrow();
  expect(of([Column.integer('Batch')])).toThrow(
    new Error("'metadata' must have what the column 'b' is computed from, 'batch', got 'Batch' [UNKNOWN_METADATA]"));
  expect(of([])).toThrow(new Error("'metadata' must have what the column 'b' is computed from, 'batch', got no columns [UNKNOWN_METADATA]"));
});
