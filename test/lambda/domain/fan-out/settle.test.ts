import fc from 'fast-check';
import { cut, Range } from '../../../../lambda-src/domain/fan-out/cut';
import { NdjsonSurveyor } from '../../../../lambda-src/domain/fan-out/ndjson-survey';
import { settle, worthwhile } from '../../../../lambda-src/domain/fan-out/settle';
import { CsvMarks, CsvSurveyor, Survey } from '../../../../lambda-src/domain/fan-out/survey';
import { referenceRows } from './reference-rows';

const CSV: CsvMarks = { quote: 0x22, delimiter: 0x2C };

function survey(bytes: Buffer, { from, to }: Range, chunkSize = 7, marks = CSV): Survey {
  const surveyor = new CsvSurveyor(marks, from, from === 0 ? null : bytes[from - 1]);
  for (let at = from; at < to; at += chunkSize) surveyor.push(bytes.subarray(at, Math.min(to, at + chunkSize)));
  return surveyor.end();
}

/** What every range holds, of one file with a header. */
function settled(bytes: Buffer, ranges: readonly Range[], chunkSize?: number) {
  return settle(ranges, ranges.map((range) => survey(bytes, range, chunkSize)), [1]);
}

function rangesAt(borders: readonly number[], size: number): Range[] {
  const cuts = [0, ...[...new Set(borders)].filter((at) => at > 0 && at < size).sort((a, b) => a - b), size];
  return cuts.slice(1).map((to, nth) => ({ file: 0, from: cuts[nth], to }));
}

const field = fc.oneof(
  fc.stringMatching(/^[a-zé€😀 ]{0,6}$/u),
  fc.stringMatching(/^[a-z,"\n\ré😀]{0,12}$/u).map((text) => `"${text.replaceAll('"', '""')}"`),
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\n\r', '\r\r\n');
const row = fc.tuple(fc.array(field, { minLength: 2, maxLength: 4 }), lineEnd).map(([fields, end]) => fields.join(',') + end);
const csvFile = fc.tuple(fc.constantFrom('', '\n', '\r\n\n'), fc.array(row, { minLength: 1, maxLength: 30 }), fc.boolean())
  .map(([before, rows, ends]) => {
    const text = before + rows.join('');
    return Buffer.from(ends ? text : text.trimEnd());
  });

describe('Settled ranges', () => {
  test('begin where rows begin, and know how many are before them, wherever the file is cut', () => {
    fc.assert(fc.property(csvFile, fc.array(fc.nat(400), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (bytes, borders, chunkSize) => {
      const expected = referenceRows(bytes).slice(1);
      const ranges = rangesAt(borders, bytes.length);
      const found = settled(bytes, ranges, chunkSize);

      let before = 0;
      for (const [nth, range] of found.entries()) {
        expect(range.rowsBefore).toBe(before);
        expect(range.rowsBeforeInFile).toBe(before);
        const own = expected.slice(before, before + range.rows);
        if (range.rows > 0 && range.from > 0) expect(range.from).toBe(own[0].from);
        for (const { from } of own) {
          expect(from).toBeGreaterThanOrEqual(ranges[nth].from);
          expect(from).toBeLessThan(ranges[nth].to);
        }
        before += range.rows;
        if (range.rows > 0) expect(range.before).toBe(expected[before]?.from ?? null);
      }
      expect(before).toBe(Math.max(0, expected.length));
    }), { numRuns: 500 });
  });

  test('are the same for a file that is cut at every one of its bytes', () => {
    const bytes = Buffer.from('name,note\r\n"a","x\n""y""\n\n\r"\r\n\r\nbé,"\r\n,"\n"😀\n",c\rd,e');
    const expected = referenceRows(bytes).slice(1);
    const everywhere = rangesAt([...bytes.keys()], bytes.length);
    const found = settled(bytes, everywhere).filter(({ rows }) => rows > 0);
    expect(found.map(({ from }) => from)).toEqual(expected.map(({ from }) => from));
    expect(found.map(({ rowsBefore }) => rowsBefore)).toEqual(expected.map((_, nth) => nth));
    expect(found.map(({ before }) => before)).toEqual([...expected.slice(1).map(({ from }) => from), null]);
  });

  test('of a file whose header is longer than a range begin with it', () => {
    const bytes = Buffer.from('\n\n"long\nname",second\n1,2\n3,4\n');
    const found = settled(bytes, rangesAt([1, 5, 17], bytes.length));
    expect(found.map(({ from, rows }) => [from, rows])).toEqual([[0, 0], [0, 0], [0, 0], [21, 2]]);
    expect(worthwhile(found)).toEqual([3]);
  });

  test('a header that begins where the range of the first rows does is read from the start', () => {
    const bytes = Buffer.from('\n\n\na,b\n1,2\n3,4\n');
    const found = settled(bytes, rangesAt([2, 12], bytes.length));
    expect(found.map(({ from, before, rows }) => [from, before, rows])).toEqual([[0, 0, 0], [0, null, 2], [0, null, 0]]);
    expect(worthwhile(found)).toEqual([1]);
  });

  test('go on counting from file to file, each with a header of its own', () => {
    const files = ['a\n1\n2\n', 'a\n"3\n"\n4'].map((text) => Buffer.from(text));
    const ranges = cut(files.map(({ length }) => length), 4);
    const found = settle(ranges, ranges.map((range) => survey(files[range.file], range)), [1, 1, 1]);
    expect(ranges.map((range) => range.file)).toEqual([0, 0, 1, 1]);
    const withRows = found.filter(({ rows }) => rows > 0);
    expect(withRows.map(({ file, rowsBefore, rowsBeforeInFile, rows }) => [file, rowsBefore, rowsBeforeInFile, rows]))
      .toEqual([[0, 0, 0, 1], [0, 1, 1, 1], [1, 2, 0, 1], [1, 3, 1, 1]]);
  });

  test('of files without rows are worth a look at their headers, once each', () => {
    const files = ['a,b\n', '', 'a\n1'].map((text) => Buffer.from(text));
    const ranges = cut(files.map(({ length }) => length), 2);
    const found = settle(ranges, ranges.map((range) => survey(files[range.file], range)), [1, 1, 1]);
    expect(worthwhile(found).map((nth) => [found[nth].file, found[nth].from])).toEqual([[0, 0], [1, 0], [2, 2]]);
  });

  test('are none of a file with a quote in the middle of a field, since nobody knows what follows it', () => {
    const bytes = Buffer.from('size,name\n"5",six\n7" disk,"a\nb"\n8,"c\nd"\n');
    for (const borders of [[], [12], [20, 25, 30]]) {
      expect(() => settled(bytes, rangesAt(borders, bytes.length)))
        .toThrow('byte 19 is a quote in the middle of a field: a field that holds a quote must be quoted, and its quotes doubled');
    }
  });

  test('are none of a file with a quote that is never closed, which is named wherever the file is cut', () => {
    const bytes = Buffer.from('n,note\n1,"a"\n2,"say ""so""\n\n3,b\n');
    for (let size = 1; size <= bytes.length; size++) {
      expect(() => settled(bytes, cut([bytes.length], size))).toThrow(expect.objectContaining({
        code: 'UNTERMINATED_QUOTE', message: 'a quoted field is still open at the end of the file: its quote is byte 15',
      }));
    }
    const two = [Buffer.from('a\n"b\n'), Buffer.from('a\n1\n2" x\n')];
    const ranges = cut(two.map(({ length }) => length), 3);
    expect(() => settle(ranges, ranges.map((range) => survey(two[range.file], range)), [1, 1])).toThrow(expect.objectContaining({
      code: 'UNTERMINATED_QUOTE', file: 0, message: expect.stringContaining('byte 2') as string,
    }));
  });

  test('are none of a file that is cut off in a quoted field, and of no other', () => {
    fc.assert(fc.property(csvFile, fc.nat(), fc.array(fc.nat(400), { maxLength: 8 }), (bytes, end, borders) => {
      const start = bytes.subarray(0, end % (bytes.length + 1));
      const failure = (run: () => unknown) => {
        try {
          run();
          return undefined;
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      const isOpen = failure(() => referenceRows(start)) === 'CSV_QUOTE_NOT_CLOSED';
      expect(failure(() => settled(start, rangesAt(borders, start.length)))).toBe(isOpen ? 'UNTERMINATED_QUOTE' : undefined);
    }), { numRuns: 500 });
  });

  test('know no quotes where there are none', () => {
    const bytes = Buffer.from('a\n"1\n"2\n');
    const ranges = rangesAt([4], bytes.length);
    const found = settle(ranges, ranges.map((range) => survey(bytes, range, 3, { quote: null, delimiter: 0x2C })), [0]);
    expect(found.map(({ rows }) => rows)).toEqual([2, 1]);
  });
});

describe('Ranges of NDJSON', () => {
  const line = fc.constantFrom('{}', ' {"a":1}', '\t\r{"a":\r "b"} ', '  ', '', '\r', ' \r\t', '"not an object"');

  test('begin where lines begin that are not blank, with what they are indented by, wherever the file is cut', () => {
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(150), { maxLength: 8 }), (lines, borders) => {
      const bytes = Buffer.from(lines.join('\n'));
      const starts: number[] = [];
      let at = 0;
      for (const text of lines) {
        if (/[^ \t\r]/.test(text)) starts.push(at);
        at += text.length + 1;
      }
      const ranges = rangesAt(borders, bytes.length);
      const found = settle(ranges, ranges.map(({ from, to }) => {
        const surveyor = new NdjsonSurveyor(from);
        for (let chunk = from; chunk < to; chunk += 5) surveyor.push(bytes.subarray(chunk, Math.min(to, chunk + 5)));
        return surveyor.end();
      }), [0]).filter(({ rows }) => rows > 0);
      expect(found.map(({ from }) => from)).toEqual(found.map(({ rowsBefore }) => starts[rowsBefore]));
      expect(found.map(({ before }) => before)).toEqual(found.map(({ rowsBefore, rows }) => starts[rowsBefore + rows] ?? null));
      expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(starts.length);
    }), { numRuns: 500 });
  });
});

describe('Cutting', () => {
  test('covers every file from its first byte to its last', () => {
    const someSizes = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(someSizes, fc.integer({ min: 1, max: 3000 }), (sizes, rangeSize) => {
      const ranges = cut(sizes, rangeSize);
      for (const [file, size] of sizes.entries()) {
        const own = ranges.filter((range) => range.file === file);
        expect(own[0].from).toBe(0);
        expect(own.at(-1)!.to).toBe(size);
        own.slice(1).forEach(({ from }, nth) => expect(from).toBe(own[nth].to));
        own.forEach(({ from, to }) => expect(to - from).toBeLessThanOrEqual(Math.max(rangeSize, 20)));
      }
      expect(ranges.map(({ file }) => file)).toEqual(ranges.map(({ file }) => file).sort((a, b) => a - b));
    }));
  });

  test('makes 5,000 ranges at most, of the largest object that S3 holds', () => {
    const ranges = cut([50 * 1024 ** 4], 64 * 1024 ** 2);
    expect(ranges.length).toBeLessThanOrEqual(5_000);
    expect(ranges.length).toBeGreaterThan(4_900);
    expect(JSON.stringify([...ranges.keys()]).length).toBeLessThan(32 * 1024);
  });
});
