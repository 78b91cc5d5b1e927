import * as fc from 'fast-check';
import { DETECTION_BYTES, detectDelimiter, withDelimiter } from '../../../../lambda-src/adapters/rows/csv-delimiter';
import { CSV, type CsvModel } from '../../../../src/private/contract';

const DETECTED: CsvModel = { ...CSV, delimiter: null };

test.each<[string, string, string, Partial<CsvModel>?]>([
  ['commas', 'a,b,c\n1,2,3\n', ','],
  ['semicolons beside decimal commas', 'a;b\n1,5;2,5\n3,0;4\n', ';'],
  ['tabs beside commas in the text', 'name\tplace\nDoe, John\tParis, France\nRoe, Jane\tRome, Italy\n', '\t'],
  ['bars', 'a|b\n1|2', '|'],
  ['a header alone', 'a;b;c', ';'],
  ['quoted fields with other delimiters', '"a,b";"c,d"\n"1,2";"3,4"\n', ';'],
  ['line ends in quotes', 'a;b\n"1\n,\n,";2\n', ';'],
  ['rows of other widths', 'a;b;c\n1;2\n1,1;2;3\n1;2;3\n', ';'],
  ['more columns of a delimiter that fits as well', 'a,b;c,d;e,f\n1,2;3,4;5,6\n', ','],
  ['tabs beside as many commas', 'a, b\tc\n1, 2\t3\n', '\t'],
  ['tabs beside as many semicolons', 'a; b\tc\n1; 2\t3\n', '\t'],
  ['semicolons beside as many bars', 'a|b;c\n1|2;3\n', ';'],
  ['bars beside as many commas', 'a, b|c\n1, 2|3\n', '|'],
  ['one column', 'a\n1\n2\n', ','],
  ['nothing', '', ','],
  ['nothing but blank lines', '\n\r\n', ','],
  ['a byte order mark and CR', '\ufeffa;b\r1;2\r', ';'],
  ['lines before the header', 'report, of, today,,,\na;b\n1;2\n', ';', { preambleLines: 1 }],
  ['comments', '# a,b,c\na;b\n# 1,2,3\n1;2\n', ';', { comment: '#' }],
  ['a bar that is a comment', '|a|b\nx;y\n', ';', { comment: '|' }],
  ['rows as wide as the header that is given', '1,5;2;3\n2,5;4;5\n', ';', { header: ['a', 'b', 'c'] }],
  ['quotes that mean nothing', '"a;"b\n1;2\n', ';', { quote: null }],
  ['a row that is no CSV with any', 'a"b;c', ','],
  ['a row that is none after many that are', `a;b\n${'1,1;2\n'.repeat(50)}"x"y;1\n`, ';'],
])('%s', (_, content, expected, model = {}) => {
  expect(detectDelimiter(Buffer.from(content), { ...DETECTED, ...model })).toBe(expected);
});

test.each<[string, string, number, Partial<CsvModel>?]>([
  ['sep=;\na,b,c\n', ';', 1],
  ['\ufeffsep=\t\r\na,b;c\n', '\t', 1],
  ['SEP=^\ra^b\r', '^', 1],
  ['"sep=;"\r\na,b,c\n', ';', 1],
  ['sep=|', '|', 1],
  ['sep=;\nreport\na,b,c\n', ';', 2, { preambleLines: 2 }],
  ['sep=;;\na;b;c\n', ';', 0],
  ['sep=x,\na,b\n', ',', 0],
  ['sep=#\na,b\n', ',', 0, { comment: '#' }],
  ['sep="\na,b\n', ',', 0],
  ['a,b\nsep=;\n', ',', 0],
  ['sep=;\na,b\n', ',', 0, { delimiter: ',' }],
])('a first line may declare it: %j', (content, delimiter, preambleLines, model = {}) => {
  expect(withDelimiter({ ...DETECTED, ...model }, Buffer.from(content))).toEqual({ ...DETECTED, ...model, delimiter, preambleLines });
});

test('no more than the first 64 KB count, nor a row that they cut off', () => {
  const start = 'a;b\n';
  const first = start + 'x;y\n'.repeat((DETECTION_BYTES - 4) / 4);
  expect(Buffer.byteLength(first)).toBe(DETECTION_BYTES);
  expect(detectDelimiter(Buffer.from(`${first}${'1,2,3,4\n'.repeat(50_000)}`), DETECTED)).toBe(';');
  expect(detectDelimiter(Buffer.from(`a;b\n"${'x,'.repeat(DETECTION_BYTES)}`), DETECTED)).toBe(';');
});

test('a header longer than that counts as far as it goes', () => {
  expect(detectDelimiter(Buffer.from('name;'.repeat(20_000)), DETECTED)).toBe(';');
});

test('a file that was written with one has it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '.'), minLength: 1, maxLength: 5 });
  fc.assert(fc.property(fc.constantFrom(',', ';', '\t', '|'), fc.integer({ min: 2, max: 6 }), fc.array(fc.array(word, { minLength: 6, maxLength: 6 }), { minLength: 1 }),
    (delimiter, width, rows) => {
      const content = rows.map((row) => row.slice(0, width).join(delimiter)).join('\n');
      expect(detectDelimiter(Buffer.from(content), DETECTED)).toBe(delimiter);
    }));
});
