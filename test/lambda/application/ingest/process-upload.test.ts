import { LastAttemptFailed, StillWorking } from '../../../../lambda-src/application/ingest/process-upload';
import { RecordWriter, RecordWriterPorts } from '../../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../../lambda-src/application/sending/send-window';
import { WorkLost } from '../../../../lambda-src/application/uploads/work-store';
import { announcedFile, transition } from '../../../../lambda-src/domain/uploads/upload';
import { RecordModel } from '../../../../src/private/contract';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const DRUGS: Partial<RecordModel> = {
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
};
const LATER = '2026-01-01T02:00:00.000Z';

const never = () => new Promise<void>(() => undefined);
const world = (model: Partial<RecordModel> = {}) => new IngestWorld(recordModel({ ...DRUGS, ...model }));

describe('a file that is fine', () => {
  test('becomes records and rejects, with counts, times, sizes and history', async () => {
    const made = world().put('name,price\naspirin,1.50\nbad,cheap\nlong,1,2\nibuprofen,2\n');
    const size = made.files.get(made.key)!.bytes.length;
    expect(await made.deliver()).toEqual({ outcome: 'completed', counts: { total: 4, accepted: 2, rejected: 2 } });
    expect(made.upload).toMatchObject({
      status: 'COMPLETED',
      counts: { total: 4, accepted: 2, rejected: 2 },
      progress: { bytes: size, totalBytes: size },
      files: [{ size }],
      error: null,
      deadline: null,
      uploadedAt: '2026-01-01T00:00:30.000Z',
      updatedAt: '2026-01-01T00:10:00.000Z',
    });
    expect(made.upload.history).toEqual([
      { status: 'PENDING', at: '2026-01-01T00:00:01.000Z' },
      { status: 'UPLOADED', at: '2026-01-01T00:00:30.000Z' },
      { status: 'PROCESSING', at: '2026-01-01T00:10:00.000Z' },
      { status: 'COMPLETED', at: '2026-01-01T00:10:00.000Z' },
    ]);
    expect(made.table.records()).toEqual({
      'aspirin\0INFO': { name: 'aspirin', price: '1.5' }, 'ibuprofen\0INFO': { name: 'ibuprofen', price: '2' },
    });
    expect(made.rejects.get(made.key)).toEqual([
      ['name', 'price', 'row', 'column', 'code', 'message'],
      ['bad', 'cheap', '2', 'price', 'NOT_A_DECIMAL', "'price' must be a decimal number such as 12.5, got 'cheap'"],
      ['long', '1,2', '3', '', 'WRONG_FIELD_COUNT', 'the row must have 2 fields like the header, got 3'],
    ]);
  });

  test('of a header alone is complete with no rows, and leaves no rejects', async () => {
    const made = world().put('name,price\n');
    expect(await made.deliver()).toEqual({ outcome: 'completed', counts: { total: 0, accepted: 0, rejected: 0 } });
    expect(made.rejects.size).toBe(0);
  });

  test('may be called and sent as anything that is allowed', async () => {
    const made = new IngestWorld(recordModel(DRUGS), anUpload(1, {
      files: [announcedFile({ name: 'file', fileName: 'ü +%.csv', key: 'uploads/00000000-0000-4000-8000-000000000001/ü +%.csv', contentType: 'text/csv', size: 14 })],
    })).put('name,price\na,1', 'TEXT/CSV; charset=utf-8');
    expect(await made.deliver()).toMatchObject({ outcome: 'completed' });
  });

  test('may have as many rows as the model allows, and is read twice for it', async () => {
    const made = world({ maxRows: 2 }).put('name,price\na,1\nb,2\n');
    expect(await made.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 2 } });
    expect(made.readings.map(({ isOpen, bytes }) => [isOpen, bytes])).toEqual([[false, 19], [false, 19]]);
  });

  test('is read as slowly as its records are written', async () => {
    const made = world().put(`name,price\n${Array.from({ length: 50_000 }, (_, row) => `${row},1\n`).join('')}`);
    made.chunkSize = 1000;
    let open: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => { open = resolve; });
    const window = new SendWindow({ now: () => made.clock, sleep: never, random: () => 0.5 });
    const send: RecordWriterPorts['send'] = async (records) => {
      await asked;
      made.table.write(records);
      return [];
    };
    const delivery = made.deliver({}, { twist: () => ({ newWriter: () => new RecordWriter({ window, sleep: never, send }) }) });
    // The first records are not written yet; this many turns would be enough for the whole file.
    for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate);
    expect(made.readings[0]).toMatchObject({ isOpen: true });
    expect(made.readings[0].bytes).toBeLessThan(100_000);
    open();
    expect(await delivery).toMatchObject({ counts: { accepted: 50_000 } });
  });
});

describe('the last attempt', () => {
  const down = async () => { throw new Error('S3 is down'); };

  test('fails the upload, and a redrive of the message processes it', async () => {
    const made = world().put('name,price\na,1\n');
    const attempt = made.deliver({ isLast: true }, { twist: () => ({ open: down }) });
    await expect(attempt).rejects.toBeInstanceOf(LastAttemptFailed);
    await expect(attempt).rejects.toHaveProperty('cause.message', 'S3 is down');
    expect(made.upload).toMatchObject({
      status: 'FAILED',
      deadline: null,
      error: { code: 'PROCESSING_FAILED', message: 'every attempt to process the file failed; it can be processed again' },
    });
    expect(await made.deliver()).toMatchObject({ outcome: 'completed' });
    expect(made.upload).toMatchObject({ status: 'COMPLETED', error: null });
    expect(made.upload.history.map(({ status }) => status))
      .toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  });

  test('that cannot even say so leaves the upload to the sweeper, and reports what went wrong first', async () => {
    const made = world().put('name,price\na,1\n');
    const attempt = made.deliver({ isLast: true }, {
      twist: ({ uploads }) => ({
        open: down,
        uploads: { ...uploads, save: async (work) => (work.upload.status === 'FAILED' ? Promise.reject(new Error('the table is down')) : uploads.save(work)) },
      }),
    });
    await expect(attempt).rejects.toThrow('S3 is down');
    expect(made.upload).toMatchObject({ status: 'PROCESSING', deadline: new Date(made.clock + 3_600_000).toISOString() });
  });

  test('that runs out of time says so', async () => {
    const rows = Array.from({ length: 1_000 }, (_, row) => `drug ${row},1`).join('\n');
    const made = world().put(`name,price\n${rows}\n`);
    await expect(made.deliver({ isLast: true, stopAt: new Date(made.clock) })).rejects.toBeInstanceOf(LastAttemptFailed);
    expect(made.upload).toMatchObject({
      status: 'FAILED',
      error: { code: 'PROCESSING_TIMED_OUT', message: 'the file takes longer than one invocation of the processor may; it can be processed again' },
    });
  });

  test('before it the lease is given back, so that the next one need not wait', async () => {
    const made = world().put('name,price\na,1\n');
    await expect(made.deliver({}, { twist: () => ({ open: down }) })).rejects.toThrow('S3 is down');
    expect(made.work.get(made.upload.uploadId)).toMatchObject({
      lease: { until: new Date(made.clock).toISOString() }, upload: { status: 'PROCESSING' },
    });
    expect(await made.deliver()).toMatchObject({ outcome: 'completed' });
  });
});

test.each(['COMPLETED', 'ABORTED', 'QUARANTINED'] as const)('a delivery for a %s upload is skipped', async (status) => {
  const made = new IngestWorld(recordModel(DRUGS), anUpload(1, { status, deadline: null })).put('name,price\na,1\n');
  expect(await made.deliver()).toEqual({ outcome: 'skipped' });
  expect(made.upload.status).toBe(status);
});

describe('two deliveries at once', () => {
  test('the one that finds a lease waits until it is over', async () => {
    const made = world().put('name,price\na,1\n');
    const first = made.deliver();
    await new Promise(setImmediate);
    const until = new Date(made.clock + 300_000).toISOString();
    const second = made.deliver().catch((error: unknown) => error);
    await first;
    const error = await second;
    if (error instanceof StillWorking) expect(error.until).toBe(until);
    else expect(error).toEqual({ outcome: 'skipped' });
    expect(await made.deliver()).toEqual({ outcome: 'skipped' });
  });

  test('the one that is beaten to the claim looks again and waits', async () => {
    const made = world().put('name,price\na,1\n');
    const stale = made.work.get(made.upload.uploadId);
    const holding = { ...stale, lease: { holder: 'other', until: LATER }, upload: transition(transition(stale.upload, 'UPLOADED', LATER), 'PROCESSING', LATER) };
    await made.work.save(holding);
    let looks = 0;
    const delivery = made.deliver({}, {
      twist: ({ uploads }) => ({ uploads: { ...uploads, find: async (id) => (looks++ === 0 ? stale : uploads.find(id)) } }),
    });
    await expect(delivery).rejects.toMatchObject({ name: 'StillWorking', until: LATER });
    expect(made.table.records()).toEqual({});
  });

  test('one that is beaten again and again lets its message come again', async () => {
    const made = world().put('name,price\na,1\n');
    const delivery = made.deliver({}, {
      twist: ({ uploads }) => ({ uploads: { ...uploads, save: async () => { throw new WorkLost('x'); } } }),
    });
    await expect(delivery).rejects.toBeInstanceOf(WorkLost);
  });

  test('one that goes on after its lease ran out is fenced: nothing of it is counted', async () => {
    const made = world().put('name,price\na,1\nb,cheap\n');
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => { wake = resolve; });
    const zombie = made.deliver({ holder: 'zombie' }, {
      twist: (ports) => ({
        open: async (key) => {
          await asleep;
          return ports.open(key);
        },
      }),
    }).catch((error: unknown) => error);
    await new Promise(setImmediate);
    made.clock += 300_001;
    expect(await made.deliver({ holder: 'next' })).toMatchObject({ outcome: 'completed' });
    const completed = made.work.get(made.upload.uploadId);
    made.put('name,price\nx,1\ny,2\nz,3\n');
    wake();
    expect(await zombie).toBeInstanceOf(WorkLost);
    expect(made.work.get(made.upload.uploadId)).toEqual(completed);
  });
});
