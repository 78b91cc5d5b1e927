import { gzipSync } from 'node:zlib';
import { again } from '../../../../lambda-src/domain/uploads/work';
import { RecordModel } from '../../../../src/private/contract';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { Invocation } from '../../../support/fakes/invocation';
import { QueuedUpload } from '../../../support/fakes/queued-upload';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const DRUGS: Partial<RecordModel> = {
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
};
/** What makes a row so wide that a file is more than the beginning that readers look at before the first row. */
const WIDE = `.${'0'.repeat(500)}`;
const REASON = ['row', 'column', 'code', 'message'];

const world = (model: Partial<RecordModel> = {}, dryRun = false) => (
  new IngestWorld(recordModel({ ...DRUGS, ...model }), anUpload(1, { dryRun }))
);
/** Rows, some of which are good. */
const csv = (...prices: readonly (string | number)[]) => `name,price\n${prices.map((price, row) => `drug ${row},${price}\n`).join('')}`;

/** Those that are among the rejects. */
const rowsOf = (made: IngestWorld) => made.rejects.get(made.key)?.slice(1).map((fields) => fields.at(-4));

describe('at most so many rejects', () => {
  test('are tolerated', async () => {
    const made = world({ rejects: { most: 2 } }).put(csv('x', 1, 'x'));
    expect(await made.deliver()).toMatchObject({ outcome: 'completed', counts: { accepted: 1, rejected: 2 } });
  });

  test('one more fails the upload at once', async () => {
    const made = world({ rejects: { most: 2 } }).put(csv('x', 1, 'x', 'x', ...Array<number>(20_000).fill(1)));
    made.chunkSize = 1_000;
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_REJECTS' });
    expect(made.upload.error!.message).toBe(
      "more rows were rejected than the pipeline tolerates, the last of them row 4: 'price' must be a decimal number such as 12.5, got 'x'; they are listed with their reasons",
    );
    // All that is counted is there, and all that is listed is counted.
    expect(made.upload.counts).toEqual({ total: 4, accepted: 1, rejected: 3 });
    expect(Object.keys(made.table.records())).toHaveLength(1);
    expect(rowsOf(made)).toEqual(['1', '3', '4']);
    expect(made.readings[0].bytes).toBeLessThan(100_000);
    // The file will not become better.
    expect(await made.deliver()).toEqual({ outcome: 'skipped' });
  });

  test('are counted over all invocations', async () => {
    const made = world({ rejects: { most: 2 } }).put(csv(...Array.from({ length: 900 }, (_, row) => (row % 300 === 0 ? 'x' : row))));
    made.chunkSize = 1_000;
    made.writeMilliseconds = 500;
    await new QueuedUpload(made, 30_000).run([]);
    expect(made.jobs.length).toBeGreaterThan(1);
    expect(made.upload).toMatchObject({ status: 'FAILED', error: { code: 'TOO_MANY_REJECTS', message: expect.stringContaining('row 601') } });
    expect(made.upload.counts).toEqual({ total: 601, accepted: 598, rejected: 3 });
    expect(rowsOf(made)).toEqual(['1', '301', '601']);
    expect(made.rejects.segments.size).toBe(0);
  });

  test('are kept before the upload fails; a bucket that takes none is another attempt', async () => {
    const made = world({ rejects: { most: 0 } }).put(csv(1, 'x', 2));
    const twist = () => ({ rejects: { ...made.rejects, assemble: () => Promise.reject(new Error('SlowDown')) } as never });
    await expect(made.deliver({}, { twist })).rejects.toThrow('SlowDown');
    expect(made.upload.status).toBe('PROCESSING');
    made.clock += 301_000;
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_REJECTS' });
    expect(rowsOf(made)).toEqual(['2']);
  });

  test('of an attempt before are gone when the upload is processed again', async () => {
    const made = world({ rejects: { most: 0 } }).put(csv('x'));
    await made.deliver();
    expect(rowsOf(made)).toEqual(['1']);
    made.model = { ...made.model, columns: [column('name', 'string'), column('cost', 'string', { required: true })] };
    await made.work.save(again(made.work.get(made.upload.uploadId), '2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z'));
    expect(await made.deliverJob()).toEqual({ outcome: 'failed', code: 'MISSING_COLUMN' });
    expect(made.rejects.size).toBe(0);
    expect(made.upload.counts).toBeNull();
  });

  test('are kept too when something else is wrong with the file', async () => {
    const made = world().put(`${csv(1, 'x', 2)}drug 3,"4\n`);
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'UNTERMINATED_QUOTE' });
    expect(made.upload.counts).toEqual({ total: 3, accepted: 2, rejected: 1 });
    expect(Object.keys(made.table.records())).toHaveLength(2);
    expect(rowsOf(made)).toEqual(['2']);
  });
});

test('of a packed file that is cut off, what was read is in the table and counted, or among the rejects', async () => {
  const prices = Array.from({ length: 30_000 }, (_, row) => (row % 1_000 === 0 ? 'x' : Math.round(1e9 * Math.abs(Math.sin(row)))));
  const packed = gzipSync(csv(...prices));
  const made = world().put(packed.subarray(0, packed.length / 2));
  made.takes = (records) => records;
  expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'INVALID_COMPRESSION' });
  const { total, accepted, rejected } = made.upload.counts!;
  expect(total).toBeGreaterThan(5_000);
  expect([accepted, rejected]).toEqual([Object.keys(made.table.records()).length, rowsOf(made)!.length]);
  expect(accepted + rejected).toBe(total);
});

describe('a ratio of rejects', () => {
  test.each([[0.5, 'completed'], [0.49, 'failed']])('%d: %s', async (ratio, outcome) => {
    const made = world({ rejects: { ratio } }).put(csv('x', 1, 'x', 2));
    expect(await made.deliver()).toMatchObject({ outcome });
    if (outcome === 'completed') return;
    expect(made.upload.error).toEqual({
      code: 'TOO_MANY_REJECTS', message: '2 of 4 rows were rejected, which is more than the 49 % that the pipeline tolerates; they are listed with their reasons',
    });
    expect(made.upload.counts).toEqual({ total: 4, accepted: 2, rejected: 2 });
    expect(rowsOf(made)).toEqual(['1', '3']);
  });

  test.each([[0.29, 29], [0.57, 57], [0.07, 7]])('%d of a hundred rows are just tolerated, and one more is not', async (ratio, most) => {
    for (const [bad, outcome] of [[most, 'completed'], [most + 1, 'failed']] as const) {
      const made = world({ rejects: { ratio } }).put(csv(...Array.from({ length: 100 }, (_, row) => (row < bad ? 'x' : row))));
      expect(await made.deliver()).toMatchObject({ outcome });
      if (outcome === 'failed') expect(made.upload.error!.message).toContain(`${bad} of 100 rows were rejected, which is more than the ${most} % that`);
    }
  });
});

describe('all rows must be good before the first one is written', () => {
  const strict: Partial<RecordModel> = { rejects: { most: 0, dryFirst: true } };

  test('and when they are, they are all written', async () => {
    const made = world(strict).put(csv(1, 2, 3));
    expect(await made.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 3, accepted: 3, rejected: 0 } });
    expect(Object.keys(made.table.records())).toHaveLength(3);
    expect(made.readings).toHaveLength(2);
    expect(made.upload).toMatchObject({ stage: null, progress: { bytes: 38, totalBytes: 38 } });
  });

  test('one that is not keeps all of them out', async () => {
    const made = world(strict).put(csv(...Array<number>(500).fill(1), 'x'));
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_REJECTS' });
    expect(made.table.records()).toEqual({});
    expect(made.upload.counts).toBeNull();
  });

  test('all that are not are listed, so that nobody learns of them one by one', async () => {
    const made = world(strict).put(csv('x', ...Array<number>(500).fill(1), 'x'));
    await made.deliver();
    expect(made.upload.error!.message).toBe('2 of 502 rows were rejected, which is more than the 0 that the pipeline tolerates; they are listed with their reasons');
    expect(rowsOf(made)).toEqual(['1', '502']);
  });

  test('but no more than a thousand', async () => {
    const made = world(strict).put(csv(...Array<string>(1_500).fill('x')));
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_REJECTS' });
    expect(made.upload.error!.message).toMatch(/the last of them row 1000: .*; they are listed/);
    expect(rowsOf(made)).toHaveLength(1_000);
  });

  test('two rows with one key are found before, without the table', async () => {
    const made = world({ ...strict, duplicateKeys: 'reject' }).put(`${csv(1, 2)}drug 0,3\n`);
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_REJECTS' });
    expect(made.rejects.get(made.key)![1].at(-1)).toBe('the row has the same key as an earlier row of the file');
    expect(made.table.records()).toEqual({});
  });

  test('those that both readings find, with checkpoints on the way, are listed once', async () => {
    const made = world({ rejects: { ratio: 0.5, dryFirst: true } }).put(csv(...Array.from({ length: 400 }, (_, row) => (row % 10 === 0 ? 'x' : `${row}${WIDE}`))));
    made.chunkSize = 10_000;
    made.readMilliseconds = 500;
    expect(await made.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 400, accepted: 360, rejected: 40 } });
    expect(rowsOf(made)).toEqual(Array.from({ length: 40 }, (_, nth) => String(10 * nth + 1)));
    expect(made.rejects.segments.size).toBe(0);
  });

  test('also when both readings take many invocations, of which every one is killed once', async () => {
    const prices = Array.from({ length: 400 }, (_, row) => `${row}${WIDE}`);
    const made = world({ ...strict, duplicateKeys: 'reject' }).put(csv(...prices));
    made.chunkSize = 10_000;
    made.readMilliseconds = 500;
    const stages = new Set<string | null>();
    for (let nth = 0; made.upload.status !== 'COMPLETED'; nth++) {
      const invocation = new Invocation(nth % 2 === 0 ? 20 : Infinity, 'killed');
      const delivery = { stopAt: new Date(made.clock + 27_000) };
      const delivered = made.jobs.length === 0 ? made.deliver(delivery, { invocation }) : made.deliverJob(delivery, { invocation });
      await Promise.race([delivered, invocation.killed]);
      stages.add(made.upload.stage);
      made.clock += 301_000;
      expect(nth).toBeLessThan(30);
    }
    expect(stages).toEqual(new Set(['VALIDATING', null]));
    expect(made.upload).toMatchObject({ counts: { total: 400, accepted: 400, rejected: 0 } });
    expect(Object.keys(made.table.records())).toHaveLength(400);
  });
});

describe('rows that are only counted first', () => {
  test('are too many, which is known before the first one is written', async () => {
    const made = world({ maxRows: 3 }).put(csv(1, 2, 3, 4));
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_ROWS' });
    expect(made.upload.error!.message).toBe('the file must have at most 3 rows, but it has more');
    expect(made.table.records()).toEqual({});
  });

  test('are counted on in the next invocation', async () => {
    const made = world({ maxRows: 999 }).put(csv(...Array<string>(1_000).fill(`1${WIDE}`)));
    made.chunkSize = 10_000;
    made.readMilliseconds = 500;
    await new QueuedUpload(made, 9_000).run([]);
    expect(made.jobs.length).toBeGreaterThan(2);
    expect(made.upload).toMatchObject({ status: 'FAILED', error: { code: 'TOO_MANY_ROWS' }, counts: null });
    expect(made.table.records()).toEqual({});
  });
});

describe('a dry run', () => {
  test('counts and keeps rejects, and writes nothing', async () => {
    const made = world({ rejects: { most: 0 }, duplicateKeys: 'reject' }, true).put(`${csv(1, 'x', 3)}drug 0,4\n`);
    // No metric counts what did not come in.
    expect(await made.deliver()).toEqual({ outcome: 'completed', counts: null });
    expect(made.upload).toMatchObject({ status: 'COMPLETED', dryRun: true, counts: { total: 4, accepted: 2, rejected: 2 } });
    expect(made.table.records()).toEqual({});
    expect(made.rejects.get(made.key)).toEqual([
      ['name', 'price', ...REASON],
      ['drug 1', 'x', '2', 'price', 'NOT_A_DECIMAL', "'price' must be a decimal number such as 12.5, got 'x'"],
      ['drug 0', '4', '4', '', 'DUPLICATE_KEY', 'the row has the same key as an earlier row of the file'],
    ]);
  });

  test('that was killed goes on at its checkpoint, and finds the same duplicates', async () => {
    const made = world({ duplicateKeys: 'reject' }, true).put(`${csv(...Array<string>(500).fill(`1${WIDE}`))}drug 3,2\ndrug 499,2\n`);
    made.chunkSize = 10_000;
    made.readMilliseconds = 500;
    const invocation = new Invocation(24, 'killed');
    await Promise.race([made.deliver({}, { invocation }), invocation.killed]);
    expect(made.upload).toMatchObject({ stage: 'VALIDATING', counts: { rejected: 0 } });
    expect(made.upload.counts!.accepted).toBeGreaterThan(100);
    made.clock += 301_000;
    expect(await made.deliver()).toMatchObject({ outcome: 'completed' });
    expect(made.upload.counts).toEqual({ total: 502, accepted: 500, rejected: 2 });
    expect(made.rejects.get(made.key)!.slice(1).map(([name, , row]) => [name, row])).toEqual([['drug 3', '501'], ['drug 499', '502']]);
  });
});

describe('a column whose values are unique', () => {
  const model: Partial<RecordModel> = {
    columns: [column('name', 'string', { required: true }), column('code', 'string', { unique: true }), column('price', 'decimal')],
    keys: { partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' },
  };

  test('rejects the later row, by the column; an empty field is no value', async () => {
    const made = world(model).put('name,code,price\na,1,1\nb,,1\nc,1,1\nd,,1\ne,2,x\nf,2,1\n');
    expect(await made.deliver()).toMatchObject({ counts: { total: 6, accepted: 4, rejected: 2 } });
    expect(made.rejects.get(made.key)!.slice(1)).toEqual([
      ['c', '1', '1', '3', 'code', 'DUPLICATE_VALUE', "'code' must be unique, but an earlier row has the same value"],
      ['e', '2', 'x', '5', 'price', 'NOT_A_DECIMAL', "'price' must be a decimal number such as 12.5, got 'x'"],
    ]);
  });

  test('is so over all invocations', async () => {
    const made = world(model).put(`name,code,price\n${Array.from({ length: 600 }, (_, row) => `n,${row % 599},1\n`).join('')}`);
    made.chunkSize = 1_000;
    made.writeMilliseconds = 500;
    await new QueuedUpload(made, 40_000).run([]);
    expect(made.jobs.length).toBeGreaterThan(1);
    expect(made.upload.counts).toEqual({ total: 600, accepted: 599, rejected: 1 });
    expect(made.rejects.get(made.key)![1].slice(0, 4)).toEqual(['n', '0', '1', '600']);
  });
});
