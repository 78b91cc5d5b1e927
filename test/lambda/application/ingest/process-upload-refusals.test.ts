import { ObjectBytes, OpenBytes } from '../../../../lambda-src/application/ingest/object-bytes';
import { RecordModel } from '../../../../src/private/contract';
import { etagOf, IngestWorld, MAX_FILE_SIZE } from '../../../support/fakes/ingest-world';
import { column, recordModel } from '../../domain/records/record-models';

const DRUGS: Partial<RecordModel> = {
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
};
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d', 'hex');

const world = (model: Partial<RecordModel> = {}) => new IngestWorld(recordModel({ ...DRUGS, ...model }));

describe('a file that cannot be ingested fails with a reason for its uploader, in one attempt', () => {
  test.each<[string, string | Buffer, string, string]>([
    ['a picture', PNG, 'NOT_A_TEXT_FILE', 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16 without a byte order mark'],
    ['nothing', '', 'EMPTY_FILE', 'the file must have at least 1 byte: an empty file holds nothing to ingest'],
    ['blank lines', '\n\r\n\n', 'EMPTY_FILE', 'the file must have a header, but it is empty'],
    ['a byte order mark', '\ufeff', 'EMPTY_FILE', 'the file must have a header, but it is empty'],
    ['a missing column', 'price\n1\n', 'MISSING_COLUMN', "the header lacks 'name', got 'price'"],
    ['an unknown column', 'name,price,colour\na,1,red\n', 'UNKNOWN_COLUMN', "the header has 'colour'; the known columns are 'name', 'price'"],
    ['a column twice', 'name,name\na,b\n', 'DUPLICATE_COLUMN', "the header has 'name' more than once"],
    ['a quote that never ends', 'name,price\n"a,1\nb,2\n', 'UNTERMINATED_QUOTE',
      'a quoted field is still open at the end of the file: its quote is on line 2'],
    ['a quote inside a field', 'name,price\n5" pipe,1\n', 'MALFORMED_CSV',
      'line 2 is not CSV: a field that holds a quote must be quoted, and its quotes doubled'],
    ['text after a quote', 'name,price\n"a"b,1\n', 'MALFORMED_CSV',
      'line 2 is not CSV: a closing quote must be followed by a comma or the end of the line'],
    ['a header of 5 MB', `name,price${'x'.repeat(5_000_000)}\na,1\n`, 'ROW_TOO_LARGE',
      'the header must have at most 2000000 bytes; the one on line 1 has more, or a quote in it is never closed'],
    ['Latin-1', Buffer.from('name,price\nmüsli,1\n', 'latin1'), 'INVALID_ENCODING',
      'the file must be UTF-8 text, but byte 12 (0xFC) is no part of it'],
  ])('%s', async (_, content, code, message) => {
    const made = world().put(content);
    expect(await made.deliver()).toEqual({ outcome: 'failed', code });
    expect(made.upload).toMatchObject({ status: 'FAILED', error: { code, message }, deadline: null });
    expect(made.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED']);
    expect(made.readings.every(({ isOpen }) => !isOpen)).toBe(true);
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
    const tooLarge = { size: { value: MAX_FILE_SIZE + 1 } };
    const outcome = await made.deliver({}, {
      twist: (ports) => ({ open: async (key) => Object.create(await ports.open(key), tooLarge) as ObjectBytes }),
    });
    expect(outcome).toEqual({ outcome: 'failed', code: 'FILE_TOO_LARGE' });
    expect(made.upload.error!.message).toBe('the file must have at most 100000000 bytes, got 100000001');
    expect(made.readings).toEqual([]);
  });

  test('a file with more rows than the model allows, of which no record is left', async () => {
    const made = world({ maxRows: 2 }).put('name,price\na,1\nb,2\nc,3\n');
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'TOO_MANY_ROWS' });
    expect(made.table.records()).toEqual({});
    expect(made.readings).toMatchObject([{ isOpen: false }]);
  });

  test('a file that was deleted before its turn; its size stays unknown', async () => {
    const made = world();
    expect(await made.deliver()).toEqual({ outcome: 'failed', code: 'FILE_NOT_FOUND' });
    expect(made.upload).toMatchObject({ status: 'FAILED', files: [{ size: null }], counts: null });
  });

  test('a file that was replaced between its two readings', async () => {
    const made = world({ maxRows: 5 }).put('name,price\na,1\n');
    const replace = (ports: { open: OpenBytes }) => ({
      open: async (...[key, etag]: Parameters<OpenBytes>) => {
        const file = await ports.open(key, etag);
        made.put('name,price\nb,2\n');
        return file;
      },
    });
    expect(await made.deliver({}, { twist: replace })).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
    expect(made.table.records()).toEqual({});
  });

  test('a file that is not the one that the message is about', async () => {
    const made = world().put('name,price\nb,2\n');
    expect(await made.deliver({}, { etag: 'of another file' })).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
    expect(made.table.records()).toEqual({});
  });

  test('a file that was replaced between two attempts, so that records of two files never mix', async () => {
    const made = world().put('name,price\na,1\nb,2\n');
    const etag = etagOf(made.files.get(made.key)!);
    const breaks = () => ({ newWriter: () => { throw new Error('out of memory'); } });
    await expect(made.deliver({}, { etag, twist: breaks })).rejects.toThrow('out of memory');
    made.put('name,price\nc,3\n');
    const later = etagOf(made.files.get(made.key)!);
    expect(await made.deliver({}, { etag: later })).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
    expect(await made.deliver({}, { etag: later })).toEqual({ outcome: 'skipped' });
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
    expect(await made.deliver({}, { key })).toEqual({ outcome: 'failed', code: 'UPLOAD_NOT_REGISTERED' });
    expect(await made.deliver({}, { key })).toEqual({ outcome: 'skipped' });
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
