import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { csvRows } from '../../../lambda-src/adapters/csv-rows';

const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  process.on('unhandledRejection', remember);
  process.on('uncaughtException', remember);
});
afterAll(() => {
  process.off('unhandledRejection', remember);
  process.off('uncaughtException', remember);
});
afterEach(async () => {
  await turns(5);
  expect(unhandled.splice(0)).toEqual([]);
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

/** A stream of the bytes in chunks of these sizes, the last one again and again. */
function stream(content: string | Buffer, sizes: readonly number[] = [64 * 1024]): Readable {
  const bytes = Buffer.from(content);
  return Readable.from((function* () {
    for (let at = 0, chunk = 0; at < bytes.length; chunk++) {
      const size = sizes[Math.min(chunk, sizes.length - 1)];
      yield bytes.subarray(at, at + size);
      at += size;
    }
  })(), { objectMode: false });
}

/** Not Array.fromAsync, which an iterable that never ends would not let fail. */
async function rowsOf(content: string | Buffer, sizes?: readonly number[]): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of csvRows(stream(content, sizes))) rows.push(row);
  return rows;
}

describe('a file of any form', () => {
  test.each<[string, string, string[][]]>([
    ['LF', 'a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', [['a', 'b'], ['1', '2']]],
    ['CR', 'a,b\r1,2\r', [['a', 'b'], ['1', '2']]],
    ['all of them', 'a\r\nb\nc\rd', [['a'], ['b'], ['c'], ['d']]],
    ['no line end at its end', 'a,b\n1,2', [['a', 'b'], ['1', '2']]],
    ['empty lines anywhere', '\n\r\na\n\n\r\rb\n\n', [['a'], ['b']]],
    ['a byte order mark', '\ufeffa,b\n1,2', [['a', 'b'], ['1', '2']]],
    ['a byte order mark before a quote', '\ufeff"a",b\n1,2', [['a', 'b'], ['1', '2']]],
    ['line ends, commas and quotes in quotes', 'a\n"1\n2\r\n3\r4, ""5"""\n', [['a'], ['1\n2\r\n3\r4, "5"']]],
    ['one column with an empty value', 'a\n""\nb\n', [['a'], [''], ['b']]],
    ['rows of any width', 'a,b\n1\n1,2,3\n,\n', [['a', 'b'], ['1'], ['1', '2', '3'], ['', '']]],
    ['blanks, which are kept', ' a , b\n 1,2 \n', [[' a ', ' b'], [' 1', '2 ']]],
    ['characters of every length', 'ü,€,💊\n', [['ü', '€', '💊']]],
    ['names of members of objects', '__proto__,constructor\n1,2', [['__proto__', 'constructor'], ['1', '2']]],
    ['nothing', '', []],
    ['a byte order mark alone', '\ufeff', []],
  ])('%s', async (_, content, expected) => {
    for (const size of [1, 2, 3, 64 * 1024]) expect(await rowsOf(content, [size])).toEqual(expected);
  });

  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const field = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'ü', '💊'), maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text.isWellFormed() && !/[\0\ufeff]/.test(text)),
  );
  const row = fc.array(field, { minLength: 1, maxLength: 4 });
  const written = fc.tuple(row, fc.boolean(), lineEnd).map(([fields, quoted, end]) => {
    const needsQuotes = (text: string) => quoted || /[",\r\n]/.test(text) || (text === '' && fields.length === 1);
    return { fields, text: fields.map((text) => (needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',') + end };
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 });

  test('has the rows that were written into it, wherever it is cut, and those that a parser of the whole finds', async () => {
    await fc.assert(fc.asyncProperty(fc.array(written, { maxLength: 12 }), fc.boolean(), sizes, async (lines, mark, chunks) => {
      const content = (mark ? '\ufeff' : '') + lines.map(({ text }) => text).join('');
      const expected = lines.map(({ fields }) => fields);
      expect(await rowsOf(content, chunks)).toEqual(expected);
      expect(await rowsOf(content, [1])).toEqual(expected);
      const whole = parse(content, { bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, skip_empty_lines: true });
      expect(expected).toEqual(whole);
    }), { numRuns: 300 });
  });

  const spectrum = dirname(require.resolve('csv-spectrum'));
  const files = readdirSync(join(spectrum, 'csvs')).map((name) => name.replace('.csv', ''));
  // Its JSON has a telephone number that its CSV has not.
  test.each(files.filter((name) => name !== 'location_coordinates'))('csv-spectrum: %s', async (name) => {
    const expected: unknown = JSON.parse(readFileSync(join(spectrum, 'json', `${name}.json`), 'utf8'));
    for (const size of [1, 7, 64 * 1024]) {
      const [header, ...rows] = await rowsOf(readFileSync(join(spectrum, 'csvs', `${name}.csv`)), [size]);
      expect(rows.map((fields) => Object.fromEntries(fields.map((text, at) => [header[at], text])))).toEqual(expected);
    }
  });
});

describe('what is no CSV', () => {
  const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

  test.each<[string, string | Buffer, string, string | RegExp]>([
    ['a picture', PNG, 'NOT_A_TEXT_FILE', /NUL/],
    ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 'NOT_A_TEXT_FILE', /NUL/],
    ['Latin-1', Buffer.from('a\nü', 'latin1'), 'INVALID_ENCODING', /between bytes 0 and 3/],
    ['a character cut off at the end', Buffer.from('a\nü').subarray(0, 3), 'INVALID_ENCODING', /between bytes 3 and 3/],
    ['a quote that never ends', 'a\nb\n"c\nd', 'UNTERMINATED_QUOTE', 'a quoted field is still open at the end of the file, which is line 4'],
    ['a quote inside a field', 'a\n1"2', 'MALFORMED_CSV', 'line 2 is not CSV: a field that holds a quote must be quoted, and its quotes doubled'],
    ['text after a closing quote', 'a\r\n"1"2', 'MALFORMED_CSV', /^line \d is not CSV: a closing quote must be followed by a comma or the end of the line$/],
    ['a row of more than 100,000 fields', ','.repeat(100_000), 'ROW_TOO_LARGE', 'a row must have at most 100000 fields'],
    ['a row of more than 400 KiB', `a\n${'xxxxxxxxx,'.repeat(50_000)}`, 'ROW_TOO_LARGE',
      'a row must have at most 409600 bytes; the one at line 2 has more, or a quote before it is never closed'],
  ])('%s', async (_, content, code, message) => {
    await expect(rowsOf(content)).rejects.toMatchObject({ name: 'UploadFailure', code, message: expect.stringMatching(message) });
  });

  test('rows before it are given', async () => {
    const rows = csvRows(stream(`a\n1\n${'2\n'.repeat(100_000)}5" pipe`));
    expect((await rows.next()).value).toEqual(['a']);
    expect((await rows.next()).value).toEqual(['1']);
    await rows.return(undefined);
  });

  test('a row of just 100,000 fields is one, even if it is as long as such a row can be', async () => {
    const row = Array.from({ length: 100_000 }, (_, nth) => (nth % 2 === 0 ? '""""""' : '"€€€€"')).join(',');
    expect(Buffer.byteLength(row)).toBeGreaterThan(1_000_000);
    const rows = await rowsOf(`${row}\n${row}`, [1_000_000, 64 * 1024]);
    expect(rows.map(({ length }) => length)).toEqual([100_000, 100_000]);
  });

  test('a row of just 400 KiB is one, also after many empty lines', async () => {
    const rows = await rowsOf(`${'\n'.repeat(1_000_000)}${'x'.repeat(409_600)}\n${'y'.repeat(409_600)}`);
    expect(rows.map(([text]) => text.length)).toEqual([409_600, 409_600]);
  });
});

describe('reading stops early', () => {
  /** Megabytes without end, unless somebody stops reading. */
  function endless(start: string, chunk: string): { body: Readable; read: () => number } {
    let read = 0;
    const body = Readable.from((async function* () {
      yield Buffer.from(start);
      for (; read < 500_000_000; read += chunk.length) yield Buffer.from(chunk);
    })(), { objectMode: false });
    return { body, read: () => read };
  }

  test.each([
    ['a field of megabytes', 'a\n', 'x'.repeat(65_536), 'ROW_TOO_LARGE'],
    ['a line of nothing but commas', 'a\n', ','.repeat(65_536), 'ROW_TOO_LARGE'],
    ['a quote that is never closed', 'a\n"', '1,2,3\n'.repeat(10_000), 'ROW_TOO_LARGE'],
    ['something that is not text', 'a\n', '\0'.repeat(65_536), 'NOT_A_TEXT_FILE'],
  ])('at %s', async (_, start, chunk, code) => {
    const { body, read } = endless(start, chunk);
    const reading = async () => {
      for await (const row of csvRows(body)) expect(row).toEqual(['a']);
    };
    await expect(reading()).rejects.toMatchObject({ code });
    expect(read()).toBeLessThan(3_000_000);
    expect(body.destroyed).toBe(true);
  });

  test('when the consumer has enough, and closes the body', async () => {
    const { body, read } = endless('a\n', '1\n'.repeat(30_000));
    let bytes = 0;
    for await (const row of csvRows(body, (more) => { bytes += more; })) {
      if (row[0] === '1') break;
    }
    await turns(3);
    expect(body.destroyed).toBe(true);
    expect(read()).toBeLessThan(1_000_000);
    expect(bytes).toBeGreaterThan(0);
  });

  test('when the consumer is slow, the file waits', async () => {
    const { body, read } = endless('a\n', '1\n'.repeat(30_000));
    const rows = csvRows(body);
    await rows.next();
    await turns(1000);
    expect(read()).toBeLessThan(1_000_000);
    await rows.return(undefined);
    await turns(3);
    expect(body.destroyed).toBe(true);
  });

  test('when the consumer fails, with its own error', async () => {
    const { body } = endless('a\n', '1\n'.repeat(30_000));
    const reading = async () => {
      for await (const row of csvRows(body)) throw new Error(`cannot take ${row[0]}`);
    };
    await expect(reading()).rejects.toThrow('cannot take a');
    await turns(3);
    expect(body.destroyed).toBe(true);
  });

  test('when the body is closed under it', async () => {
    const { body } = endless('a\n', '1\n'.repeat(30_000));
    const rows = csvRows(body);
    await rows.next();
    body.destroy();
    const rest = async () => {
      for await (const row of rows) {
        if (row[0] !== '1') throw new Error('the file has no such row');
      }
    };
    await expect(rest()).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  test('when the connection breaks, with the error of the connection: the file is not at fault', async () => {
    const body = Readable.from((async function* () {
      yield Buffer.from('a\n1\n2');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })(), { objectMode: false });
    const reading = async () => {
      for await (const row of csvRows(body)) expect(row).toHaveLength(1);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(body.destroyed).toBe(true);
  });
});

test('bytes are counted as they are read, all of them in the end', async () => {
  let bytes = 0;
  const content = '\ufeffname\nü\n';
  for await (const row of csvRows(stream(content, [3]), (more) => { bytes += more; })) expect(row).toHaveLength(1);
  expect(bytes).toBe(Buffer.byteLength(content));
});
