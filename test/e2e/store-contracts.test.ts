import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, PutItemCommand, ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RecordTable } from '../../lambda-src/adapters/record-table';
import { StatusTable } from '../../lambda-src/adapters/status-table';
import { StoredItem } from '../../lambda-src/domain/record-json';
import { ensureEngine } from '../../tools/local-engine';
import { describeRecordStore, SHARDS } from '../support/contracts/record-store';
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

  describeUploadStore('StatusTable', async () => {
    const table = await createTable(['uploadId'], { recent: ['_list', '_pos'], deadline: ['deadlineShard', 'deadline'] });
    return new StatusTable(DynamoDBDocumentClient.from(client), table);
  });

  describeRecordStore('RecordTable', async (items: StoredItem[]) => {
    const tableName = await createTable(['_pk', '_sk'], {
      'recent': ['_list', '_pos'], 'by-price': ['price:N', 'name'], 'by-name': ['name', 'size:N'],
    });
    await Promise.all(items.map((Item) => client.send(new PutItemCommand({ TableName: tableName, Item: Item as PutItemCommand['input']['Item'] }))));
    return new RecordTable(client, { tableName, partitionKey: '_pk', sortKey: '_sk', recentIndex: { name: 'recent', shards: SHARDS } });
  });
});
