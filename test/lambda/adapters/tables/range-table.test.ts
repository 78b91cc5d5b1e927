import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { LightDynamoDb } from '../../../../lambda-src/adapters/aws/dynamodb';
import { RangeTable } from '../../../../lambda-src/adapters/tables/range-table';
import { StatusTable } from '../../../../lambda-src/adapters/tables/status-table';
import { WorkTable } from '../../../../lambda-src/adapters/tables/work-table';
import { RangeLost } from '../../../../lambda-src/application/fan-out/range-store';
import { transition } from '../../../../lambda-src/domain/uploads/upload';
import { uploadJson } from '../../../../lambda-src/handlers/http/upload-json';
import { aRange, describeRangeStore } from '../../../support/contracts/range-store';
import { InMemoryRanges } from '../../../support/fakes/in-memory-ranges';
import { anUpload } from '../../../support/fakes/uploads';
import { withEngine } from '../../../support/with-engine';
import { conditionFailed, dynamoDbAnswering, losingAnswers } from '../aws/fake-dynamodb';

const AT = '2026-01-01T01:00:00.000Z';
const ports = { newId: () => crypto.randomUUID(), now: () => new Date(AT) };

describeRangeStore('InMemoryRanges', async () => new InMemoryRanges());

describe('on the local engine', () => {
  const engine = withEngine();
  const client = new LightDynamoDb();

  describeRangeStore('RangeTable', async () => new RangeTable(client, await engine.resources.table(['uploadId']), ports));

  test('a write whose answer was lost is recognised when it is sent again', async () => {
    const store = new RangeTable(losingAnswers(client), await engine.resources.table(['uploadId']), ports);
    const first = await store.save(aRange(1));
    const second = await store.save(first);
    expect(second.revision).toBe(2);
    // Somebody else's write is still somebody else's.
    await expect(store.save(first)).rejects.toBeInstanceOf(RangeLost);
  });

  test('a range is a helper item that goes after some time', async () => {
    const table = await engine.resources.table(['uploadId']);
    await new RangeTable(client, table, ports).save(aRange(4));
    const { Item } = await engine.clients.dynamodb.send(new GetItemCommand({ TableName: table, Key: { uploadId: { S: 'range#u1-3#4' } } }));
    expect(Item!._ttl).toEqual({ N: String(Date.parse(AT) / 1000 + 60 * 24 * 3600) });
  });

  describe('progress', () => {
    async function fannedOut(now = AT) {
      const table = await engine.resources.table(['uploadId']);
      const upload = anUpload(1);
      await new StatusTable(client, table).create(upload);
      const uploads = new WorkTable(client, table, ports.newId);
      const uploaded = transition({ ...upload, progress: { bytes: 0, totalBytes: 100 } }, 'UPLOADED', AT, AT);
      const found = (await uploads.find(upload.uploadId))!;
      const work = await uploads.save({ ...found, upload: transition(uploaded, 'PROCESSING', AT, AT), execution: 'e' });
      return { uploads, work, ranges: new RangeTable(client, table, { ...ports, now: () => new Date(now) }), fanOut: { uploadId: upload.uploadId, execution: 'e' } };
    }

    test('adds up, and gets in the way of nobody who changes the upload', async () => {
      const { uploads, work, ranges, fanOut } = await fannedOut();
      expect(await ranges.addProgress(fanOut, { bytes: 10, rows: 3, rejected: 0 })).toEqual({ bytes: 10, rows: 3, rejected: 0 });
      expect(await ranges.addProgress(fanOut, { bytes: 20, rows: 4, rejected: 2 })).toEqual({ bytes: 30, rows: 7, rejected: 2 });
      const found = (await uploads.find(fanOut.uploadId))!;
      expect(found.revision).toBe(work.revision);
      expect(found.upload).toMatchObject({ progress: { bytes: 30, totalBytes: 100, rows: 7 }, updatedAt: AT });
      await expect(uploads.save({ ...work, upload: found.upload })).resolves.toMatchObject({ revision: work.revision + 1 });
      // Whoever has changed the upload has taken what was added up with it.
      expect(await ranges.addProgress(fanOut, { bytes: 1, rows: 1, rejected: 1 })).toEqual({ bytes: 31, rows: 8, rejected: 3 });
    });

    test('shows whoever asks how fast it goes, and until when', async () => {
      const { uploads, ranges, fanOut } = await fannedOut('2026-01-01T01:00:10.000Z');
      await ranges.addProgress(fanOut, { bytes: 10, rows: 30, rejected: 1 });
      await ranges.addProgress(fanOut, { bytes: 15, rows: 20, rejected: 1 });
      // Of rejects nothing is said before they are counted.
      expect(uploadJson((await uploads.find(fanOut.uploadId))!.upload)).toHaveProperty('progress', {
        bytes: 25, totalBytes: 100, rows: 50, rowsPerSecond: 5, estimatedEnd: '2026-01-01T01:00:40.000Z',
      });
    });

    test('is none of an upload that has ended, is worked on by another fan-out, or is not there', async () => {
      const { uploads, work, ranges, fanOut } = await fannedOut();
      expect(await ranges.addProgress({ ...fanOut, execution: 'f' }, { bytes: 1, rows: 1, rejected: 0 })).toBeUndefined();
      expect(await ranges.addProgress({ ...fanOut, uploadId: 'nobody' }, { bytes: 1, rows: 1, rejected: 0 })).toBeUndefined();
      await uploads.save({ ...work, upload: transition(work.upload, 'FAILED', AT) });
      expect(await ranges.addProgress(fanOut, { bytes: 1, rows: 1, rejected: 0 })).toBeUndefined();
    });

    test('stays when somebody takes the right to end the upload, and gives it back with what was missing', async () => {
      const { uploads, work, ranges, fanOut } = await fannedOut();
      const lease = { holder: 'a', until: '2026-01-01T01:01:00.000Z' };
      expect(await ranges.take(fanOut, lease)).toBe(0);
      await ranges.addProgress(fanOut, { bytes: 10, rows: 3, rejected: 9 });
      // It is still one's own.
      expect(await ranges.take(fanOut, lease)).toBe(9);
      expect(await ranges.take(fanOut, { ...lease, holder: 'b' })).toBeUndefined();
      expect(await ranges.take({ ...fanOut, execution: 'f' }, lease)).toBeUndefined();
      await ranges.addProgress(fanOut, { bytes: 5, rows: 2, rejected: 1 });
      await ranges.giveBack(fanOut, 'b', 100);
      expect((await uploads.find(fanOut.uploadId))!.lease).toEqual(lease);
      await ranges.giveBack(fanOut, 'a', -4);
      await ranges.giveBack(fanOut, 'a', -4);
      const found = (await uploads.find(fanOut.uploadId))!;
      expect(found).toMatchObject({ lease: null, upload: { progress: { bytes: 15, rows: 5, rejected: 6 } } });
      // Whoever has read the upload before looks again.
      expect(found.revision).toBe(work.revision + 3);
      expect(await ranges.take(fanOut, { holder: 'b', until: AT })).toBe(6);
      // Its time is over.
      expect(await ranges.take(fanOut, { holder: 'c', until: AT })).toBe(6);
    });
  });
});

test('a right that somebody else has, or that is over, is none: no error', async () => {
  const store = new RangeTable(dynamoDbAnswering(() => { throw conditionFailed(); }), 'status', ports);
  await expect(store.take({ uploadId: 'u', execution: 'e' }, { holder: 'a', until: AT })).resolves.toBeUndefined();
  await expect(store.giveBack({ uploadId: 'u', execution: 'e' }, 'a', 1)).resolves.toBeUndefined();
});

test('other errors of the table are passed on', async () => {
  const store = new RangeTable(dynamoDbAnswering(() => { throw new Error('the table is down'); }), 'status', ports);
  await expect(store.save(aRange(0))).rejects.toThrow('the table is down');
  await expect(store.addProgress({ uploadId: 'u', execution: 'e' }, { bytes: 1, rows: 1, rejected: 0 })).rejects.toThrow('the table is down');
  await expect(store.take({ uploadId: 'u', execution: 'e' }, { holder: 'a', until: AT })).rejects.toThrow('the table is down');
  await expect(store.giveBack({ uploadId: 'u', execution: 'e' }, 'a', 1)).rejects.toThrow('the table is down');
});
