import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDb, Input } from '../../../../lambda-src/adapters/aws/dynamodb';
import { IdempotencyTable } from '../../../../lambda-src/adapters/tables/idempotency-table';
import { conditionFailed, dynamoDbAnswering } from '../aws/fake-dynamodb';

function layerOn(client: DynamoDb): IdempotencyTable {
  const layer = new IdempotencyTable(client, 'status');
  layer.configure({ config: new IdempotencyConfig({}) });
  return layer;
}

// test/e2e holds it to what Powertools expects, on a real table.
test('a write whose answer was lost is recognised when it is sent again', async () => {
  const inputs: Input<'PutItem'>[] = [];
  const layer = layerOn(dynamoDbAnswering((_, input) => {
    inputs.push(input as Input<'PutItem'>);
    throw conditionFailed(inputs[0].Item);
  }));
  await layer.saveInProgress('request', 1000);
  // Somebody else's is still somebody else's.
  await expect(layer.saveInProgress('request', 1000)).rejects.toMatchObject({ name: 'IdempotencyItemAlreadyExistsError' });
});

test('an item in the way that is not shown is somebody else\'s', async () => {
  const layer = layerOn(dynamoDbAnswering(() => { throw conditionFailed(); }));
  await expect(layer.saveInProgress('request', 1000)).rejects.toMatchObject({ name: 'IdempotencyItemAlreadyExistsError', existingRecord: undefined });
});

test('other errors of the table are passed on', async () => {
  const layer = layerOn(dynamoDbAnswering(() => { throw new Error('the table is down'); }));
  await expect(layer.saveInProgress('request', 1000)).rejects.toThrow('the table is down');
});

test('a record is an item that no list and no deadline shows, and that ends by itself', async () => {
  const inputs: Input<'PutItem'>[] = [];
  await layerOn(dynamoDbAnswering((_, input) => {
    inputs.push(input as Input<'PutItem'>);
    return {};
  })).saveInProgress('request', 1000);
  const [{ Item }] = inputs;
  expect(Item).toMatchObject({ uploadId: { S: expect.stringMatching(/^idempotency#/) }, _ttl: { N: expect.stringMatching(/^\d{10}$/) } });
  expect(Object.keys(Item!).sort()).toEqual(['_ttl', 'in_progress_expiration', 'status', 'uploadId', 'writeId']);
});
