import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Column, IngestQueue, QueryTable, RecordIndex, RecordSchema, Tenancy, UploadApi, UploadAuth, UploadIngestPipelineProps, UploadProcessor } from '../../../src';
import { environment, pipelineInStack, recordModelOf, templateOf, userFunction } from '../support';

const auth = UploadAuth.jwt({ issuer: 'https://login.example.com', audiences: ['files'] });
const PRICES: UploadIngestPipelineProps = {
  processor: UploadProcessor.records({
    schema: RecordSchema.of([Column.string('name'), Column.decimal('price')]),
    indexes: [
      RecordIndex.of({ indexName: 'by-name', partitionKey: 'name', sortKey: 'price' }), RecordIndex.of({ indexName: 'by-price', partitionKey: 'price' }),
    ],
  }),
};
const tenants: UploadIngestPipelineProps = { ...PRICES, api: UploadApi.http({ auth }), tenancy: Tenancy.fromClaim('tenant') };

const keys = (...names: string[]) => names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }));

test('with tenants an index selects records by an attribute of ours, which is text', () => {
  templateOf(() => tenants).hasResourceProperties('AWS::DynamoDB::Table', {
    GlobalSecondaryIndexes: Match.arrayWith([
      Match.objectLike({ IndexName: 'by-name', KeySchema: keys('_ix_by-name', 'price') }),
      Match.objectLike({ IndexName: 'by-price', KeySchema: keys('_ix_by-price') }),
    ]),
    AttributeDefinitions: Match.arrayWith([
      { AttributeName: '_ix_by-name', AttributeType: 'S' }, { AttributeName: 'price', AttributeType: 'N' }, { AttributeName: '_ix_by-price', AttributeType: 'S' },
    ]),
  });
});

test('without tenants an index is over the columns themselves', () => {
  templateOf(() => PRICES).hasResourceProperties('AWS::DynamoDB::Table', {
    GlobalSecondaryIndexes: Match.arrayWith([
      Match.objectLike({ IndexName: 'by-name', KeySchema: keys('name', 'price') }),
      Match.objectLike({ IndexName: 'by-price', KeySchema: keys('price') }),
    ]),
  });
});

test('processor and query API know that keys begin with the tenant, and all work goes through jobs', () => {
  const made = pipelineInStack(() => tenants);
  expect(recordModelOf(made)).toMatchObject({ tenancy: true });
  expect(environment(made, 'Processor').QUEUES_JOBS).toBe('true');
  const single = pipelineInStack(() => ({ ...PRICES, tenancy: Tenancy.single() }));
  expect(recordModelOf(single)).not.toHaveProperty('tenancy');
  expect(environment(single, 'Processor').QUEUES_JOBS).toBe('false');
});

test('the records of a handler have tenants, too, and go well with a FIFO queue', () => {
  const made = pipelineInStack((stack) => ({
    ...tenants, queue: IngestQueue.fifo(), processor: UploadProcessor.handler(userFunction(stack)),
  }));
  expect(recordModelOf(made)).toMatchObject({ tenancy: true });
});

describe('records that are kept for some time', () => {
  const retention = (table?: QueryTable) => environment(pipelineInStack(() => ({ queryTable: table })), 'Processor').RECORD_RETENTION_SECONDS;

  test('the processor is told for how long', () => {
    expect(retention()).toBe('0');
    expect(retention(QueryTable.managed({ recordRetention: Duration.days(30) }))).toBe('2592000');
    const made = pipelineInStack((stack) => ({
      queryTable: QueryTable.fromTable(dynamodb.Table.fromTableName(stack, 'Mine', 'mine'), { recordRetention: Duration.days(1) }),
    }));
    expect(environment(made, 'Processor').RECORD_RETENTION_SECONDS).toBe('86400');
  });

  test('both tables let DynamoDB delete items by their time', () => {
    const template = Template.fromStack(pipelineInStack().stack);
    template.resourcePropertiesCountIs('AWS::DynamoDB::Table', { TimeToLiveSpecification: { AttributeName: '_ttl', Enabled: true } }, 2);
  });
});
