import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Column, QueryTable, RecentIndex, RecordIndex, RecordSchema, StatusTable, UploadProcessor } from '../../../src';
import { ENV, environment, permissions, pipelineInStack, templateOf, userFunction, warningIds } from '../support';

const STRING = dynamodb.AttributeType.STRING;
const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/mine';
const table = (scope: Stack) => new dynamodb.TableV2(scope, 'Mine', { partitionKey: { name: 'id', type: STRING } });
const byCity = () => UploadProcessor.records({
  schema: RecordSchema.of([Column.string('city'), Column.decimal('price'), Column.date('day')]),
  indexes: [
    RecordIndex.of({ indexName: 'by-city', partitionKey: 'city', sortKey: 'price' }),
    RecordIndex.of({ indexName: 'by-day', partitionKey: 'day' }),
  ],
});

const OWNED = (scope: Stack) => table(scope);
const BY_NAME = (scope: Stack) => dynamodb.Table.fromTableName(scope, 'Mine', 'mine');
const BY_ARN = (scope: Stack) => dynamodb.Table.fromTableArn(scope, 'Mine', ARN);
const OTHER_STACK = (scope: Stack) => table(new Stack(scope.node.root as App, 'Other', { env: ENV }));
const VARIANTS: [string, (scope: Stack) => dynamodb.ITable, string][] = [
  ['of the same stack', OWNED, 'Mine.Arn'],
  ['imported by name', BY_NAME, 'arn:aws:dynamodb:eu-west-1:111122223333:table/mine'.replace('aws:', 'AWS::Partition:')],
  ['imported by ARN', BY_ARN, ARN],
  ['of another stack', OTHER_STACK, '{"Fn::ImportValue":'],
];

describe('managed query table', () => {
  test('has an index for the newest records, spread over four shards', () => {
    const made = pipelineInStack();
    Template.fromStack(made.stack).hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: '_pk', KeyType: 'HASH' }, { AttributeName: '_sk', KeyType: 'RANGE' }],
      GlobalSecondaryIndexes: [{
        IndexName: 'recent',
        KeySchema: [{ AttributeName: '_list', KeyType: 'HASH' }, { AttributeName: '_pos', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'ALL' },
      }],
    });
    expect(environment(made, 'QueryApi')).toMatchObject({ QUERY_RECENT_INDEX: 'recent', QUERY_SHARDS: '4' });
    expect(environment(made, 'Processor')).toMatchObject({ QUERY_SHARDS: '4', QUERY_PARTITION_KEY: '_pk', QUERY_SORT_KEY: '_sk' });
  });

  test('has none of it when that is asked', () => {
    const made = pipelineInStack(() => ({ queryTable: QueryTable.managed({ recentIndex: RecentIndex.none() }) }));
    Template.fromStack(made.stack).hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: Match.arrayWith([{ AttributeName: '_pk', KeyType: 'HASH' }]), GlobalSecondaryIndexes: Match.absent(),
    });
    expect(environment(made, 'QueryApi')).toMatchObject({ QUERY_RECENT_INDEX: '', QUERY_SHARDS: '0' });
  });

  test('has the declared indexes, numbers as numbers', () => {
    templateOf(() => ({ processor: byCity() })).hasResourceProperties('AWS::DynamoDB::Table', {
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'city', AttributeType: 'S' }, { AttributeName: 'price', AttributeType: 'N' }]),
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'recent' }),
        Match.objectLike({
          IndexName: 'by-city', KeySchema: [{ AttributeName: 'city', KeyType: 'HASH' }, { AttributeName: 'price', KeyType: 'RANGE' }],
        }),
        Match.objectLike({ IndexName: 'by-day', KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }] }),
      ],
    });
  });

  describe('has up to 20 indexes, with the recent one', () => {
    const withIndexes = (count: number, recentIndex?: RecentIndex) => () => pipelineInStack(() => ({
      queryTable: QueryTable.managed({ recentIndex }),
      processor: UploadProcessor.records({
        schema: RecordSchema.of([Column.string('city')]),
        indexes: Array.from({ length: count }, (_, at) => RecordIndex.of({ indexName: `index-${at}`, partitionKey: 'city' })),
      }),
    }));
    const message = "'indexes' must be at most 20 together with the recent index, which is what DynamoDB gives to a table, got 21 [TOO_MANY_INDEXES]";

    test('by default', () => {
      expect(withIndexes(19)).not.toThrow();
      expect(withIndexes(20)).toThrow(new Error(message));
    });

    test('or without', () => {
      expect(withIndexes(20, RecentIndex.none())).not.toThrow();
      expect(withIndexes(21, RecentIndex.none())).toThrow(new Error(message));
    });
  });

  test('is warm in all its indexes', () => {
    const warm = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 40_000 };
    templateOf(() => ({
      queryTable: QueryTable.managed({
        recentIndex: RecentIndex.sharded(40), warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 40_000 },
      }),
      processor: byCity(),
    })).hasResourceProperties('AWS::DynamoDB::Table', {
      WarmThroughput: warm, GlobalSecondaryIndexes: [1, 2, 3].map(() => Match.objectLike({ WarmThroughput: warm })),
    });
  });

  test('is capped as asked, its indexes too', () => {
    const cap = { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 100 };
    templateOf(() => ({ queryTable: QueryTable.managed({ maxReadRequestUnits: 50, maxWriteRequestUnits: 100 }) }))
      .hasResourceProperties('AWS::DynamoDB::Table', {
        BillingMode: 'PAY_PER_REQUEST', OnDemandThroughput: cap, GlobalSecondaryIndexes: [Match.objectLike({ OnDemandThroughput: cap })],
      });
  });
});

describe("the user's query table", () => {
  test.each(VARIANTS)('%s holds the records, and the permissions are on it and on the declared indexes', (_case, make, arn) => {
    const made = pipelineInStack((scope) => ({ queryTable: QueryTable.fromTable(make(scope)), processor: byCity() }), { env: ENV });
    const { app, stack, pipeline } = made;
    expect(() => app.synth()).not.toThrow();
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 1);
    const lines = permissions(stack, pipeline.node.findChild('QueryApiRole')).slice(5);
    expect(lines).toHaveLength(2);
    expect(lines[0].startsWith(`dynamodb:GetItem,dynamodb:Query on ${arn}`)).toBe(true);
    expect(lines[1].startsWith(`dynamodb:Query on ${arn}`)).toBe(true);
    expect(lines[1]).toMatch(/\/index\/by-city,.*\/index\/by-day$/);
    expect(warningIds(stack)).toEqual(['queryTableIndexes']);
  });

  test('has keys of its own names, and no recent index unless that is said', () => {
    const made = pipelineInStack((scope) => ({ queryTable: QueryTable.fromTable(table(scope), { partitionKeyName: 'id', sortKeyName: 'at' }) }));
    const expected = { QUERY_PARTITION_KEY: 'id', QUERY_SORT_KEY: 'at', QUERY_SHARDS: '0' };
    expect(environment(made, 'Processor')).toMatchObject(expected);
    expect(environment(made, 'QueryApi')).toMatchObject({ ...expected, QUERY_RECENT_INDEX: '' });
    expect(warningIds(made.stack)).toEqual([]);
  });

  test('has a recent index when that is said', () => {
    const made = pipelineInStack((scope) => ({ queryTable: QueryTable.fromTable(table(scope), { recentIndex: RecentIndex.sharded(8) }) }));
    expect(environment(made, 'QueryApi')).toMatchObject({ QUERY_RECENT_INDEX: 'recent', QUERY_SHARDS: '8' });
    expect(warningIds(made.stack)).toEqual(['queryTableIndexes']);
  });

  test('may have a key that is a column when the key is just that column', () => {
    expect(() => pipelineInStack((scope) => ({
      queryTable: QueryTable.fromTable(table(scope), { partitionKeyName: 'city' }), processor: byCity(),
    }))).toThrow("'partitionKeyName' of the query table must not be a column of the schema unless the key is just '{city}', got 'city' with the key '{uploadId}#{row}' [RESERVED_COLUMN]");
  });
});

describe('status table', () => {
  test('has an index for the newest uploads and one for those with a deadline', () => {
    templateOf().hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'uploadId', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'recent', KeySchema: [{ AttributeName: '_list', KeyType: 'HASH' }, { AttributeName: '_pos', KeyType: 'RANGE' }] }),
        Match.objectLike({
          IndexName: 'deadline', KeySchema: [{ AttributeName: 'deadlineShard', KeyType: 'HASH' }, { AttributeName: 'deadline', KeyType: 'RANGE' }],
        }),
      ],
    });
  });

  test('is capped as asked', () => {
    templateOf(() => ({ statusTable: StatusTable.managed({ maxWriteRequestUnits: 100 }) }))
      .hasResourceProperties('AWS::DynamoDB::Table', { OnDemandThroughput: { MaxWriteRequestUnits: 100 } });
  });

  test.each(VARIANTS)("the user's %s holds the uploads, and the permissions are on it and its indexes", (_case, make, arn) => {
    const { app, stack, pipeline } = pipelineInStack((scope) => ({
      statusTable: StatusTable.fromTable(make(scope)), processor: UploadProcessor.fromFunction(userFunction(scope, 'Worker')),
    }), { env: ENV });
    expect(() => app.synth()).not.toThrow();
    const lines = permissions(stack, pipeline.node.findChild('QueryApiRole')).slice(3, 5);
    expect(lines[0].startsWith(`dynamodb:GetItem on ${arn}`)).toBe(true);
    expect(lines[1].startsWith(`dynamodb:Query on ${arn}`)).toBe(true);
    expect(lines[1].endsWith('/index/recent')).toBe(true);
    expect(warningIds(stack)).toEqual(['statusTableIndexes']);
  });
});
