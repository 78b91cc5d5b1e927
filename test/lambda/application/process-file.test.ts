import { LastAttemptFailed, StillWorking } from '../../../lambda-src/application/process-file';
import { WorkLost } from '../../../lambda-src/application/work-store';
import { transition } from '../../../lambda-src/domain/upload';
import { UploadFailure } from '../../../lambda-src/domain/upload-failure';
import { RecordModel } from '../../../src/private/contract';
import { IngestWorld, MAX_FILE_SIZE } from '../../support/fakes/ingest-world';
import { anUpload } from '../../support/fakes/uploads';
import { column, recordModel } from '../domain/record-models';

const DRUGS: Partial<RecordModel> = {
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
};
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d', 'hex');
const LATER = '2026-01-01T02:00:00.000Z';

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
      files: [{ name: 'file', fileName: 'ü +%.csv', key: 'uploads/00000000-0000-4000-8000-000000000001/ü +%.csv', contentType: 'text/csv', size: 9 }],
    })).put('name,price\na,1', 'TEXT/CSV; charset=utf-8');
    expect(await made.deliver()).toMatchObject({ outcome: 'completed' });
  });

  test('may have as many rows as the model allows, and is read twice for it', async () => {
    const made = world({ maxRows: 2 }).put('name,price\na,1\nb,2\n');
    expect(await made.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 2 } });
    expect(made.bodies.map((body) => body.destroyed)).toEqual([true, true]);
  });

  test('is read as slowly as its records are written', async () => {
    const made = world().put(`name,price\n${Array.from({ length: 50_000 }, (_, row) => `${row},cheap\n`).join('')}`);
    made.chunkSize = 1000;
    let open: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => { open = resolve; });
    const delivery = made.deliver({}, {
      twist: (ports) => ({ newRejectSink: (key) => ({ ...ports.newRejectSink(key), add: () => stored, close: async () => undefined }) }),
    });
    // Every row is rejected, and the first one is not stored yet; this many turns would be enough for the whole file.
    for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate);
    expect(made.bodies[0].readableEnded).toBe(false);
    open();
    expect(await delivery).toMatchObject({ counts: { rejected: 50_000 } });
  });
});

describe('a file that cannot be ingested fails with a reason for its uploader, in one attempt', () => {
  test.each<[string, string | Buffer, string, string]>([
    ['a picture', PNG, 'NOT_A_TEXT_FILE', 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16'],
    ['nothing', '', 'EMPTY_FILE', 'the file must have a header, but it is empty'],
    ['blank lines', '\n\r\n\n', 'EMPTY_FILE', 'the file must have a header, but it is empty'],
    ['a byte order mark', '\ufeff', 'EMPTY_FILE', 'the file must have a header, but it is empty'],
    ['a missing column', 'price\n1\n', 'MISSING_COLUMN', "the header lacks 'name'"],
    ['an unknown column', 'name,price,colour\na,1,red\n', 'UNKNOWN_COLUMN', "the header has 'colour'; the known columns are 'name', 'price'"],
    ['a column twice', 'name,name\na,b\n', 'DUPLICATE_COLUMN', "the header has 'name' more than once"],
    ['a quote that never ends', 'name,price\n"a,1\nb,2\n', 'UNTERMINATED_QUOTE',
      'a quoted field is still open at the end of the file, which is line 3'],
    ['a quote inside a field', 'name,price\n5" pipe,1\n', 'MALFORMED_CSV',
      'line 2 is not CSV: a field that holds a quote must be quoted, and its quotes doubled'],
    ['text after a quote', 'name,price\n"a"b,1\n', 'MALFORMED_CSV',
      'line 2 is not CSV: a closing quote must be followed by a comma or the end of the line'],
    ['a field of 5 MB', `name,price\n${'x'.repeat(5_000_000)},1\n`, 'ROW_TOO_LARGE',
      'a row must have at most 409600 bytes; the one at line 2 has more, or a quote before it is never closed'],
    ['Latin-1', Buffer.from('name,price\nmüsli,1\n', 'latin1'), 'INVALID_ENCODING',
      'the file must be UTF-8 text; between bytes 0 and 19 it is not'],
  ])('%s', async (_, content, code, message) => {
    const made = world().put(content);
    expect(await made.deliver()).toEqual({ outcome: 'failed', code });
    expect(made.upload).toMatchObject({ status: 'FAILED', error: { code, message }, deadline: null });
    expect(made.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED']);
    expect(made.bodies.every((body) => body.destroyed)).toBe(true);
    expect(made.rejects.size).toBe(0);
    // The file will not become better: when the message comes again, nothing is done.
    expect(await made.deliver()).toEqual({ outcome: 'skipped' });
  });

  test('a wrong content type', async () => {
    const made = world().put('name\na\n', 'image/png');
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'CONTENT_TYPE_NOT_ALLOWED' });
    expect(made.upload.error!.message).toMatch(/^the content type must be one of text\/csv, .*, got 'image\/png'$/);
  });

  test('a file over the limit, which is not read', async () => {
    const made = world().put('name\na\n');
    const outcome = await made.deliver({}, {
      twist: (ports) => ({ open: async (key) => ({ ...await ports.open(key), size: MAX_FILE_SIZE + 1 }) }),
    });
    expect(outcome).toEqual({ outcome: 'failed', code: 'FILE_TOO_LARGE' });
    expect(made.upload.error!.message).toBe('the file must have at most 100000000 bytes, got 100000001');
    expect(made.bodies[0]).toMatchObject({ readableDidRead: false, destroyed: true });
  });

  test('a file with more rows than the model allows, of which no record is left', async () => {
    const made = world({ maxRows: 2 }).put('name,price\na,1\nb,2\nc,3\n');
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_ROWS' });
    expect(made.table.records()).toEqual({});
    expect(made.bodies.map((body) => body.destroyed)).toEqual([true]);
  });

  test('a file that was deleted before its turn; its size stays unknown', async () => {
    const made = world();
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'FILE_NOT_FOUND' });
    expect(made.upload).toMatchObject({ status: 'FAILED', files: [{ size: null }], counts: null });
  });

  test('a file that was replaced between its two readings', async () => {
    const made = world({ maxRows: 5 }).put('name,price\na,1\n');
    const again = async () => { throw new UploadFailure('FILE_NOT_FOUND', 'the file was replaced while it was processed'); };
    const outcome = await made.deliver({}, { twist: (ports) => ({ open: async (key) => ({ ...await ports.open(key), again }) }) });
    expect(outcome).toEqual({ outcome: 'failed', code: 'FILE_NOT_FOUND' });
    expect(made.table.records()).toEqual({});
  });
});

describe('unknown columns', () => {
  test.each([['ignore', { name: 'a', price: '1' }], ['keep', { name: 'a', price: '1', colour: 'red' }]] as const)('%s', async (unknownColumns, record) => {
    const made = world({ unknownColumns }).put('name,price,colour\na,1,red\n');
    await made.deliver();
    expect(made.table.records()).toEqual({ 'a\0INFO': record });
  });
});

describe('an object that no client announced', () => {
  const objects = ['uploads/photo of me.csv', 'uploads/00000000-0000-4000-8000-000000000001/other.csv',
    'uploads/00000000-0000-4000-8000-00000000dead/a.csv', 'uploads/folder/', 'uploads/ü+%/x.csv'];
  test.each(objects)('is not ingested, but listed as failed, once: %s', async (key) => {
    const made = world().put('name,price\na,1\n', 'text/csv', key);
    for (let delivery = 0; delivery < 2; delivery++) {
      expect(await made.deliver({}, { key })).toEqual({ outcome: 'failed', code: 'UPLOAD_NOT_REGISTERED' });
    }
    const strangers = made.work.all().filter(({ upload }) => upload.uploadId !== made.upload.uploadId);
    expect(strangers).toHaveLength(1);
    expect(strangers[0].upload).toMatchObject({
      status: 'FAILED',
      deadline: null,
      owner: null,
      files: [{ key, fileName: key.split('/').at(-1), size: null }],
      createdAt: '2026-01-01T00:00:30.000Z',
      error: { code: 'UPLOAD_NOT_REGISTERED', message: 'the object belongs to no upload that was started with POST /uploads, so it was not ingested' },
    });
    expect(made.table.records()).toEqual({});
    expect(made.upload.status).toBe('PENDING');
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

  test('before it the lease is given back, so that the next one need not wait', async () => {
    const made = world().put('name,price\na,1\n');
    await expect(made.deliver({}, { twist: () => ({ open: down }) })).rejects.toThrow('S3 is down');
    expect(made.work.get(made.upload.uploadId)).toMatchObject({ lease: null, upload: { status: 'PROCESSING' } });
    expect(await made.deliver()).toMatchObject({ outcome: 'completed' });
  });
});

test.each(['COMPLETED', 'ABORTED', 'EXPIRED', 'QUARANTINED'] as const)('a delivery for a %s upload is skipped', async (status) => {
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
