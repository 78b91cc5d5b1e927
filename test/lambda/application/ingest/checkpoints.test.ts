import { LastAttemptFailed } from '../../../../lambda-src/application/ingest/process-upload';
import { RejectStore } from '../../../../lambda-src/application/ingest/reject-store';
import { DROPPED, RowTransform } from '../../../../lambda-src/application/transform/row-transform';
import { again } from '../../../../lambda-src/domain/uploads/work';
import { CSV, RecordModel } from '../../../../src/private/contract';
import { etagOf, IngestWorld, Twist } from '../../../support/fakes/ingest-world';
import { Invocation } from '../../../support/fakes/invocation';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const LATER = '2026-01-02T00:00:00.000Z';
const MODEL: Partial<RecordModel> = { columns: [column('name', 'string'), column('price', 'integer')], keys: { partitionKey: '{row}', sortKey: 'X' } };
const ROWS = 400;
const NOTE = '.'.repeat(400);
const csv = (rows = ROWS, note = NOTE) => `name,price\n${Array.from({ length: rows }, (_, row) => `${note}${row},${row % 50 === 7 ? 'x' : row}\n`).join('')}`;

function world(model: Partial<RecordModel> = {}): IngestWorld {
  const made = new IngestWorld(recordModel({ ...MODEL, ...model })).put(csv());
  made.chunkSize = 10_000;
  made.writeMilliseconds = 1_000;
  return made;
}

/** An invocation that hands over after some of the rows. */
async function handOver(made: IngestWorld, circumstances = {}): Promise<void> {
  expect(await made.deliver({ stopAt: new Date(made.clock + 20_000) }, circumstances)).toEqual({ outcome: 'queued' });
  const { checkpoint } = made.work.get(made.upload.uploadId);
  expect(checkpoint).toMatchObject({ pass: 'writing', file: 0 });
  expect(checkpoint!.at.counts.total).toBeGreaterThan(50);
  expect(made.upload.counts).toEqual(checkpoint!.at.counts);
}

const expectAll = ({ upload, table, rejects, key }: IngestWorld) => {
  expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: ROWS, accepted: ROWS - 8, rejected: 8 } });
  expect(Object.keys(table.records())).toHaveLength(ROWS - 8);
  expect(rejects.get(key)!.slice(1).map(([, , row]) => Number(row))).toEqual([8, 58, 108, 158, 208, 258, 308, 358]);
};

test('what is before the checkpoint is not read again, and what is after it is counted once', async () => {
  const made = world();
  await handOver(made);
  const { offset } = made.work.get(made.upload.uploadId).checkpoint!.at;
  made.readings.length = 0;
  expect(await made.deliverJob()).toMatchObject({ outcome: 'completed' });
  expectAll(made);
  expect(made.readings.at(-1)!.from).toBe(offset);
});

test('the upload shows how far it is, and when it will be done', async () => {
  const made = world();
  await handOver(made);
  const { bytes, totalBytes, rows, rowsPerSecond, estimatedEnd } = made.upload.progress;
  expect(totalBytes).toBe(csv().length);
  expect(bytes).toBeGreaterThan(0);
  expect(rows).toBe(made.upload.counts!.total);
  expect(rowsPerSecond).toBeGreaterThan(0);
  expect(estimatedEnd! > made.upload.updatedAt).toBe(true);
  await made.deliverJob();
  expect(made.upload.progress).toEqual({ bytes: totalBytes, totalBytes });
});

describe('between two checkpoints', () => {
  test.each([['with', true], ['without', false]])('a file that was replaced ends the upload clearly, %s an ETag in its message', async (_, says) => {
    const made = world();
    await handOver(made, says ? { etag: etagOf(made.files.get(made.key)!) } : {});
    made.put(csv(ROWS, 'other'));
    expect(await made.deliverJob()).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
    expect(made.upload).toMatchObject({ status: 'FAILED', error: { code: 'FILE_REPLACED' } });
  });

  test('so does one that was deleted', async () => {
    const made = world();
    await handOver(made);
    made.files.delete(made.key);
    expect(await made.deliverJob()).toEqual({ outcome: 'failed', code: 'FILE_NOT_FOUND' });
  });

  test('so does one that is replaced or deleted while it is read', async () => {
    for (const [change, code] of [[(made: IngestWorld) => made.put('x'), 'FILE_REPLACED'], [(made: IngestWorld) => made.files.delete(made.key), 'FILE_NOT_FOUND']] as const) {
      const made = world();
      made.takes = (records) => {
        change(made);
        return records;
      };
      expect(await made.deliver()).toEqual({ outcome: 'failed', code });
    }
  });

  test('nor are records of two files mixed when the first attempt ended before its first checkpoint', async () => {
    const made = world();
    const invocation = new Invocation(16, 'killed');
    await Promise.race([made.deliver({}, { invocation }), invocation.killed]);
    expect(made.work.get(made.upload.uploadId).checkpoint).toBeNull();
    expect(Object.keys(made.table.records()).length).toBeGreaterThan(0);
    made.put(csv(ROWS, 'other'));
    made.clock += 301_000;
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
  });

  test.each<[string, Partial<RecordModel>]>([
    ['columns', { columns: [column('name', 'string'), column('price', 'decimal')] }],
    ['whether rows are validated first', { rejects: { dryFirst: true } }],
  ])('other rules end the upload, and processed again it begins anew: %s', async (_, changes) => {
    const made = world();
    await handOver(made);
    made.model = recordModel({ ...MODEL, ...changes });
    expect(await made.deliverJob()).toEqual({ outcome: 'failed', code: 'SCHEMA_CHANGED' });
    expect(made.upload.error!.message).toBe('the rules for records were changed while the upload was processed; it can be processed again from the start');
    await made.work.save(again(made.work.get(made.upload.uploadId), LATER, LATER));
    made.readings.length = 0;
    expect(await made.deliverJob()).toMatchObject({ outcome: 'completed', counts: { total: ROWS } });
    expect(made.readings[0].from).toBe(0);
    expectAll(made);
  });
});

test('an invocation that comes no further fails the attempt instead of going on for ever', async () => {
  const made = world();
  await handOver(made);
  const stuck = made.deliverJob({ stopAt: new Date(made.clock), isLast: true });
  await expect(stuck).rejects.toBeInstanceOf(LastAttemptFailed);
  expect(made.upload).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_TIMED_OUT' } });
  expect(made.jobs).toHaveLength(1);
});

test('an attempt without rejects leaves none of an earlier one', async () => {
  const made = world({ columns: [column('name', 'string'), column('price', 'integer'), column('gone', 'string')], rejects: { most: 7 } }).put(csv());
  made.rejects.files.set(made.key, 'of an earlier attempt');
  made.model = recordModel({ ...MODEL, columns: [column('name', 'string'), column('price', 'string')] });
  await made.work.save({ ...made.work.get(made.upload.uploadId), upload: anUpload(1, { status: 'FAILED', error: { code: 'PROCESSING_FAILED', message: '' } }) });
  const failedBefore = made.work.get(made.upload.uploadId);
  await made.work.save({ ...failedBefore, upload: { ...failedBefore.upload, history: [{ status: 'UPLOADED', at: LATER }] } });
  expect(await made.deliverJob()).toMatchObject({ outcome: 'completed', counts: { rejected: 0 } });
  expect(made.rejects.size).toBe(0);
});

test('segments of more rejects than memory holds are one file at the end', async () => {
  const wide = 'ü'.repeat(50_000);
  const made = new IngestWorld(recordModel(MODEL)).put(`name,price\n${Array.from({ length: 300 }, (_, row) => `${wide}${row},x\n`).join('')}`);
  let most = 0;
  const watched: Twist = ({ rejects }) => {
    const putSegment: RejectStore['putSegment'] = async (key, segment, content) => {
      most = Math.max(most, content.lines.length);
      await rejects.putSegment(key, segment, content);
    };
    return { rejects: { ...rejects, putSegment } };
  };
  const outcome = await made.deliver({}, { twist: watched });
  expect(outcome).toMatchObject({ counts: { total: 300, accepted: 0, rejected: 300 } });
  expect(most).toBeGreaterThan(4 * 1024 ** 2);
  expect(most).toBeLessThan(5 * 1024 ** 2);
  expect(made.rejects.get(made.key)!.slice(1).map(([, , row]) => Number(row))).toEqual(Array.from({ length: 300 }, (_, row) => row + 1));
  expect(made.rejects.segments.size).toBe(0);
});

describe('rows that are transformed', () => {
  /** Leaves every fifth out, doubles prices, and cannot do it with what is no number. */
  const doubling: RowTransform = async function* (batches) {
    const header = ['price', 'name'];
    let row = 0;
    for await (const batch of batches) {
      const results = batch.rows.map((fields) => {
        const [name, price] = fields as readonly string[];
        return ++row % 5 === 0 ? DROPPED : { header, fields: [price === 'x' ? 'y' : String(2 * Number(price)), name.slice(-3)] };
      });
      yield { ...batch, results };
    }
  };

  test('are counted as what they have become, and rejected as what they were', async () => {
    const transformed = world();
    await transformed.deliver({}, { twist: () => ({ newTransform: () => doubling }) });
    expect(transformed.upload).toMatchObject({ status: 'COMPLETED', counts: { total: ROWS, accepted: 312, rejected: 8, dropped: 80 } });
    expect(transformed.table.records()['2\0X']).toEqual({ name: '..1', price: '2' });
    const [header, first] = transformed.rejects.get(transformed.key)!;
    expect(header).toEqual(['name', 'price', 'row', 'column', 'code', 'message']);
    expect(first).toEqual([`${NOTE}7`, 'x', '8', 'price', 'NOT_AN_INTEGER', "'price' must be a whole number such as 42, got 'y'"]);
  });
});

describe('a file of JSON', () => {
  const lines = ['{"name":"a","price":1}', '{"price":"x","name":"b"}', 'nonsense', '{"name":"c","colour":"red"}', '{"name":"d"}'];

  test('has rows of many shapes: what is wrong with one is no fault of the file, and rejects are what was in the file', async () => {
    const upload = anUpload(1);
    const [file] = upload.files;
    const key = file.key.replace('a.csv', 'a.ndjson');
    const model = recordModel({ ...MODEL, formats: [CSV, { kind: 'ndjson', encoding: null }] });
    const json = new IngestWorld(model, { ...upload, files: [{ ...file, fileName: 'a.ndjson', key }] }).put(`${lines.join('\n')}\n`);
    expect(await json.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 5, accepted: 2, rejected: 3 } });
    expect(json.rejects.get(key)!.map(([record, row, col, code]) => [record, row, col, code])).toEqual([
      ['record', 'row', 'column', 'code'],
      [lines[1], '2', 'price', 'NOT_AN_INTEGER'],
      [lines[2], '3', '', expect.any(String)],
      [lines[3], '4', '', 'UNKNOWN_COLUMN'],
    ]);
  });
});
