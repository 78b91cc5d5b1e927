import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { type CsvDialect } from '../../../../lambda-src/adapters/rows/csv-dialect';
import { readCsv } from '../../../../lambda-src/adapters/rows/csv-rows';
import { BadRow } from '../../../../lambda-src/application/ingest/row-source';
import { type CsvContent, DIALECT, FROM_START, chunksOf, readContent, readRows, readUpToFailure } from '../../../support/csv-files';
import { referenceRows } from '../../../support/csv-reference';

const ROOT = join(__dirname, '..', '..', '..', '..');
const SIZES = [1, 2, 3, 7, 64 * 1024];

describe('a file of any form', () => {
  test.each<[string, string, string[][], Partial<CsvDialect>?]>([
    ['LF', 'a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', [['a', 'b'], ['1', '2']]],
    ['CR', 'a,b\r1,2\r', [['a', 'b'], ['1', '2']]],
    ['all of them', 'a\r\nb\nc\rd', [['a'], ['b'], ['c'], ['d']]],
    ['no line end at its end', 'a,b\n1,2', [['a', 'b'], ['1', '2']]],
    ['empty lines anywhere', '\n\r\na\n\n\r\rb\n\n', [['a'], ['b']]],
    ['a byte order mark', '\ufeffa,b\n1,2', [['a', 'b'], ['1', '2']]],
    ['a byte order mark before a quote', '\ufeff"a",b\n1,2', [['a', 'b'], ['1', '2']]],
    ['a second byte order mark, which is text', '\ufeff\ufeffa\n\ufeff1', [['\ufeffa'], ['\ufeff1']]],
    ['line ends, commas and quotes in quotes', 'a\n"1\n2\r\n3\r4, ""5"""\n', [['a'], ['1\n2\r\n3\r4, "5"']]],
    ['one column with an empty value', 'a\n""\nb\n', [['a'], [''], ['b']]],
    ['rows of any width', 'a,b\n1\n1,2,3\n,\n', [['a', 'b'], ['1'], ['1', '2', '3'], ['', '']]],
    ['blanks, which are kept', ' a , b\n 1,2 \n', [[' a ', ' b'], [' 1', '2 ']]],
    ['characters of every length', 'ü,€,💊\n', [['ü', '€', '💊']]],
    ['names of members of objects', '__proto__,constructor\n1,2', [['__proto__', 'constructor'], ['1', '2']]],
    ['nothing', '', []],
    ['a byte order mark alone', '\ufeff', []],
    ['tabs', 'a\tb\n"1\t2"\t3', [['a', 'b'], ['1\t2', '3']], { delimiter: '\t' }],
    ['a delimiter of three bytes', 'a→b\n"→"→ü', [['a', 'b'], ['→', 'ü']], { delimiter: '→' }],
    ['quotes of two bytes', 'a,§b§\n§1§§,§,2', [['a', 'b'], ['1§,', '2']], { quote: '§', escape: '§' }],
    ['a backslash before quotes', 'a\n"say \\"hi\\" \\\\ \\n"', [['a'], ['say "hi" \\ n']], { escape: '\\' }],
    ['a backslash outside quotes', 'a\\\n\\"', [['a\\'], ['\\"']], { escape: '\\', quote: "'" }],
    ['quotes that are text', 'a"\n"1,2"', [['a"'], ['"1', '2"']], { quote: null }],
    ['comments', '# x"\na\n#\n1#2\n"#3"\n# end', [['a'], ['1#2'], ['#3']], { comment: '#' }],
    ['lines before the header, whatever is in them', '"x\r\n\r\n#,\ra\n1', [['a'], ['1']], { preambleLines: 3 }],
    ['a byte order mark before such lines', '\ufeffx\na\n1', [['a'], ['1']], { preambleLines: 1 }],
    ['fewer lines than those before the header', 'x\ny', [], { preambleLines: 3 }],
    ['no header', '1,2\n3,4', [['a', 'b'], ['1', '2'], ['3', '4']], { header: ['a', 'b'] }],
    ['no header and nothing else', '\n', [], { header: ['a', 'b'] }],
  ])('%s', async (_, content, expected, dialect = {}) => {
    for (const size of SIZES) expect(await readRows(content, { dialect, sizes: [size] })).toEqual(expected);
  });

  test('a header alone is a file without rows; nothing at all is none', async () => {
    expect(await readContent('a,b')).toEqual({ header: ['a', 'b'], rows: [], ends: [] });
    expect(await readContent('\n\n')).toEqual({ header: null, rows: [], ends: [] });
  });

  test('many rows come in batches of at most a thousand', async () => {
    const sizes: number[] = [];
    for await (const { rows } of readCsv(chunksOf(`a\n${'1\n'.repeat(2500)}`), DIALECT, FROM_START)) sizes.push(rows.length);
    expect(sizes).toEqual([0, 1000, 1000, 500]);
  });

  test('a character with a meaning must be one code unit', async () => {
    await expect(readRows('a', { dialect: { delimiter: '💊' } })).rejects.toThrow('"💊" is not one character of 16 bits');
  });
});

describe('real files, as csv-parse reads them', () => {
  const VEGA = join(ROOT, 'node_modules', 'vega-datasets', 'data');
  test.each([
    [join(VEGA, 'airports.csv'), 3376],
    [join(VEGA, 'disasters.csv'), 803],
    [join(VEGA, 'la-riots.csv'), 63],
    [join(VEGA, 'gapminder-health-income.csv'), 187],
    [join(ROOT, 'examples', 'drug-catalog', 'drugs.csv'), 3376],
  ])('%s', async (path, rows) => {
    const content = readFileSync(path);
    const expected = referenceRows(content, DIALECT);
    if ('code' in expected) throw new Error(expected.code);
    for (const size of [997, 64 * 1024]) {
      const read = await readContent(content, { sizes: [size] });
      expect([read.header, ...read.rows]).toEqual(expected.rows);
      expect(read.ends).toEqual(expected.ends.slice(1));
    }
    expect(expected.rows.length).toBe(rows + 1);
  });
});

describe('a stretch of a file', () => {
  const CONTENT = '\ufeffä,b\n1,2\n\n# x\n"3\n€",4\r\n5,6';
  const ENDS = [12, 28, 31];
  const commented = { dialect: { comment: '#' } };

  test('ends are bytes of the text, byte order mark and line ends included', async () => {
    const { ends } = await readContent(CONTENT, commented);
    expect(ends).toEqual(ENDS);
    expect(Buffer.from(CONTENT).subarray(0, 12).toString()).toBe('\ufeffä,b\n1,2\n');
    expect(Buffer.byteLength(CONTENT)).toBe(31);
  });

  test.each([
    ['begins before it, though it ends behind it', 20, 2],
    ['begins before it by a byte', 18, 2],
    ['begins there', 17, 1],
    ['comes after blank lines and comments before it', 13, 1],
  ])('a row is its own that %s', async (_, before, rows) => {
    for (const size of SIZES) {
      const read = await readContent(CONTENT, { ...commented, sizes: [size], start: { before } });
      expect(read).toMatchObject({ header: ['ä', 'b'], ends: ENDS.slice(0, rows) });
    }
  });

  test('it has a header that is known, and no preamble', async () => {
    const header = ['x', 'y'];
    const read = await readContent(CONTENT, { dialect: { comment: '#', preambleLines: 1 }, start: { offset: 12, header } });
    expect(read).toEqual({ header, rows: [['3\n€', '4'], ['5', '6']], ends: [28, 31] });
  });

  test('what is wrong in it is told by bytes, since nobody has counted its lines', async () => {
    const start = { offset: 4, header: ['a'] };
    await expect(readContent('a\n1\n2\n3"', { start })).rejects.toMatchObject({ message: expect.stringMatching(/^the line of byte 7 of the file is not CSV: /) });
    await expect(readContent('a\n1\n2\n"3\n4', { start })).rejects.toMatchObject({ message: expect.stringMatching(/its quote is on the line of byte 6 of the file$/) });
    const packed = { ...start, isPlain: false };
    await expect(readContent('a\n1\n2\n"3\n4', { start: packed })).rejects.toMatchObject({
      message: expect.stringMatching(/its quote is on the line of byte 6 of its text, unpacked and in UTF-8$/),
    });
  });
});

describe('what is no CSV', () => {
  test.each<[string, string, string, string, Partial<CsvDialect>?]>([
    ['a quote that never ends', 'a\nb\n"c\nd', 'UNTERMINATED_QUOTE', 'a quoted field is still open at the end of the file: its quote is on line 3'],
    ['one behind a field of several lines', 'a\nb\n"c\r\n","d\n\n', 'UNTERMINATED_QUOTE', 'a quoted field is still open at the end of the file: its quote is on line 4'],
    ['a quote inside a field', 'a\n1"2', 'MALFORMED_CSV', 'line 2 is not CSV: a field that holds a quote must be quoted, and its quotes doubled'],
    ['one where a backslash protects', 'a\n1"2', 'MALFORMED_CSV', 'line 2 is not CSV: a field that holds a quote must be quoted, and its quotes preceded by \\', { escape: '\\' }],
    ['text after a closing quote', 'a\r\n"1"2', 'MALFORMED_CSV', 'line 2 is not CSV: a closing quote must be followed by a comma or the end of the line'],
    ['text after a quote that only seems to close', 'a\n"1\n2\n"3"\n', 'MALFORMED_CSV',
      'line 4 is not CSV: a closing quote must be followed by a comma or the end of the line; the quote that it closes is on line 2'],
    ['a comment after a closing quote', '"a"#', 'MALFORMED_CSV', 'line 1 is not CSV: a closing quote must be followed by a bar or the end of the line', { delimiter: '|', comment: '#' }],
    ['lines of all kinds before it', '# x\r\n\r\na\r"1\r\n2\n3"\n\n"4\n"5', 'MALFORMED_CSV',
      'line 9 is not CSV: a closing quote must be followed by ^ or the end of the line; the quote that it closes is on line 8', { comment: '#', delimiter: '^' }],
    ['a header of more than 100,000 fields', ','.repeat(100_000), 'ROW_TOO_LARGE', 'the header must have at most 100000 fields'],
    ['a header of more than 2 MB', `\n${'€'.repeat(666_667)}\n`, 'ROW_TOO_LARGE',
      'the header must have at most 2000000 bytes; the one on line 2 has more, or a quote in it is never closed'],
    ['a header of more than 2 MB with something else behind that', `${'x'.repeat(2_000_001)}"`, 'ROW_TOO_LARGE',
      'the header must have at most 2000000 bytes; the one on line 1 has more, or a quote in it is never closed'],
    ['a row of more than 2 MB, in which there is a quote', `a\n${'x'.repeat(3_000_000)}"\n`, 'MALFORMED_CSV',
      'line 2 is not CSV: a field that holds a quote must be quoted, and its quotes doubled'],
    ['one in which another quote does not close', `a\n"${'x\r\n'.repeat(1_000_000)}"y\n`, 'MALFORMED_CSV',
      'line 1000002 is not CSV: a closing quote must be followed by a comma or the end of the line; the quote that it closes is on line 2'],
    ['one that is never closed', `a\n1,"${'x\r\n'.repeat(1_000_000)}`, 'UNTERMINATED_QUOTE', 'a quoted field is still open at the end of the file: its quote is on line 2'],
    ['a comment of more than 2 MB', `a\n#${'€'.repeat(666_667)}\n1`, 'ROW_TOO_LARGE',
      'a line that is passed over must have at most 2000000 bytes; the one on line 2 has more', { comment: '#' }],
  ])('%s', async (_, content, code, message, dialect = {}) => {
    for (const size of content.length > 1000 ? [10_007, 3_000_000] : SIZES) {
      await expect(readRows(content, { dialect, sizes: [size] })).rejects.toMatchObject({ name: 'UploadFailure', code, message });
    }
  });

  test('rows before it are given, however near they are', async () => {
    const content = `a\n1\n${'2\n'.repeat(100_000)}5" pipe\n6`;
    for (const size of [10_007, 64 * 1024, 1_000_000]) {
      const { header, rows, failure } = await readUpToFailure(content, { sizes: [size] });
      expect(header).toEqual(['a']);
      expect(rows).toHaveLength(100_001);
      expect(failure).toMatchObject({ code: 'MALFORMED_CSV', message: expect.stringMatching(/^line 100003 /) });
    }
  });
});

describe('a large row', () => {
  /** Two large rows between small ones. */
  async function around(row: string): Promise<CsvContent> {
    const content = `a\n1\n${row}\r\n${row}\r\n2`;
    const [first, ...others] = await Promise.all([[64 * 1024], [99_991]].map((sizes) => readContent(content, { sizes })));
    for (const other of others) expect(other).toEqual(first);
    const bytes = Buffer.byteLength(row) + 2;
    expect(first.ends).toEqual([4, 4 + bytes, 4 + 2 * bytes, 5 + 2 * bytes]);
    expect([first.rows[0], first.rows[3]]).toEqual([['1'], ['2']]);
    expect(first.rows[2]).toEqual(first.rows[1]);
    return first;
  }

  test.each<[string, string, number, number]>([
    ['as many fields and quotes as a row can have', Array.from({ length: 100_000 }, () => '""""""""').join(','), 100_000, 300_000],
    ['as many bytes as a row can have', 'x'.repeat(2_000_000), 1, 2_000_000],
    ['as many of them in characters of three bytes', `"${'€'.repeat(666_666)}"`, 1, 666_666],
  ])('of %s is read', async (_, row, fields, characters) => {
    const rows = await readRows(`${'\n'.repeat(1_000_000)}a\n${row}\n${row}`, { sizes: [1_000_000, 64 * 1024] });
    expect(rows.map((texts) => [texts.length, texts.join('').length])).toEqual([[1, 1], [fields, characters], [fields, characters]]);
  });

  test.each<[string, string, string, string]>([
    ['a byte more', 'x'.repeat(2_000_001), 'x'.repeat(1000), 'a row must have at most 2000000 bytes, got 2000001'],
    ['a byte more in characters of three bytes', `"${'€'.repeat(666_666)}",`, `"${'€'.repeat(999)}`,
      'a row must have at most 2000000 bytes, got 2000001'],
    ['a field more', `${',a'.repeat(100_000)}`, ',a'.repeat(500), 'a row must have at most 100000 fields, got 100001'],
    ['a field of some megabytes', `1,"${'💊""\r\n'.repeat(700_000)}"`, `1,"${'💊""\r\n'.repeat(166)}`,
      'a row must have at most 2000000 bytes, got 5600004 on 700001 lines: a quote in it may be one too many'],
  ])('of %s is a reject that shows its beginning', async (_, row, text, message) => {
    const { rows } = await around(row);
    expect(rows[1]).toEqual(new BadRow('RECORD_TOO_LARGE', message, `${text}…`));
  });

  test('is no larger for its line end, wherever that is cut', async () => {
    for (const size of [1, 2, 3, 4, 5, 7, 64]) {
      const { rows } = await readContent('a\n1234\r\n12345\r\n1€\r\n', { sizes: [size], start: { maxRowBytes: 4 } });
      expect(rows).toEqual([['1234'], expect.any(BadRow), ['1€']]);
    }
  });

  test('that is the last one, or the last of a stretch, is a reject, too', async () => {
    const row = `"${'x\n'.repeat(2_000_000)}"`;
    for (const reading of [{ sizes: [999_999] }, { start: { before: 5 } }]) {
      const { rows, ends } = await readContent(`a\n1\n${row}${reading.start ? '\n2' : ''}`, reading);
      expect(rows).toEqual([['1'], expect.any(BadRow)]);
      expect(ends[1]).toBe(4 + row.length + (reading.start ? 1 : 0));
    }
  });

  test('is passed over as if it were held, whatever is in it', async () => {
    const end = fc.constantFrom('\n', '\r\n', '\r', ',', '"', '""', '\\', 'a', 'ü', '💊', '§');
    const dialects = fc.constantFrom<Partial<CsvDialect>>({}, { escape: '\\' }, { quote: '§', escape: '§' }, { quote: null });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    const texts = fc.array(end, { maxLength: 30 }).map((parts) => parts.join(''));
    await fc.assert(fc.asyncProperty(texts, dialects, sizes, fc.boolean(), async (text, dialect, chunks, isFirst) => {
      const before = isFirst ? '' : 'a\n1\n';
      const read = async (maxRowBytes: number | undefined) => {
        const start = { offset: before.length, header: ['a'], maxRowBytes };
        const { ends, failure } = await readUpToFailure(before + text, { dialect, sizes: chunks, start });
        return { ends, failure: (failure as Error | undefined)?.message };
      };
      expect(await read(0)).toEqual(await read(undefined));
    }), { numRuns: 2000 });
  });
});

describe('reading stops early', () => {
  interface Endless {
    readonly chunks: AsyncGenerator<Uint8Array>;
    readonly read: () => number;
    readonly closed: () => boolean;
  }

  /** Megabytes without end, unless somebody stops reading. */
  function endless(start: string, chunk: string, megabytes = 500): Endless {
    let read = 0;
    let isClosed = false;
    const bytes = Buffer.from(chunk);
    const chunks = (async function* () {
      try {
        yield Buffer.from(start);
        for (; read < megabytes * 1_000_000; read += bytes.length) yield bytes;
      } finally {
        isClosed = true;
      }
    })();
    return { chunks, read: () => read, closed: () => isClosed };
  }

  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  /** Notes what is in memory every so many bytes, but for what nobody holds any more. */
  async function* weighing(chunks: AsyncIterable<Uint8Array>, bytesBetween: number, held: number[]): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      if (bytes >= held.length * bytesBetween) {
        collectGarbage();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        held.push(heapUsed + arrayBuffers);
      }
      bytes += chunk.length;
      yield chunk;
    }
  }

  test.each<[string, string, string, Partial<CsvDialect>?]>([
    ['a header without end', '', 'name,'.repeat(10_000)],
    ['a header of nothing but commas', '', ','.repeat(65_536)],
    ['a header with a quote that is never closed', '"', '1,2,3\n'.repeat(10_000)],
    ['a comment without end', 'a\n#', 'x'.repeat(65_536), { comment: '#' }],
    ['a preamble without end', 'a', 'x'.repeat(65_536), { preambleLines: 1 }],
    ['a header of a gigabyte in small chunks', '', 'x'.repeat(1_000)],
  ])('at %s', async (_, start, chunk, dialect = {}) => {
    const { chunks, read, closed } = endless(start, chunk);
    const reading = async () => {
      for await (const { rows } of readCsv(chunks, { ...DIALECT, ...dialect }, FROM_START)) expect(rows).toEqual([]);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ROW_TOO_LARGE' });
    expect(read()).toBeLessThan(5_000_000);
    expect(closed()).toBe(true);
  });

  test.each([['', 60_000], ['', 1_000], ['1,2,"3",', 60_000]])('at a quote that is not closed for 64 MiB: %j, %d', async (start, size) => {
    const { chunks, read, closed } = endless(`a\n1\n\n${start}"`, '1,2,3\n'.repeat(size / 6));
    const found: unknown[] = [];
    const reading = async () => {
      for await (const { rows } of readCsv(chunks, DIALECT, FROM_START)) found.push(...rows);
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'ROW_TOO_LARGE', message: 'a quoted field must have at most 67108864 bytes; the one whose quote is on line 4 has more, or is never closed',
    });
    expect(found).toEqual([['1']]);
    expect(read()).toBeLessThan(68_000_000);
    expect(closed()).toBe(true);
  });

  test.each([0, 1])('at a field of more than 64 MiB, even if it is closed: %d more', async (more) => {
    const field = Buffer.alloc(64 * 1024 ** 2 - 1 + more, 'x');
    const content = Buffer.concat([Buffer.from('a\n"'), field, Buffer.from('"\n1\n')]);
    // The quote comes with what is before it, or alone.
    for (const sizes of [[4_000_000], [field.length + 3, 1]]) {
      const { rows, failure } = await readUpToFailure(content, { sizes });
      expect(rows).toEqual(more === 0 ? [expect.any(BadRow), ['1']] : []);
      expect(failure).toEqual(more === 0 ? undefined : expect.objectContaining({ code: 'ROW_TOO_LARGE' }));
    }
  });

  test.each<[string, string]>([
    ['characters', 'x'.repeat(65_536)], ['characters in small chunks', 'x'.repeat(1_000)], ['commas', ','.repeat(65_536)], ['quoted fields', '"1",'.repeat(15_000)],
  ])('but not at a line of 300 MB, which is a reject and is not held: %s', async (_, chunk) => {
    const { chunks, read, closed } = endless('a\n', chunk, 300);
    const found: unknown[] = [];
    const held: number[] = [];
    for await (const { rows } of readCsv(weighing(chunks, 50_000_000, held), DIALECT, FROM_START)) found.push(...rows);
    expect(found).toEqual([new BadRow('RECORD_TOO_LARGE', `a row must have at most 2000000 bytes, got ${read()}`, `${chunk.slice(0, 1000)}…`)]);
    expect(held.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...held) - held[0]).toBeLessThan(30_000_000);
    expect(closed()).toBe(true);
  });

  test('behind the last row of a stretch', async () => {
    const { chunks, read, closed } = endless('a\n', '1\n'.repeat(30_000));
    let count = 0;
    for await (const { rows } of readCsv(chunks, DIALECT, { ...FROM_START, before: 100_000 })) count += rows.length;
    expect(count).toBe(49_999);
    expect(read()).toBeLessThan(200_000);
    expect(closed()).toBe(true);
  });

  test('when the consumer has enough', async () => {
    const { chunks, closed } = endless('a\n', '1\n'.repeat(30_000));
    for await (const { rows } of readCsv(chunks, DIALECT, FROM_START)) {
      if (rows.length > 0) break;
    }
    expect(closed()).toBe(true);
  });

  test('when the connection breaks, with its error: the file is not at fault', async () => {
    const chunks = (async function* () {
      yield Buffer.from('a\n1\n2');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })();
    const found: unknown[] = [];
    const reading = async () => {
      for await (const { rows } of readCsv(chunks, DIALECT, FROM_START)) found.push(...rows);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(found).toEqual([['1']]);
  });
});
