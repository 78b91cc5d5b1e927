import { noRows } from '../../../../lambda-src/adapters/rows/csv-failures';
import { refuseOtherFormat } from '../../../../lambda-src/adapters/rows/refuse-format';
import { CSV, CsvModel } from '../../../../src/private/contract';

const refuse = (text: string, format: Partial<CsvModel> = {}) => () => refuseOtherFormat(Buffer.from(text), { ...CSV, ...format });

describe('a first line that says the delimiter', () => {
  test.each(['sep=,\nid,note\n1,x', '\ufeffsep=;\r\nid;note', '"sep=;"\nid;note', 'SEP=\t'])('is no header: %j', (text) => {
    expect(refuse(text)).toThrow(expect.objectContaining({
      code: 'WRONG_FORMAT',
      message: "the file must begin with its header, but its first line is 'sep=' with a delimiter, which is for spreadsheets: "
        + 'delete that line, or have the pipeline detect delimiters',
    }));
  });

  test.each<[string, string, Partial<CsvModel>]>([
    ['is heeded where delimiters are detected', 'sep=,\nid,note', { delimiter: null }],
    ['is passed over with the lines before the header', 'sep=,\nid,note', { preambleLines: 1 }],
    ['may be a row where the header is declared', 'sep=,\n1,x', { header: ['id', 'note'] }],
    ['is none: a column may be called sep', 'sep,note\n1,x', {}],
    ['is none: or so', 'sep=,note\n1,x', {}],
  ])('%s', (_, text, format) => expect(refuse(text, format)).not.toThrow());
});

test.each<[Partial<CsvModel>, string]>([
  [{}, 'the file must have a header, but it is empty'],
  [{ header: ['a'] }, 'the file must have rows, but it is empty'],
  [{ comment: '#' }, 'the file must have a header, but it is empty, or has nothing but comments'],
  [{ preambleLines: 1 }, 'the file must have a header after its first line, but there is nothing'],
  [{ preambleLines: 5, header: ['a'], comment: '#' }, 'the file must have rows after its first 5 lines, but there is nothing'],
])('nothing where the first row should be is told for what it is: %j', (format, message) => {
  expect(noRows({ ...CSV, ...format })).toMatchObject({ name: 'UploadFailure', code: 'EMPTY_FILE', message });
});
