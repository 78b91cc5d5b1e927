import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IngestQueue, QueryTable, RecentIndex, RowTransform, StatusTable, Tenancy, UploadApi, UploadAuth, UploadBucket, UploadIngestPipeline, UploadIngestPipelineProps, UploadProcessor } from '../../../src';
import { pipelineInStack, warningIds } from '../support';

const queue = (stack: Stack) => sqs.Queue.fromQueueArn(stack, 'Mine', 'arn:aws:sqs:eu-west-1:111122223333:mine');
const known = { visibilityTimeout: Duration.hours(1), maxReceiveCount: 3 };

/** What each warning is about, and nothing else that would warn. */
const CASES: [id: string, props: (stack: Stack) => UploadIngestPipelineProps][] = [
  ['bucketEventBridge', (stack) => ({ bucket: UploadBucket.fromBucket(s3.Bucket.fromBucketName(stack, 'Mine', 'mine')) })],
  ['importedFunction', (stack) => ({ processor: UploadProcessor.fromFunction(lambda.Function.fromFunctionName(stack, 'Mine', 'mine')) })],
  ['importedKeyPolicy', (stack) => ({ encryptionKey: kms.Key.fromKeyArn(stack, 'Mine', 'arn:aws:kms:eu-west-1:111122223333:key/mine') })],
  ['importedQueuePolicy', (stack) => ({ queue: IngestQueue.fromQueue(queue(stack), known) })],
  ['noApi', () => ({ api: UploadApi.none() })],
  ['noAuthorization', () => ({ api: UploadApi.http({ auth: UploadAuth.none() }) })],
  ['noDeadLetterQueue', (stack) => ({ queue: IngestQueue.fromQueue(new sqs.Queue(stack, 'Mine', { visibilityTimeout: Duration.hours(1) })) })],
  ['queryTableIndexes', (stack) => ({
    queryTable: QueryTable.fromTable(dynamodb.Table.fromTableName(stack, 'Mine', 'mine'), { recentIndex: RecentIndex.sharded() }),
  })],
  ['transformTimeoutUnknown', (stack) => ({
    processor: UploadProcessor.records({ transform: RowTransform.function(lambda.Function.fromFunctionName(stack, 'Mine', 'mine')) }),
  })],
  ['statusTableIndexes', (stack) => ({ statusTable: StatusTable.fromTable(dynamodb.Table.fromTableName(stack, 'Mine', 'mine')) })],
];

test('a default stack has none', () => {
  expect(warningIds(pipelineInStack().stack)).toEqual([]);
});

test.each(CASES)('%s is said where it matters, once', (id, props) => {
  expect(warningIds(pipelineInStack(props).stack)).toEqual([id]);
});

test('queueTimeoutUnknown is said of an imported queue of which nothing is told', () => {
  expect(warningIds(pipelineInStack((stack) => ({ queue: IngestQueue.fromQueue(queue(stack)) })).stack)).toContain('queueTimeoutUnknown');
});

test('processorTimeoutUnknown is said of an imported function for which the queue may not wait', () => {
  const warned = (visibilityTimeout: Duration, timeout?: Duration) => warningIds(pipelineInStack((stack) => ({
    queue: IngestQueue.standard({ visibilityTimeout }),
    processor: UploadProcessor.fromFunction(lambda.Function.fromFunctionName(stack, 'Mine', 'mine'), { timeout }),
  })).stack);
  expect(warned(Duration.seconds(899))).toEqual(['importedFunction', 'processorTimeoutUnknown']);
  expect(warned(Duration.minutes(15))).toEqual(['importedFunction']);
  expect(warned(Duration.seconds(899), Duration.seconds(899))).toEqual(['importedFunction']);
});

test('handlerTimeoutUnknown is said of an imported function of which nothing is told', () => {
  const warned = (handlerTimeout?: Duration) => warningIds(pipelineInStack((stack) => ({
    processor: UploadProcessor.handler(lambda.Function.fromFunctionName(stack, 'Mine', 'mine'), { handlerTimeout }),
  })).stack);
  expect(warned()).toEqual(['handlerTimeoutUnknown', 'importedFunction']);
  expect(warned(Duration.minutes(1))).toEqual(['importedFunction']);
});

test('transformImports is said of a module that seems to load what will not be there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'transform-'));
  const warned = (source: string) => {
    writeFileSync(join(folder, 'a.js'), source);
    return warningIds(pipelineInStack(() => ({ processor: UploadProcessor.records({ transform: RowTransform.module(join(folder, 'a.js')) }) })).stack);
  };
  expect(warned("module.exports = require('lodash');")).toEqual(['transformImports']);
  expect(warned("module.exports = require('node:path');")).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('transformExports is said of a module that seems to export no function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'transform-'));
  const warned = (name: string, source: string) => {
    writeFileSync(join(folder, name), source);
    const transform = RowTransform.module(join(folder, name));
    return warningIds(pipelineInStack(() => ({ processor: UploadProcessor.records({ transform }) })).stack);
  };
  for (const source of ['const clean = (row) => row;', 'exports.transform = (row) => row;']) expect(warned('a.js', source)).toEqual(['transformExports']);
  for (const source of ['const clean = (row) => row;', 'export const clean = (row) => row;', 'module.exports = 1;']) {
    expect(warned('a.mjs', source)).toEqual(['transformExports']);
  }
  for (const source of [
    'module.exports = (row) => row;', "module['exports'] = (row) => row;", 'exports.default = (row) => row;',
    'Object.defineProperty(exports,"default",{value:(r)=>r});',
  ]) expect(warned('a.js', source)).toEqual([]);
  for (const source of ['export default (row) => row;', 'const f=(r)=>r;export{f as default};']) expect(warned('a.mjs', source)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('sharedTableTenancy is said of a query table of the user\'s when there are tenants', () => {
  const warned = (tenancy: Tenancy, queryTable?: (stack: Stack) => QueryTable) => warningIds(pipelineInStack((stack) => ({
    tenancy, queryTable: queryTable?.(stack), api: UploadApi.http({ auth: UploadAuth.jwt({ issuer: 'https://login.example.com', audiences: ['files'] }) }),
  })).stack);
  const mine = (stack: Stack) => QueryTable.fromTable(dynamodb.Table.fromTableName(stack, 'Mine', 'mine'));
  expect(warned(Tenancy.fromClaim('tenant'), mine)).toEqual(['sharedTableTenancy']);
  expect(warned(Tenancy.fromClaim('tenant'))).toEqual([]);
  expect(warned(Tenancy.single(), mine)).toEqual([]);
});

test('every id is tested here', () => {
  const source = readFileSync(join(__dirname, '..', '..', '..', 'src', 'private', 'warnings.ts'), 'utf8');
  const ids = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, id]) => id);
  expect(ids).toEqual([...CASES.map(([id]) => id), 'handlerTimeoutUnknown', 'processorTimeoutUnknown', 'queueTimeoutUnknown', 'sharedTableTenancy', 'transformExports', 'transformImports'].sort());
});

test('a warning can be acknowledged', () => {
  const stack = new Stack(new App(), 'S');
  const pipeline = new UploadIngestPipeline(stack, 'X', { api: UploadApi.http({ auth: UploadAuth.none() }) });
  Annotations.of(pipeline).acknowledgeWarning('cdk-upload-ingest:noAuthorization');
  expect(warningIds(stack)).toEqual([]);
});
