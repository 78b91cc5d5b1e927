import { WireItem } from '../../../../lambda-src/adapters/aws/dynamodb';
import { fromStatusItem, toStatusItem, uploadListPartition } from '../../../../lambda-src/adapters/tables/status-item';
import { StatusTable } from '../../../../lambda-src/adapters/tables/status-table';
import { positionOf } from '../../../../lambda-src/domain/lists/position';
import { anUpload } from '../../../support/fakes/uploads';
import { conditionFailed, dynamoDbAnswering } from '../aws/fake-dynamodb';

test('the item has the names of the upload, the keys of the indexes and no nulls', () => {
  const upload = anUpload(1);
  const item = toStatusItem(upload);
  expect(item).toMatchObject({
    uploadId: upload.uploadId,
    status: 'PENDING',
    deadline: upload.deadline,
    deadlineShard: '0',
    _list: expect.stringMatching(/^[0-3]$/),
    _pos: positionOf({ at: upload.createdAt, uploadId: upload.uploadId }),
  });
  expect(Object.values(item)).not.toContain(null);
  expect(fromStatusItem(item)).toEqual(upload);
});

test('an upload that has ended is not in the deadline index', () => {
  const item = toStatusItem(anUpload(1, { status: 'COMPLETED', deadline: null }));
  expect(item).not.toHaveProperty('deadline');
  expect(item).not.toHaveProperty('deadlineShard');
});

test('attributes of the processor are passed over', () => {
  expect(fromStatusItem({ ...toStatusItem(anUpload(1)), lease: { owner: 'x' }, fence: 7 })).toEqual(anUpload(1));
});

test('the uploads of tenants are in partitions of their own', () => {
  expect(uploadListPartition('-', '2')).toBe('2');
  expect(uploadListPartition('acme', '2')).toBe('acme#2');
});

describe('a write that meets an item with its id', () => {
  const meeting = (item?: WireItem) => new StatusTable(dynamoDbAnswering(() => { throw conditionFailed(item); }), 'status');
  const { tenantId, createdAt } = anUpload(1);

  test('succeeds when it is its own, sent twice because the first answer was lost', async () => {
    await expect(meeting({ tenantId: { S: tenantId }, createdAt: { S: createdAt } }).create(anUpload(1))).resolves.toBeUndefined();
  });

  test.each([
    ['of another time', { tenantId: { S: tenantId }, createdAt: { S: '2020-01-01T00:00:00.000Z' } }],
    ['of another tenant', { tenantId: { S: 'acme' }, createdAt: { S: createdAt } }],
    ['that is not shown', undefined],
  ])('fails when it is one %s', async (_, item) => {
    await expect(meeting(item).create(anUpload(1))).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
  });
});
