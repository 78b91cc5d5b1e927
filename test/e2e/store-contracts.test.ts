import { randomUUID } from 'node:crypto';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, PutItemCommand, ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import { LightDynamoDb } from '../../lambda-src/adapters/aws/dynamodb';
import { IdempotencyTable } from '../../lambda-src/adapters/tables/idempotency-table';
import { RecordTable } from '../../lambda-src/adapters/tables/record-table';
import { SessionTable } from '../../lambda-src/adapters/tables/session-table';
import { StatusTable } from '../../lambda-src/adapters/tables/status-table';
import { StoredItem } from '../../lambda-src/domain/records/record-json';
import { ensureEngine } from '../../tools/local-engine';
import { describeIdempotencyRecords } from '../support/contracts/idempotency-records';
import { describeRecordStore, SHARDS } from '../support/contracts/record-store';
import { describeSessionStore } from '../support/contracts/session-store';
import { describeUploadStore } from '../support/contracts/upload-store';
import { awsClients } from '../support/local-engine';

describe('with a DynamoDB', () => {
  let client: DynamoDBClient;
  beforeAll(async () => {
    await ensureEngine();
    client = awsClients().dynamodb;
  });
  const tables: string[] = [];
  afterAll(async () => {
    await Promise.all(tables.map((TableName) => client.send(new DeleteTableCommand({ TableName }))));
    client.destroy();
  });

  /** Keys as `name` for text and `name:N` for numbers; the first are the table's own. */
  async function createTable(keys: string[], indexes: Record<string, string[]>): Promise<string> {
    const TableName = `contract-${randomUUID()}`;
    const schema = (names: string[]) => names.map((name, at) => ({ AttributeName: name.split(':')[0], KeyType: at === 0 ? 'HASH' : 'RANGE' } as const));
    await client.send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: schema(keys),
      AttributeDefinitions: [...new Set([keys, ...Object.values(indexes)].flat())].map((name) => name.split(':')).map(([AttributeName, type = 'S']) =>
        ({ AttributeName, AttributeType: type as ScalarAttributeType })),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, names]) =>
        ({ IndexName, KeySchema: schema(names), Projection: { ProjectionType: 'ALL' } })),
    }));
    tables.push(TableName);
    return TableName;
  }

  const statusTable = () => createTable(['uploadId'], { recent: ['_list', '_pos'], deadline: ['deadlineShard', 'deadline'] });

  describeUploadStore('StatusTable', async () => new StatusTable(new LightDynamoDb(), await statusTable()));

  describeSessionStore('SessionTable', async () => {
    let now = new Date();
    const store = new SessionTable(new LightDynamoDb(), await statusTable(), () => now);
    return { store, setClock: (time) => { now = new Date(time); } };
  });

  describeIdempotencyRecords('IdempotencyTable', async () => new IdempotencyTable(new LightDynamoDb(), await statusTable()));
  // Powertools' own, which ours must be like.
  describeIdempotencyRecords('DynamoDBPersistenceLayer', async () => new DynamoDBPersistenceLayer({
    tableName: await statusTable(), keyAttr: 'uploadId', expiryAttr: '_ttl', awsSdkV3Client: client,
  }));

  describeRecordStore('RecordTable', async (items: StoredItem[]) => {
    const tableName = await createTable(['_pk', '_sk'], {
      'recent': ['_list', '_pos'], 'by-price': ['price:N', 'name'], 'by-name': ['name', 'size:N'],
    });
    await Promise.all(items.map((Item) => client.send(new PutItemCommand({ TableName: tableName, Item: Item as PutItemCommand['input']['Item'] }))));
    return new RecordTable(new LightDynamoDb(), { tableName, partitionKey: '_pk', sortKey: '_sk', recentIndex: { name: 'recent', shards: SHARDS } });
  });
});
