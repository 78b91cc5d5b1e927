import { createCipheriv } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { canStartAnywhere, openRows } from '../../../../lambda-src/adapters/rows/open-rows';
import { ObjectBytes } from '../../../../lambda-src/application/ingest/object-bytes';
import { BadRow, RowSource, Stretch } from '../../../../lambda-src/application/ingest/row-source';
import { CSV, CsvModel, EncodingModel, FormatModel, RecordModel } from '../../../../src/private/contract';
import { failure } from './chunks';

const NDJSON: FormatModel = { kind: 'ndjson', encoding: null };
const JSON_ARRAY: FormatModel = { kind: 'json', encoding: null };

/** An object in memory that knows what was read of it, and whether all who read it have stopped. */
class Bytes implements ObjectBytes {
  public readonly size: number;
  public readonly contentType = 'text/csv';
  public readonly etag = 'etag';
  public readonly reads: (readonly [number, number | undefined])[] = [];
  public open = 0;
  public given = 0;

  constructor(private readonly bytes: Buffer, private readonly chunkSize = 64 * 1024) {
    this.size = bytes.length;
  }

  public async* read(from: number, to?: number): AsyncGenerator<Buffer> {
    this.reads.push([from, to]);
    this.open++;
    try {
      const wanted = this.bytes.subarray(from, to);
      for (let at = 0; at < wanted.length; at += this.chunkSize) {
        const chunk = wanted.subarray(at, at + this.chunkSize);
        this.given += chunk.length;
        yield chunk;
      }
    } finally {
      this.open--;
    }
  }
}

const modelOf = (format: FormatModel, more: Partial<RecordModel> = {}) => ({ columns: null, formats: [format], ...more } as RecordModel);
const sourceOf = (bytes: ObjectBytes, format: FormatModel = CSV, more: Partial<RecordModel> = {}) => (
  openRows(bytes, { fileName: 'a', contentType: '' }, modelOf(format, more))
);

async function read(source: RowSource, stretch: Stretch = { from: 0 }, onBytes?: (bytes: number) => void) {
  const rows: { readonly record: Record<string, string> | string; readonly end: number }[] = [];
  for await (const batch of source.rows(stretch, onBytes)) {
    batch.rows.forEach((row, nth) => rows.push({
      record: row instanceof BadRow ? row.code : Object.fromEntries(row.map((field, at) => [batch.header[at], field])),
      end: batch.ends[nth],
    }));
  }
  return rows;
}

const refused = async (bytes: Buffer | string, format: FormatModel = CSV, more: Partial<RecordModel> = {}) => {
  const object = new Bytes(Buffer.from(bytes as Buffer));
  const error = await failure(read(sourceOf(object, format, more)));
  expect(object.open).toBe(0);
  return error;
};

const ROWS = [{ id: '1', note: 'plain' }, { id: '2', note: 'a "quoted"\nüber, 💊' }, { id: '3', note: '' }, { id: '', note: ' blanks ' }];
const csvOf = (rows: readonly Record<string, string>[]) => (
  ['id,note', ...rows.map(({ id, note }) => `${id},"${note.replaceAll('"', '""')}"`)].join('\r\n')
);
const TEXTS: readonly (readonly [string, FormatModel, (rows: readonly Record<string, string>[]) => string])[] = [
  ['CSV', CSV, csvOf],
  ['NDJSON', NDJSON, (rows) => rows.map((row) => JSON.stringify(row)).join('\n')],
  ['a JSON array', JSON_ARRAY, (rows) => JSON.stringify(rows, null, 1)],
];
const ENCODINGS: readonly (readonly [string, EncodingModel | null, (text: string) => Buffer])[] = [
  ['UTF-8', null, (text) => Buffer.from(text)],
  ['UTF-8 with a mark', null, (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16LE with a mark', null, (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16BE that is declared', 'utf-16be', (text) => Buffer.from(text, 'utf16le').swap16()],
  ['UTF-16BE with a mark, though Latin-1 is declared', 'latin1', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];
const PACKINGS: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['plain', (bytes) => bytes], ['gzip', (bytes) => gzipSync(bytes)], ['zstd', (bytes) => zstdCompressSync(bytes)],
];
const ALL = TEXTS.flatMap(([kind, format, write]) => ENCODINGS.flatMap(([encoding, declared, encode]) => PACKINGS.map(([packing, pack]) => (
  [`${kind}, ${encoding}, ${packing}`, { ...format, encoding: declared }, (rows: readonly Record<string, string>[]) => pack(encode(write(rows)))] as const
))));

describe.each(ALL)('%s', (_, format, write) => {
  test('has its rows, whatever the chunks', async () => {
    for (const size of [1, 7, 100_000]) {
      const bytes = new Bytes(write(ROWS), size);
      let told = 0;
      const rows = await read(sourceOf(bytes, format), undefined, (more) => { told += more; });
      expect(rows.map(({ record }) => record)).toEqual(ROWS);
      expect({ told, open: bytes.open }).toEqual({ told: bytes.size, open: 0 });
    }
  });

  test('is read on where a row ended, and no further than a row begins', async () => {
    const bytes = new Bytes(write(ROWS), 5);
    const rows = await read(sourceOf(bytes, format));
    const source = sourceOf(bytes, format);
    for (const [nth, { end }] of rows.entries()) {
      let told = 0;
      expect(await read(source, { from: end }, (more) => { told += more; })).toEqual(rows.slice(nth + 1));
      expect(told).toBe(bytes.size);
      expect(await read(sourceOf(bytes, format), { from: end })).toEqual(rows.slice(nth + 1));
      expect(await read(source, { from: 0, before: end })).toEqual(rows.slice(0, nth + 1));
      if (nth > 0) expect(await read(source, { from: rows[0].end, before: end })).toEqual(rows.slice(1, nth + 1));
    }
    expect(bytes.open).toBe(0);
  });
});

test('any rows, however they are packed, cut and read on, are the same rows', async () => {
  const row = fc.record({ id: fc.string({ minLength: 1 }), note: fc.string({ unit: 'binary' }) })
    .map(({ id, note }) => ({ id: id.replace(/[",\s{[<]/g, '') || 'x', note: note.toWellFormed().replaceAll('\0', '') }));
  const rows = fc.array(row, { minLength: 1, maxLength: 8 });
  const cut = fc.integer({ min: 1, max: 300 });
  await fc.assert(fc.asyncProperty(fc.constantFrom(...ALL), rows, cut, fc.nat(), async ([, format, write], some, size, where) => {
    const bytes = new Bytes(write(some), size);
    const all = await read(sourceOf(bytes, format));
    expect(all.map(({ record }) => record)).toEqual(some);
    const nth = where % all.length;
    expect(await read(sourceOf(bytes, format), { from: all[nth].end })).toEqual(all.slice(nth + 1));
  }), { numRuns: 300 });
});

describe('a file that is not UTF-8', () => {
  const written = Array.from({ length: 400 }, (_, nth) => ({ id: `${nth}`, note: `grüße 💊 ${'x'.repeat(nth % 97)}\n` }));
  const others = ALL.filter(([name]) => name.includes('UTF-16') && name.endsWith('plain'));

  test.each(others)('is read on where a row ended without what is before, as a place near it is known: %s', async (_, format, write) => {
    const bytes = new Bytes(write(written), 1000);
    const all = await read(sourceOf(bytes, format));
    for (const begin of [undefined, 40]) {
      const first = begin === undefined ? { from: 0 } : await placed(sourceOf(bytes, format), all[begin].end);
      for await (const { ends, anchor } of sourceOf(bytes, format).rows(first)) {
        for (const end of ends) {
          if (end % 7 > 0) continue;
          const nth = all.findIndex((row) => row.end === end);
          bytes.reads.length = 0;
          let told = 0;
          expect(await read(sourceOf(bytes, format), { from: end, anchor }, (more) => { told += more; })).toEqual(all.slice(nth + 1));
          expect(told).toBe(bytes.size);
          expect(bytes.reads.at(-1)![0]).toBe(anchor!.byte);
          expect(end - anchor!.offset).toBeLessThan(70_000);
        }
      }
    }
    expect(bytes.open).toBe(0);
  });

  test('begins near every row but the first ones', async () => {
    const object = new Bytes(Buffer.from(`id\n${'x\n'.repeat(300_000)}`, 'utf16le'));
    const { anchor } = await placed(sourceOf(object, { ...CSV, encoding: 'utf-16le' }), 500_003);
    expect(anchor!.byte).toBe(2 * anchor!.offset);
    expect(500_003 - anchor!.offset).toBeLessThan(64 * 1024);
  });

  test('has no such places where it is packed, or in UTF-8', async () => {
    const text = '\ufeffid\n1\n2\n';
    for (const [bytes, isPacked] of [[gzipSync(Buffer.from(text, 'utf16le')), true], [Buffer.from(text), false]] as const) {
      const source = sourceOf(new Bytes(bytes));
      for await (const { anchor } of source.rows({ from: 0 })) expect(anchor).toBeUndefined();
      expect(await read(source, { from: 8 })).toHaveLength(1);
      expect(source.isPacked).toBe(isPacked);
    }
  });

  async function placed(source: RowSource, from: number): Promise<Stretch> {
    for await (const { ends, anchor } of source.rows({ from: 0 })) if (ends.includes(from)) return { from, anchor };
    throw new Error(`no row ends at ${from}`);
  }
});

test('Latin-1 that is declared is read as such', async () => {
  const bytes = new Bytes(Buffer.from('id,note\n1,gr\xfc\xdfe 5 \x80\n', 'latin1'));
  expect((await read(sourceOf(bytes, { ...CSV, encoding: 'latin1' }))).map(({ record }) => record)).toEqual([{ id: '1', note: 'grüße 5 €' }]);
});

test.each(PACKINGS)('bytes are told as they are read, and not as they are fetched: %s', async (_, pack) => {
  const packed = pack(Buffer.from(`a,b\n${Array.from({ length: 40_000 }, (__, row) => `${row},${Math.sin(row)}\n`).join('')}`));
  let told = 0;
  let rows = 0;
  let worst = 0;
  // What comes at once is all of it.
  for await (const batch of sourceOf(new Bytes(packed, packed.length)).rows({ from: 0 }, (bytes) => { told += bytes; })) {
    rows += batch.rows.length;
    worst = Math.max(worst, told / packed.length - rows / 40_000);
  }
  expect(told).toBe(packed.length);
  expect(worst).toBeLessThan(0.5);
});

describe('of a large file', () => {
  const LINE = `${'x'.repeat(99)}\n`;
  const bytes = Buffer.from(`id\n${LINE.repeat(20_000)}`);

  test('no more is read than is wanted: its header, and the bytes behind a row', async () => {
    const object = new Bytes(bytes);
    const end = 3 + 15_000 * 100;
    expect(await read(sourceOf(object), { from: end })).toHaveLength(5_000);
    expect(object.reads).toEqual([[0, undefined], [end, bytes.length]]);
    expect(object.given).toBe(64 * 1024 + bytes.length - end);
  });

  test('no more is asked for than may be wanted before an end', async () => {
    const object = new Bytes(bytes);
    expect(await read(sourceOf(object), { from: 3, before: 500_003 })).toHaveLength(5_000);
    expect(object.reads).toEqual([[0, undefined], [3, 500_003 + 256 * 1024]]);
  });

  test('even if a row is longer than one would think', async () => {
    const object = new Bytes(Buffer.from(`id\n1\n"${'x\n'.repeat(190_000)}"\n2\n`));
    const rows = await read(sourceOf(object), { from: 3, before: 6 });
    expect(rows.map(({ record }) => record)).toEqual([{ id: '1' }, { id: 'x\n'.repeat(190_000) }]);
    expect(object.reads).toEqual([[0, undefined], [3, 6 + 256 * 1024], [6 + 256 * 1024, undefined]]);
  });

  test('whoever goes on behind such a row, and so behind the end, reads what is there, and finds none', async () => {
    const long = `"${'\u{1f600}\n'.repeat(100_000)}"\n`;
    const object = new Bytes(Buffer.from(`id\n${long}2\n${'x'.repeat(1_000)}\n`));
    expect(await read(sourceOf(object), { from: 3 + Buffer.byteLength(long), before: 6 })).toEqual([]);
  });

  test('what is not wanted any more is closed', async () => {
    for (const packed of [bytes, gzipSync(bytes), zstdCompressSync(bytes)]) {
      const object = new Bytes(packed, 1000);
      for await (const _ of sourceOf(object).rows({ from: 0 })) break;
      await new Promise(setImmediate);
      expect(object.open).toBe(0);
    }
  });
});

describe('a header', () => {
  test('without rows is given', async () => {
    const batches = [];
    for await (const batch of sourceOf(new Bytes(Buffer.from('id,note\n'))).rows({ from: 0 })) batches.push(batch);
    expect(batches).toEqual([{ header: ['id', 'note'], rows: [], ends: [] }]);
  });

  test('that is declared is no row, and none is read for it', async () => {
    const format: CsvModel = { ...CSV, header: ['id', 'note'] };
    const object = new Bytes(Buffer.from('{"a":1},x\n2,y\n'));
    expect((await read(sourceOf(object, { ...format, quote: null }))).map(({ record }) => record)).toEqual([{ id: '{"a":1}', note: 'x' }, { id: '2', note: 'y' }]);
  });

  test('of any length is found again', async () => {
    const names = Array.from({ length: 30_000 }, (_, nth) => `column ${nth}`);
    const object = new Bytes(Buffer.from(`${names.join(',')}\n${names.map((_, nth) => nth).join(',')}\n`), 10_000);
    const [row] = await read(sourceOf(object));
    expect(await read(sourceOf(object), { from: row.end })).toEqual([]);
  });

  test('is separated by what is found in the text', async () => {
    const object = new Bytes(Buffer.from('id;note\n1;a,b\n2;c,d\n'));
    const source = () => sourceOf(object, { ...CSV, delimiter: null });
    const rows = await read(source());
    expect(rows.map(({ record }) => record)).toEqual([{ id: '1', note: 'a,b' }, { id: '2', note: 'c,d' }]);
    expect(await read(source(), { from: rows[0].end })).toEqual(rows.slice(1));
  });

  test.each(['', '\ufeff'])('stands behind a line that says what separates it: %j', async (mark) => {
    const object = new Bytes(Buffer.from(`${mark}sep=;\r\nid;note\r\n1;a,b,c\r\n2;c,d,e\r\n`));
    const source = () => sourceOf(object, { ...CSV, delimiter: null });
    const rows = await read(source());
    expect(rows.map(({ record }) => record)).toEqual([{ id: '1', note: 'a,b,c' }, { id: '2', note: 'c,d,e' }]);
    expect(await read(source(), { from: rows[0].end })).toEqual(rows.slice(1));
  });
});

describe('a file is refused', () => {
  test.each<[string, FormatModel]>([['', CSV], ['\n\r\n', CSV], ['\ufeff', CSV], ['', { ...CSV, header: ['a'] }], ['', NDJSON], [' \n', JSON_ARRAY]])('that is empty: %j', async (text, format) => {
    expect(await refused(text, format)).toMatchObject({ name: 'UploadFailure', code: 'EMPTY_FILE' });
    if (text) expect(await refused(gzipSync(text), format)).toMatchObject({ code: 'EMPTY_FILE' });
  });

  test.each<[string, Partial<CsvModel>, string]>([
    ['\n', { header: ['a'] }, 'the file must have rows, but it is empty'],
    ['a\nb\n', { preambleLines: 5 }, 'the file must have a header after its first 5 lines, but there is nothing'],
  ])('that is empty, for what it is: %j, %j', async (text, format, message) => {
    expect(await refused(text, { ...CSV, ...format })).toMatchObject({ code: 'EMPTY_FILE', message });
  });

  test.each<[string, Buffer, FormatModel, number, string]>([
    ['a plain file', Buffer.from('\u00fc\n1\n2"3'), CSV, 5, 'the line of byte 6 of the file is not CSV'],
    ['one in UTF-16', Buffer.from('\ufeff\u00fc\n1\n2"3', 'utf16le'), CSV, 8, 'the line of byte 9 of its text, unpacked and in UTF-8 is not CSV'],
    ['a packed one', gzipSync('[{"a":1},{"a":2};'), JSON_ARRAY, 8, 'the file is not JSON at byte 16 of its text, unpacked and in UTF-8'],
  ])('where it is broken, by bytes of the file or of its text: %s', async (_, bytes, format, from, message) => {
    expect(await failure(read(sourceOf(new Bytes(bytes), format), { from }))).toMatchObject({ message: expect.stringContaining(message) });
  });

  const random = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(5000));
  test.each<[string, Buffer, string]>([
    ['a ZIP archive', Buffer.concat([Buffer.from('PK\x03\x04'), random]), 'the file must be text, but it is a ZIP archive: unpack it, or pack its file with gzip'],
    ['an Excel workbook', Buffer.concat([Buffer.from('PK\x03\x04\x14\0\x06\0[Content_Types].xml'), random]), 'the file must be text, but it is a spreadsheet or another office document: save it as CSV'],
    ['an old Excel workbook', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), random]), 'the file must be text, but it is a spreadsheet or another office document: save it as CSV'],
    ['a PDF document', Buffer.from('%PDF-1.7\n1 0 obj'), 'the file must be text, but it is a PDF document: export it as CSV'],
    ['a packed archive', gzipSync(Buffer.concat([Buffer.from('PK\x03\x04'), random])), 'the file must be text, but it is a ZIP archive: unpack it, or pack its file with gzip'],
    ['bzip2', Buffer.concat([Buffer.from('BZh91AY&SY'), random]), 'the file must be text, but it is packed with something else than gzip and zstd: pack it with one of these'],
    ['what is packed twice', gzipSync(gzipSync('id\n1\n')), 'the file must be text, but it is packed twice: unpack it once'],
    ['a picture', Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d', 'hex'), random]), 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16 without a byte order mark'],
    ['UTF-16 that is not declared', Buffer.from('id,note\n', 'utf16le'), 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16 without a byte order mark'],
    ['a text with a NUL', Buffer.from(`id\n${'x\n'.repeat(100_000)}\0`), 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16 without a byte order mark'],
  ])('that is no text: %s', async (_, bytes, message) => {
    for (const format of [CSV, NDJSON, JSON_ARRAY]) {
      const error = await refused(bytes, format);
      if (format === CSV || !bytes.subarray(0, 4).equals(Buffer.from('id\nx'))) expect(error).toMatchObject({ name: 'UploadFailure', code: 'NOT_A_TEXT_FILE', message });
    }
  });

  test.each<[string, FormatModel, string]>([
    ['{"id":1}\n{"id":2}', CSV, 'the file must be CSV, but it looks like JSON objects'],
    ['\ufeff\n [ {"id":1}]', CSV, 'the file must be CSV, but it looks like a JSON array'],
    ['[]', CSV, 'the file must be CSV, but it looks like a JSON array'],
    ['<?xml version="1.0"?><Error/>', CSV, 'the file must be CSV, but it looks like XML or HTML'],
    ['<!DOCTYPE html>\n<html>', CSV, 'the file must be CSV, but it looks like XML or HTML'],
    ['id,note\n1,x', JSON_ARRAY, 'the file must be a JSON array, but it does not begin with ['],
    ['{"id":1}\n{"id":2}', JSON_ARRAY, 'the file must be a JSON array, but it looks like JSON objects'],
    ['id,note\n1,x', NDJSON, 'the file must be JSON with an object per line, but its first lines are no objects'],
    ['[{"id":1}]', NDJSON, 'the file must be JSON with an object per line, but it looks like a JSON array'],
    ['[\n{"id":1}\n]', NDJSON, 'the file must be JSON with an object per line, but it looks like a JSON array'],
  ])('that has another format: %j', async (text, format, message) => {
    expect(await refused(text, format)).toMatchObject({ name: 'UploadFailure', code: 'WRONG_FORMAT', message });
    expect(await refused(gzipSync(text), format)).toMatchObject({ code: 'WRONG_FORMAT', message });
    expect(await failure(read(sourceOf(new Bytes(Buffer.from(text)), format), { from: 3 }))).toMatchObject({ code: 'WRONG_FORMAT', message });
  });

  test.each<[string, FormatModel]>([['[id],{note}\n1,x', CSV], ['{id},[note]\n1,x', CSV], ['[1]\n{"id":1}', NDJSON], ['x\n{"id":1}', NDJSON], ['[5,{"id":1}]', JSON_ARRAY]])(
    'but not for its looks: %j', async (text, format) => {
      expect((await read(sourceOf(new Bytes(Buffer.from(text)), format))).length).toBeGreaterThan(0);
    },
  );

  test('that has two encodings, with the byte where the other one begins', async () => {
    const mixed = Buffer.concat([Buffer.from('id\n'), Buffer.from('ü\n'.repeat(100_000)), Buffer.from('ü\n', 'latin1')]);
    expect(await refused(mixed)).toMatchObject({ code: 'INVALID_ENCODING', message: 'the file must be UTF-8 text, but byte 300003 (0xFC) is no part of it' });
    const resumed = failure(read(sourceOf(new Bytes(mixed)), { from: 3 + 3 * 90_000 }));
    expect(await resumed).toMatchObject({ message: 'the file must be UTF-8 text, but byte 300003 (0xFC) is no part of it' });
  });

  test('that becomes too large unpacked, by what the pipeline says', async () => {
    const packed = gzipSync(`id\n${'x\n'.repeat(1000)}`);
    expect(await refused(packed, CSV, { unpacking: { maxBytes: 1000, maxRatio: 1000 } })).toMatchObject({ code: 'UNPACKED_TOO_LARGE' });
    expect(await refused(gzipSync(Buffer.alloc(50_000_000, `${'x'.repeat(999)}\n`)))).toMatchObject({ code: 'COMPRESSION_RATIO_TOO_HIGH' });
  });
});

test('a pipeline with several formats goes by the name of the file', async () => {
  const object = new Bytes(gzipSync('{"id":1}\n'));
  const model = { columns: null, formats: [CSV, NDJSON] } as unknown as RecordModel;
  expect(await read(openRows(object, { fileName: 'a.jsonl.gz', contentType: 'application/gzip' }, model))).toEqual([{ record: { id: '1' }, end: 9 }]);
});

test('one can start anywhere in plain UTF-8 with rows that stand for themselves', () => {
  const plain = Buffer.from('id\n');
  expect(canStartAnywhere(plain, CSV)).toBe(true);
  expect(canStartAnywhere(Buffer.from('\ufeffid\n'), NDJSON)).toBe(true);
  expect(canStartAnywhere(plain, JSON_ARRAY)).toBe(false);
  expect(canStartAnywhere(gzipSync(plain), CSV)).toBe(false);
  expect(canStartAnywhere(zstdCompressSync(plain), CSV)).toBe(false);
  expect(canStartAnywhere(Buffer.from('\ufeffid\n', 'utf16le'), CSV)).toBe(false);
  expect(canStartAnywhere(plain, { ...CSV, encoding: 'latin1' })).toBe(false);
});
