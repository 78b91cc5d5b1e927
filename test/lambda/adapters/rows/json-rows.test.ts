import fc from 'fast-check';
import { readJsonArray } from '../../../../lambda-src/adapters/rows/json-rows';
import { JsonStart, readNdjson } from '../../../../lambda-src/adapters/rows/ndjson-rows';
import { BadRow, RowBatch } from '../../../../lambda-src/application/ingest/row-source';
import { ColumnModel, RecordModel } from '../../../../src/private/contract';
import { chunked, failure } from './chunks';

const column = (name: string, more: Partial<ColumnModel> = {}): ColumnModel => ({ name, type: 'string', required: false, ...more });
const model = (columns: RecordModel['columns'] = null, more: Partial<RecordModel> = {}) => ({ columns, ...more } as RecordModel);
type Reader = typeof readNdjson;

interface Row {
  readonly record: Record<string, string> | string;
  readonly end: number;
  readonly text: string;
}

async function batchesOf(
  read: Reader, bytes: Buffer | string, size?: number, start: Partial<JsonStart> = {}, ofModel = model(),
): Promise<RowBatch[]> {
  const { offset = 0, before = Infinity } = start;
  const batches: RowBatch[] = [];
  const all = Buffer.from(bytes as Buffer).subarray(offset);
  for await (const batch of read(chunked(all, size), ofModel, { offset, before })) batches.push(batch);
  return batches;
}

/** Rows by the names of their fields; of a bad one its code. */
function rowsIn(batches: readonly RowBatch[]): Row[] {
  return batches.flatMap(({ header, rows, ends, texts }) => rows.map((row, nth) => ({
    record: row instanceof BadRow ? row.code : Object.fromEntries(row.map((field, at) => [header[at], field])),
    end: ends[nth],
    text: texts![nth],
  })));
}

const rowsOf = async (...args: Parameters<typeof batchesOf>) => rowsIn(await batchesOf(...args));
const records = async (...args: Parameters<typeof batchesOf>) => (await rowsOf(...args)).map(({ record }) => record);

const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
const value = fc.oneof(wellFormed, fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
const objects = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'ü"{'), value, { maxKeys: 4 }), { maxLength: 12 });
const blank = fc.constantFrom('', '', ' ', '\n', '\r\n  ');
const bom = fc.constantFrom('', '\ufeff');
const textOf = (inner: unknown) => (inner === null ? '' : typeof inner === 'string' ? inner : JSON.stringify(inner));
const expected = (all: readonly Record<string, unknown>[]) => all.map((object) => (
  Object.fromEntries(Object.entries(object).map(([name, inner]) => [name, textOf(inner)]))
));
// JSON.stringify has no way to write these two: the reference would be of another text.
const isPlain = (all: unknown) => !/-0|\\ud[89a-f]/.test(JSON.stringify(all)) && !hasMinusZero(all);

function hasMinusZero(inner: unknown): boolean {
  if (typeof inner === 'object' && inner !== null) return Object.values(inner).some(hasMinusZero);
  return Object.is(inner, -0);
}

const ndjson = fc.tuple(objects.filter(isPlain), fc.constantFrom('\n', '\r\n', '\n\n', '\n \n'), fc.boolean(), bom).map(([all, end, ends, mark]) => (
  { all, text: mark + all.map((object) => JSON.stringify(object)).join(end) + (ends ? end : '') }
)).filter(({ all }) => all.length > 0);
const array = fc.tuple(objects.filter(isPlain), blank, bom, fc.constantFrom(undefined, 2)).map(([all, gap, mark, indent]) => (
  { all, text: `${mark}${gap}[${gap}${all.map((object) => JSON.stringify(object, null, indent)).join(`${gap},${gap}`)}${gap}]${gap}` }
));

describe.each<[string, Reader, typeof ndjson]>([['NDJSON', readNdjson, ndjson], ['a JSON array', readJsonArray, array]])('%s', (_, read, files) => {
  test('is what JSON.parse makes of it, wherever it is cut', () => fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 40 }), async ({ all, text }, size) => {
      const rows = await rowsOf(read, text, size);
      expect(rows.map(({ record }) => record)).toEqual(expected(all));
      expect(await rowsOf(read, text)).toEqual(rows);
    }), { numRuns: 300 },
  ));

  test('goes on where any row ended, and stops before any row begins', () => fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 40 }), async ({ text }, size) => {
      const rows = await rowsOf(read, text, size);
      for (const [nth, { end }] of rows.entries()) {
        expect(await rowsOf(read, text, size, { offset: end })).toEqual(rows.slice(nth + 1));
        // Of a line, or of an element without what is before it, the end is never behind the next one's beginning.
        const upTo = await rowsOf(read, text, size, { before: end });
        expect(upTo).toEqual(rows.slice(0, nth + 1));
        expect(await rowsOf(read, text, 1, { offset: 0, before: 0 })).toEqual([]);
      }
    }), { numRuns: 150 },
  ));

  test('has the columns of the schema first, and then what a row has besides', async () => {
    const columns = [column('id'), column('price', { aliases: ['cost'] }), column('at', { computed: '{uploadedAt}' })];
    const all = [{ id: 1, x: 2 }, { x: 3, id: 4 }, { cost: 5 }, {}, { price: 6, y: 7 }];
    const text = read === readNdjson ? all.map((object) => JSON.stringify(object)).join('\n') : JSON.stringify(all);
    const batches = await batchesOf(read, text, undefined, {}, model(columns));
    expect(batches.map(({ header, rows }) => ({ header, rows }))).toEqual([
      { header: ['id', 'price', 'x'], rows: [['1', '', '2'], ['4', '', '3']] },
      { header: ['id', 'cost'], rows: [['', '5']] },
      { header: ['id', 'price'], rows: [['', '']] },
      { header: ['id', 'price', 'y'], rows: [['', '6', '7']] },
    ]);
    const [loose] = await batchesOf(read, read === readNdjson ? '{"ID ":1}' : '[{"ID ":1}]', undefined, {}, model(columns, { looseHeader: true }));
    expect(loose.header).toEqual(['ID ', 'price']);
  });

  test('leaves a string of a column of JSON the JSON that it is, by whatever name', async () => {
    const more = column('More', { type: 'json', aliases: ['Notes'] });
    const computed = column('Line', { type: 'json', computed: '{row}' });
    const all = ['{"More":"1","text":"1"}', '{"Notes":"a\\nb","More ":2}', '{"more":"x","Line":"1"}'];
    const text = read === readNdjson ? all.join('\n') : `[${all.join(',')}]`;
    expect(await records(read, text, undefined, {}, model([more, column('text'), computed]))).toEqual([
      { More: '"1"', text: '1' }, { 'Notes': '"a\\nb"', 'text': '', 'More ': '2' }, { More: '', text: '', more: 'x', Line: '1' },
    ]);
    expect((await records(read, text, undefined, {}, model([more], { looseHeader: true })))[2]).toEqual({ more: '"x"', Line: '1' });
  });

  test('rejects a row with a name that is too long for a column', async () => {
    const all = [`{"${'x'.repeat(255)}":1}`, `{"a":1,"${'x'.repeat(256)}":1}`, `{" ${'x'.repeat(255)} ":1}`];
    const batches = await batchesOf(read, read === readNdjson ? all.join('\n') : `[${all.join(',')}]`);
    expect(rowsIn(batches).map(({ record }) => record)).toEqual([{ ['x'.repeat(255)]: '1' }, 'RESERVED_COLUMN', { [` ${'x'.repeat(255)} `]: '1' }]);
    expect(batches.flatMap(({ rows }) => rows)[1]).toMatchObject({
      message: `the row has '${'x'.repeat(50)}…': the name of a column must have at most 255 characters`, text: all[1],
    });
  });

  test('keeps rows of one shape under one header, a thousand at most', async () => {
    const lines = Array.from({ length: 2500 }, (_row, nth) => (nth % 2 ? `{"a":${nth},"b":1}` : `{"b":1,"a":${nth}}`));
    const batches = await batchesOf(read, read === readNdjson ? `${lines.join('\n')}\n` : `[${lines.join(',')}]`, 100_000);
    expect(batches.map(({ rows }) => rows.length)).toEqual([1000, 1000, 500]);
    expect(new Set(batches.map(({ header }) => header)).size).toBe(1);
    expect(rowsIn(batches)[7]).toMatchObject({ record: { a: '7', b: '1' }, text: '{"a":7,"b":1}' });
  });

  test('takes files with more shapes than it keeps', async () => {
    const lines = Array.from({ length: 350 }, (_row, nth) => `{"a${nth}":${nth}}`);
    const rows = await records(read, read === readNdjson ? lines.join('\n') : `[${lines.join(',')}]`);
    expect(rows).toEqual(lines.map((_row, nth) => ({ [`a${nth}`]: String(nth) })));
  });

  test.each([['', 'EMPTY_FILE'], [' \n\r\n ', 'EMPTY_FILE'], ['\ufeff', 'EMPTY_FILE']])('%j is empty', async (text, code) => {
    expect(await failure(rowsOf(read, text))).toMatchObject({ name: 'UploadFailure', code, message: 'the file must have rows, but it is empty' });
  });
});

describe('a row of NDJSON that is none is a reject, and the next one is read', () => {
  test.each([
    ['{"a":1', 'MALFORMED_JSON', 'the row is not JSON: it ends too early'],
    ['5', 'NOT_AN_OBJECT', "the row must be an object, got '5'"],
    ['[{"a":1}]', 'NOT_AN_OBJECT', "the row must be an object, got '[{\"a\":1}]'"],
    ['{"a":1,"a":2}', 'DUPLICATE_COLUMN', "the row has 'a' more than once"],
    ['{"a":1},', 'MALFORMED_JSON', "the row is not JSON: ',' is unexpected at character 8"],
    ['{"a":"\\ud800"}', 'MALFORMED_JSON', 'the row has half a character in the text at character 6'],
  ])('%s', async (line, code, message) => {
    for (const size of [1, 100]) {
      const [batch, ...more] = await batchesOf(readNdjson, `{"x":1}\n${line}\n{"x":2}\n`, size);
      const rows = rowsIn([batch, ...more]);
      expect(rows.map(({ record }) => record)).toEqual([{ x: '1' }, code, { x: '2' }]);
      expect(rows[1]).toMatchObject({ text: line, end: 8 + line.length + 1 });
    }
    const [{ rows }] = await batchesOf(readNdjson, line);
    expect(rows).toEqual([expect.objectContaining({ code, message, text: line })]);
  });

  test('though it has a gigabyte', async () => {
    const gigabyte = 1024 ** 3;
    const megabyte = Buffer.alloc(1024 ** 2, 'a');
    const chunks = async function* () {
      yield Buffer.from('{"x":1}\n{"x":"');
      for (let bytes = 0; bytes < gigabyte; bytes += megabyte.length) yield megabyte;
      yield Buffer.from('"}\n{"x":2}');
    };
    const batches: RowBatch[] = [];
    for await (const batch of readNdjson(chunks(), model(), { offset: 0, before: Infinity })) batches.push(batch);
    const rows = rowsIn(batches);
    expect(rows.map(({ record }) => record)).toEqual([{ x: '1' }, 'RECORD_TOO_LARGE', { x: '2' }]);
    expect(rows[1].text).toBe(`{"x":"${'a'.repeat(994)}…`);
    expect(rows.map(({ end }) => end)).toEqual([8, 8 + 9 + gigabyte, 8 + 9 + gigabyte + 7]);
    expect(batches[1].rows[0]).toMatchObject({ message: `a row must have at most 2000000 bytes, got ${gigabyte + 8}` });
  });

  test('and its beginning ends with a whole character', async () => {
    const [{ text }] = await rowsOf(readNdjson, `{"x":"a${'€'.repeat(700_000)}"}`);
    expect(text).toBe(`{"x":"a${'€'.repeat(331)}…`);
  });

  test('and one of two million bytes is none too long', async () => {
    const line = `{"x":"${'a'.repeat(2_000_000 - 8)}"}`;
    expect(await records(readNdjson, `${line}\n${line}b`)).toEqual([{ x: 'a'.repeat(1_999_992) }, 'RECORD_TOO_LARGE']);
  });
});

describe('an array', () => {
  test('may be empty', async () => {
    expect(await records(readJsonArray, ' [ ] ')).toEqual([]);
    expect(await records(readJsonArray, '[]', 1)).toEqual([]);
  });

  test('has rejects for elements that are no objects, and for names that occur twice', async () => {
    const text = '[{"x":1}, 5 ,"]","a\\"]", [1,[2]], null,true,{"x":1,"x":2},{"x":2}]';
    for (const size of [1, 3, 100]) {
      const rows = await rowsOf(readJsonArray, text, size);
      expect(rows.map(({ record }) => record)).toEqual([{ x: '1' }, ...Array(6).fill('NOT_AN_OBJECT'), 'DUPLICATE_COLUMN', { x: '2' }]);
      expect(rows.map((row) => row.text)).toEqual(['{"x":1}', '5', '"]"', '"a\\"]"', '[1,[2]]', 'null', 'true', '{"x":1,"x":2}', '{"x":2}']);
    }
  });

  test.each([
    ['[{"x":1}', 'the file ends at byte 8, before its array does'],
    ['[{"x":1},', 'the file ends at byte 9, before its array does'],
    ['[{"x":"1', 'the file ends at byte 8, before its array does'],
    ['[12', 'the file ends at byte 3, before its array does'],
    ['[', 'the file ends at byte 1, before its array does'],
    ['{"x":1}', 'the file is not JSON at byte 0: the file must be an array, which begins with ['],
    ['[{"x":1}] {}', 'the file is not JSON at byte 10: nothing may follow the array'],
    ['[{"x":1}]]', 'the file is not JSON at byte 9: nothing may follow the array'],
    ['[{"x":1} {"x":2}]', 'the file is not JSON at byte 9: a comma or the end of the array must follow an element'],
    ['[{"x":01}]', "the file is not JSON at byte 1: the row is not JSON: '1}' is unexpected at character 7"],
    ['[,]', 'the file is not JSON at byte 1: the row is not JSON: it ends too early'],
    ['[{"x":1},]', 'the file is not JSON at byte 9: the row is not JSON: it ends too early'],
    ['[{"x":1]}', "the file is not JSON at byte 1: the row is not JSON: ']' is unexpected at character 7"],
    ['[nul]', "the file is not JSON at byte 1: the row is not JSON: 'nul' is unexpected at character 1"],
    ['[}]', "the file is not JSON at byte 1: the row is not JSON: '}' is unexpected at character 1"],
  ])('that is broken fails the file: %s', async (text, message) => {
    for (const size of [1, 100]) {
      expect(await failure(records(readJsonArray, text, size))).toMatchObject({ name: 'UploadFailure', code: 'MALFORMED_JSON', message });
    }
  });

  test('that is broken has the rows before that, wherever it is cut', async () => {
    for (const [text, code] of [['[{"x":1},5,{"x":2},{"x":03},{"x":4}]', 'MALFORMED_JSON'], ['[{"x":1},5,{"x":2}{"x":4}]', 'MALFORMED_JSON']]) {
      for (const size of [1, 3, 100]) {
        const found: RowBatch[] = [];
        const reading = (async () => {
          for await (const batch of readJsonArray(chunked(text, size), model(), { offset: 0, before: Infinity })) found.push(batch);
        })();
        expect(await failure(reading)).toMatchObject({ name: 'UploadFailure', code });
        expect(rowsIn(found).map(({ record }) => record)).toEqual([{ x: '1' }, 'NOT_AN_OBJECT', { x: '2' }]);
      }
    }
  });

  test('says of which bytes it speaks, where they are not those of the object', async () => {
    const reading = (text: string) => (async () => {
      for await (const _row of readJsonArray(chunked(text), model(), { offset: 0, before: Infinity, isPlain: false }));
    })();
    expect(await failure(reading('[{"x":1} 2]'))).toMatchObject({ message: expect.stringMatching(/^the file is not JSON at byte 9 of its text, unpacked and in UTF-8: /) });
  });

  test('may have elements of any size: what is larger than rows may be is a reject with its beginning, and the next ones are read', async () => {
    const large = [`{"x":"${'ü'.repeat(1_000_000 - 4)}"}`, `{"x":"a${'ü'.repeat(1_000_000 - 4)}"}`, `[${'[],'.repeat(1_000_000)}[]]`, '1'.repeat(2_000_001)];
    const text = `[{"x":1},${large.join(',')},{"x":2}]`;
    for (const size of [64 * 1024, 5_000_000]) {
      const rows = await rowsOf(readJsonArray, text, size);
      expect(rows.map(({ record }) => (typeof record === 'string' ? record : record.x.length))).toEqual([
        1, 999_996, 'RECORD_TOO_LARGE', 'RECORD_TOO_LARGE', 'RECORD_TOO_LARGE', 1,
      ]);
      expect(rows.slice(2, 5).map((row) => row.text)).toEqual([`{"x":"a${'ü'.repeat(496)}…`, `[${'[],'.repeat(333)}…`, `${'1'.repeat(1000)}…`]);
      expect(await rowsOf(readJsonArray, text, size, { offset: rows[2].end })).toEqual(rows.slice(3));
    }
    const [{ rows: [row] }] = await batchesOf(readJsonArray, `[${large[1]}]`);
    expect(row).toMatchObject({ message: 'a row must have at most 2000000 bytes, got 2000001' });
  });

  test.each([['a text', '[{"x":"', 'a'], ['brackets', '[', '['], ['objects', '[', '{"x":'], ['a number', '[', '1']])(
    'with %s that never end is stopped', async (_, start, endless) => {
      let given = 0;
      const chunks = async function* () {
        yield Buffer.from(start);
        for (const chunk = Buffer.from(endless.repeat(20_000)); given < 1024 ** 3; given += chunk.length) yield chunk;
      };
      const reading = (async () => { for await (const _row of readJsonArray(chunks(), model(), { offset: 0, before: Infinity })); })();
      expect(await failure(reading)).toMatchObject({
        name: 'UploadFailure', code: 'ROW_TOO_LARGE', message: 'an element must have at most 67108864 bytes; the one at byte 1 has more, or never ends',
      });
      expect(given).toBeLessThan(68_000_000);
    },
  );
});
