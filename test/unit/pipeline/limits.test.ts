import { Duration, Size } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IngestQueue, QueryTable, RecentIndex, StatusTable, UploadApi, UploadBucket, UploadIngestPipelineProps, UploadProcessor } from '../../../src';
import { pipelineInStack, userFunction } from '../support';

/** A property, what takes it, its first and last valid values, and the first invalid ones with the whole message. */
type Limit<T> = [property: string, make: (value: T) => unknown, valid: T[], invalid: [T, string][]];

function expectLimit<T>(make: (value: T) => unknown, valid: T[], invalid: [T, string][]): void {
  for (const value of valid) expect(() => make(value)).not.toThrow();
  for (const [value, message] of invalid) expect(() => make(value)).toThrow(new Error(message));
}

function pipelineWith(props: UploadIngestPipelineProps): unknown {
  return pipelineInStack(() => props);
}

const whole = (name: string, min: number, max: number, ...got: number[]): [number, string][] => got.map((value) =>
  [value, `'${name}' must be a whole number between ${min} and ${max}, got ${value} [OUT_OF_RANGE]`]);

/** Parts of the user's. */
const { stack: elsewhere } = pipelineInStack();
const myQueue = new sqs.Queue(elsewhere, 'Mine', { visibilityTimeout: Duration.hours(12) });
const myFunction = userFunction(elsewhere, 'MyFunction');
const myTable = dynamodb.Table.fromTableName(elsewhere, 'MyTable', 'mine');

const NUMBERS: Limit<number>[] = [
  ['batchSize', (batchSize) => UploadProcessor.records({ batchSize }), [1, 10], whole('batchSize', 1, 10, 0, 11, 1.5, NaN)],
  ['batchSize of a function', (batchSize) => UploadProcessor.fromFunction(myFunction, { batchSize }), [1, 10], whole('batchSize', 1, 10, 0, 11)],
  ['maxConcurrency', (maxConcurrency) => UploadProcessor.records({ maxConcurrency }), [2, 1000], whole('maxConcurrency', 2, 1000, 1, 1001)],
  ['maxRows', (maxRows) => UploadProcessor.records({ maxRows }), [1, Number.MAX_SAFE_INTEGER], whole('maxRows', 1, Number.MAX_SAFE_INTEGER, 0, -1, 0.5)],
  ['memorySize', (memorySize) => UploadProcessor.records({ memorySize }), [128, 10_240], whole('memorySize', 128, 10_240, 127, 10_241)],
  ['pageSize', (pageSize) => UploadApi.http({ pageSize }), [1, 1000], whole('pageSize', 1, 1000, 0, 1001)],
  ['shards', (shards) => RecentIndex.sharded(shards), [1, 64], whole('shards', 1, 64, 0, 65, -1)],
  ['maxReceiveCount', (maxReceiveCount) => IngestQueue.standard({ maxReceiveCount }), [1, 1000], whole('maxReceiveCount', 1, 1000, 0, 1001)],
  ["maxReceiveCount of the user's queue", (maxReceiveCount) => IngestQueue.fromQueue(myQueue, { maxReceiveCount }), [1, 1000],
    whole('maxReceiveCount', 1, 1000, 0, 1001)],
  ['warm reads', (readUnitsPerSecond) => QueryTable.managed({ warmThroughput: { readUnitsPerSecond } }), [12_000],
    whole('readUnitsPerSecond', 12_000, Number.MAX_SAFE_INTEGER, 11_999)],
  ['warm writes', (writeUnitsPerSecond) => QueryTable.managed({ warmThroughput: { writeUnitsPerSecond } }), [4_000],
    whole('writeUnitsPerSecond', 4_000, Number.MAX_SAFE_INTEGER, 3_999)],
  ['maxReadRequestUnits', (maxReadRequestUnits) => QueryTable.managed({ maxReadRequestUnits }), [1],
    whole('maxReadRequestUnits', 1, Number.MAX_SAFE_INTEGER, 0)],
  ['maxWriteRequestUnits', (maxWriteRequestUnits) => StatusTable.managed({ maxWriteRequestUnits }), [1],
    whole('maxWriteRequestUnits', 1, Number.MAX_SAFE_INTEGER, 0)],
];

test.each(NUMBERS)('%s', (_property, make, valid, invalid) => expectLimit(make, valid, invalid));

const range = (name: string, bounds: string, ...got: [Duration, string][]): [Duration, string][] =>
  got.map(([value, text]) => [value, `'${name}' must be between ${bounds}, got ${text} [OUT_OF_RANGE]`]);

const DURATIONS: Limit<Duration>[] = [
  ['timeout', (timeout) => UploadProcessor.records({ timeout }), [Duration.seconds(1), Duration.minutes(15)], [
    ...range('timeout', '1 second and 15 minutes', [Duration.seconds(0), '0 seconds'], [Duration.seconds(901), '15 minutes 1 second']),
    [Duration.millis(1500), "'timeout' must be whole seconds, got 1 second 500 millis [NOT_WHOLE_SECONDS]"],
  ]],
  ['timeout of a function', (timeout) => UploadProcessor.fromFunction(myFunction, { timeout }), [Duration.minutes(15)],
    range('timeout', '1 second and 15 minutes', [Duration.minutes(16), '16 minutes'])],
  ['urlExpiry', (urlExpiry) => UploadApi.http({ urlExpiry }), [Duration.minutes(1), Duration.hours(12)],
    range('urlExpiry', '1 minute and 12 hours', [Duration.seconds(59), '59 seconds'], [Duration.days(1), '1 day'])],
  ['visibilityTimeout', (visibilityTimeout) => IngestQueue.standard({ visibilityTimeout }), [Duration.seconds(1), Duration.hours(12)],
    range('visibilityTimeout', '1 second and 12 hours', [Duration.seconds(0), '0 seconds'], [Duration.hours(13), '13 hours'])],
  ["visibilityTimeout of the user's queue", (visibilityTimeout) => IngestQueue.fromQueue(myQueue, { visibilityTimeout }), [Duration.hours(12)],
    range('visibilityTimeout', '1 second and 12 hours', [Duration.hours(13), '13 hours'])],
  ['retentionPeriod', (retentionPeriod) => IngestQueue.standard({ retentionPeriod }), [Duration.minutes(1), Duration.days(14)],
    range('retentionPeriod', '1 minute and 14 days', [Duration.seconds(59), '59 seconds'], [Duration.days(15), '15 days'])],
  ['recordRetention', (recordRetention) => QueryTable.managed({ recordRetention }), [Duration.days(1), Duration.days(36_500)],
    range('recordRetention', '1 day and 36500 days', [Duration.hours(23), '23 hours'])],
  ["recordRetention of the user's table", (recordRetention) => QueryTable.fromTable(myTable, { recordRetention }), [Duration.days(1)],
    range('recordRetention', '1 day and 36500 days', [Duration.seconds(1), '1 second'])],
  ['visibilityTimeout of a FIFO queue', (visibilityTimeout) => IngestQueue.fifo({ visibilityTimeout }), [Duration.seconds(1), Duration.hours(12)],
    range('visibilityTimeout', '1 second and 12 hours', [Duration.hours(13), '13 hours'])],
  ['retentionPeriod of a FIFO queue', (retentionPeriod) => IngestQueue.fifo({ retentionPeriod }), [Duration.minutes(1)],
    range('retentionPeriod', '1 minute and 14 days', [Duration.days(15), '15 days'])],
  ['timeout of the processor of a handler', (timeout) => UploadProcessor.handler(myFunction, { timeout }), [Duration.minutes(15)],
    range('timeout', '1 second and 15 minutes', [Duration.minutes(16), '16 minutes'])],
  ['handlerTimeout', (handlerTimeout) => UploadProcessor.handler(myFunction, { handlerTimeout }), [Duration.seconds(1)],
    range('handlerTimeout', '1 second and 15 minutes', [Duration.minutes(16), '16 minutes'])],
  ['fileRetention', (fileRetention) => UploadBucket.managed({ fileRetention }), [Duration.days(1), Duration.hours(48)],
    [[Duration.hours(36), "'fileRetention' must be whole days, at least 1, got 1 day 12 hours [NOT_WHOLE_DAYS]"]]],
  ['incompleteUploadRetention', (incompleteUploadRetention) => UploadBucket.managed({ incompleteUploadRetention }), [Duration.days(1)],
    [[Duration.days(0), "'incompleteUploadRetention' must be whole days, at least 1, got 0 days [NOT_WHOLE_DAYS]"]]],
];

test.each(DURATIONS)('%s', (_property, make, valid, invalid) => expectLimit(make, valid, invalid));

const bytes = (got: number) => `'maxFileSize' must be between 1 and 53687091200000 whole bytes, got ${got} [OUT_OF_RANGE]`;

test('maxFileSize', () => expectLimit((maxFileSize: Size) => pipelineWith({ maxFileSize }), [Size.bytes(1), Size.gibibytes(50_000), Size.mebibytes(1.5)], [
  [Size.bytes(0), bytes(0)],
  [Size.bytes(50_000 * 1024 ** 3 + 1), bytes(53687091200001)],
  [Size.kibibytes(0.3), bytes(307.2)],
]));

test('contentTypes', () => expectLimit((contentTypes: string[]) => pipelineWith({ contentTypes }), [['text/csv'], ['*/*'], ['text/*'], ['application/vnd.ms-excel', 'x/y+z']], [
  [[], "'contentTypes' must name at least one content type, got none [NO_CONTENT_TYPES]"],
  ...['csv', 'Text/CSV', 'text/csv; charset=utf-8', 'text/c*', '*/csv', 'text/**', ''].map((type): [string[], string] =>
    [['text/csv', type], `'contentTypes' must be content types such as 'text/csv', families such as 'text/*', or '*/*' for any, got '${type}' [INVALID_CONTENT_TYPE]`]),
]));
