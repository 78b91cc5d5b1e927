import { AwsError } from '../../../../lambda-src/adapters/aws/aws-error';
import { Input } from '../../../../lambda-src/adapters/aws/dynamodb';
import { RecordTable, RecordTableProps } from '../../../../lambda-src/adapters/tables/record-table';
import { PRICE_INDEX } from '../../../support/contracts/record-store';
import { dynamoDbAnswering } from '../aws/fake-dynamodb';

const PROPS = { tableName: 'records', partitionKey: 'id', sortKey: 'version', recentIndex: { name: 'recent', shards: 2 } };

/** A table whose client answers every query by a function. */
function tableAnswering(answer: (query: Input<'Query'>) => object, props: Partial<RecordTableProps> = {}): RecordTable {
  return new RecordTable(dynamoDbAnswering((_, input) => answer(input as Input<'Query'>)), { ...PROPS, ...props });
}

function refuse(code: string): never {
  throw new AwsError({ service: 'dynamodb', operation: 'Query', status: 400, code, message: 'refused by DynamoDB' });
}

test('a key that DynamoDB refuses to start from is an invalid cursor', async () => {
  const table = tableAnswering(() => refuse('ValidationException'));
  await expect(table.byPartition('a', { limit: 1, after: 'x' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  await expect(table.byIndex(PRICE_INDEX, '1', { limit: 1, after: { p: 'a', s: 'b', i: 'c' } })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});

test('without a cursor the same refusal, or with one any other, is an error of ours', async () => {
  await expect(tableAnswering(() => refuse('ValidationException')).byPartition('a', { limit: 1 })).rejects.toThrow('refused by DynamoDB');
  await expect(tableAnswering(() => refuse('ThrottlingException')).byPartition('a', { limit: 1, after: 'x' })).rejects.toThrow('refused by DynamoDB');
});

test.each([[{}], [{ p: 'a', s: 'b' }], [{ p: 'a', s: 'b', x: 'c' }], [{ p: 'a', s: 'b', i: '' }]])('%j is no key of the index', async (after) => {
  const table = tableAnswering(() => { throw new Error('must not be asked'); });
  await expect(table.byIndex(PRICE_INDEX, '1', { limit: 1, after: after as Record<string, string> })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});

test('a query of an index names only the keys, with the types of their columns', async () => {
  const inputs: unknown[] = [];
  const table = tableAnswering((input) => {
    inputs.push(input);
    return {};
  });
  await table.byIndex(PRICE_INDEX, '1.5', { limit: 10, after: { p: 'a', s: 'b', i: 'c' } });
  expect(inputs).toEqual([{
    TableName: 'records',
    IndexName: 'by-price',
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': 'price' },
    ExpressionAttributeValues: { ':key': { N: '1.5' } },
    ExclusiveStartKey: { id: { S: 'a' }, version: { S: 'b' }, price: { N: '1.5' }, name: { S: 'c' } },
    Limit: 11,
  }]);
});

test('a page that DynamoDB cut at 1 MB goes on where it was cut', async () => {
  const table = tableAnswering(() => ({
    Items: [{ id: { S: 'a' }, version: { S: '1' } }], LastEvaluatedKey: { id: { S: 'a' }, version: { S: '1' } },
  }));
  expect(await table.byPartition('a', { limit: 10 })).toEqual({ items: [{ id: 'a', version: '1' }], next: '1' });
});

test('each shard of the recent index is asked for its share', async () => {
  const limits: unknown[] = [];
  await tableAnswering((input) => {
    limits.push([input.ExpressionAttributeValues?.[':list'], input.Limit]);
    return {};
  }).recent({ limit: 100, prefix: '' });
  expect(limits).toEqual([[{ S: '0' }, 72], [{ S: '1' }, 72]]);
});

test('without a recent index nothing is listed', () => {
  expect(tableAnswering(() => ({}), { recentIndex: null }).listsRecent).toBe(false);
});
