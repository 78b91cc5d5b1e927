import { LightDynamoDb } from '../../../../lambda-src/adapters/aws/dynamodb';
import { StatusTable } from '../../../../lambda-src/adapters/tables/status-table';
import { WorkTable } from '../../../../lambda-src/adapters/tables/work-table';
import { WorkLost } from '../../../../lambda-src/application/uploads/work-store';
import { untouched } from '../../../../lambda-src/domain/uploads/work';
import { describeWorkStore } from '../../../support/contracts/work-store';
import { InMemoryWork } from '../../../support/fakes/in-memory-work';
import { anUpload } from '../../../support/fakes/uploads';
import { withEngine } from '../../../support/with-engine';
import { conditionFailed, dynamoDbAnswering, losingAnswers } from '../aws/fake-dynamodb';

describeWorkStore('InMemoryWork', async () => {
  const store = new InMemoryWork();
  return { store, announce: async (upload) => store.announce(upload) };
});

describe('on the local engine', () => {
  const engine = withEngine();
  const client = new LightDynamoDb();

  const emptyTable = () => engine.resources.table(['uploadId'], { recent: ['_list', '_pos'], deadline: ['deadlineShard', 'deadline'] });
  const newId = () => crypto.randomUUID();

  describeWorkStore('WorkTable', async () => {
    const table = await emptyTable();
    const api = new StatusTable(client, table);
    return { store: new WorkTable(client, table, newId), announce: (upload) => api.create(upload) };
  });

  test('a write whose answer was lost is recognised when it is sent again', async () => {
    const table = await emptyTable();
    await new StatusTable(client, table).create(anUpload(1));
    const store = new WorkTable(losingAnswers(client), table, newId);
    const claimed = await store.save((await store.find(anUpload(1).uploadId))!);
    expect(claimed.revision).toBe(1);
    expect(await store.save(claimed)).toMatchObject({ revision: 2 });
    // Somebody else's write is still somebody else's.
    await expect(store.save(claimed)).rejects.toBeInstanceOf(WorkLost);
  });

  test('a stranger whose answer was lost is added once', async () => {
    const store = new WorkTable(losingAnswers(client), await emptyTable(), newId);
    await store.add(anUpload(1));
    expect((await store.find(anUpload(1).uploadId))!.upload).toEqual(anUpload(1));
  });
});

const work = (revision: number) => untouched(anUpload(1), revision);

test('other errors of the table are passed on', async () => {
  const store = new WorkTable(dynamoDbAnswering(() => { throw new Error('the table is down'); }), 'status', () => 'id');
  await expect(store.save(work(0))).rejects.toThrow('the table is down');
  await expect(store.add(anUpload(1))).rejects.toThrow('the table is down');
});

test('an upload that vanished while it was saved is lost', async () => {
  const vanished = dynamoDbAnswering((operation) => {
    if (operation === 'GetItem') return {};
    throw conditionFailed();
  });
  await expect(new WorkTable(vanished, 'status', () => 'id').save(work(3))).rejects.toBeInstanceOf(WorkLost);
});
