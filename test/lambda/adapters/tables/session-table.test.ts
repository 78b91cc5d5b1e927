import { SessionTable } from '../../../../lambda-src/adapters/tables/session-table';
import { dynamoDbAnswering } from '../aws/fake-dynamodb';

// test/e2e holds it to the contract of session stores, on a real table.
test('a session is an item that no list and no deadline shows, and that ends by itself, never too early', async () => {
  const inputs: unknown[] = [];
  const table = new SessionTable(dynamoDbAnswering((_, input) => {
    inputs.push(input);
    return {};
  }), 'status');
  await table.create({ tokenHash: 'abc', tenantId: 'acme', owner: null, expiresAt: '2026-01-01T00:00:00.001Z' });
  expect(inputs).toEqual([{
    TableName: 'status',
    Item: { uploadId: { S: 'session#abc' }, tenantId: { S: 'acme' }, expiresAt: { S: '2026-01-01T00:00:00.001Z' }, _ttl: { N: '1767225601' } },
  }]);
});
