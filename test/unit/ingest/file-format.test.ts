import { Lazy, Size } from 'aws-cdk-lib';
import {
  Column, CsvFormatOptions, Delimiter, FileFormat, HeaderMatching, Quoting, RaggedRows, RecordKeys, RecordSchema, RecordsProcessorProps,
  RejectPolicy, TextEncoding, UnknownColumns, UnpackingLimits, UploadProcessor,
} from '../../../src';
import { CSV } from '../../../src/private/contract';
import { environment, pipelineInStack, recordModelOf } from '../support';

const modelOf = (props: RecordsProcessorProps) => recordModelOf(pipelineInStack(() => ({ processor: UploadProcessor.records(props) })));
const declare = (props: RecordsProcessorProps) => () => UploadProcessor.records(props);
const csv = (options: CsvFormatOptions) => FileFormat.csv(options)._toModel();

test('a pipeline says nothing about formats, unpacking and rejects by default', () => {
  const model = modelOf({});
  expect(['formats', 'unpacking', 'rejects', 'looseHeader'].filter((member) => member in model)).toEqual([]);
});

describe('CSV', () => {
  test('is that of RFC 4180 by default', () => {
    expect(csv({})).toEqual(CSV);
  });

  test('says all that it is told', () => {
    expect(modelOf({
      formats: [FileFormat.csv({
        delimiter: Delimiter.SEMICOLON, quoting: Quoting.of("'", '\\'), comment: '#', preambleLines: 3, header: ['a', 'b'], raggedRows: RaggedRows.FIT, encoding: TextEncoding.LATIN_1,
      })],
    })).toMatchObject({
      formats: [{
        kind: 'csv', delimiter: ';', quote: "'", escape: '\\', comment: '#', preambleLines: 3, header: ['a', 'b'], raggedRows: 'fit', encoding: 'latin1',
      }],
    });
  });

  test.each<[CsvFormatOptions, object]>([
    [{ delimiter: Delimiter.COMMA }, { delimiter: ',' }],
    [{ delimiter: Delimiter.TAB }, { delimiter: '\t' }],
    [{ delimiter: Delimiter.BAR }, { delimiter: '|' }],
    [{ delimiter: Delimiter.DETECTED }, { delimiter: null }],
    [{ delimiter: Delimiter.of('\u0001') }, { delimiter: '\u0001' }],
    [{ delimiter: Delimiter.of('§') }, { delimiter: '§' }],
    [{ quoting: Quoting.SINGLE_QUOTE }, { quote: "'", escape: "'" }],
    [{ quoting: Quoting.NONE }, { quote: null }],
    [{ quoting: Quoting.of('`') }, { quote: '`', escape: '`' }],
    [{ raggedRows: RaggedRows.FILL }, { raggedRows: 'fill' }],
    [{ encoding: TextEncoding.UTF_8 }, { encoding: 'utf-8' }],
    [{ encoding: TextEncoding.UTF_16_LE }, { encoding: 'utf-16le' }],
    [{ encoding: TextEncoding.UTF_16_BE }, { encoding: 'utf-16be' }],
    [{ encoding: TextEncoding.DETECTED }, { encoding: null }],
    [{ preambleLines: 1000 }, { preambleLines: 1000 }],
    [{ comment: '"', quoting: Quoting.NONE }, { comment: '"', quote: null }],
  ])('%#', (options, expected) => {
    expect(csv(options)).toEqual({ ...CSV, ...expected });
  });

  test.each(['', ';;', 'a', '7', '\n', '\r', '\0', 'ß', '🙂', '\ufeff'])('no field ends with %j', (character) => {
    expect(() => Delimiter.of(character)).toThrow(
      new Error(`'delimiter' must be one character, and no letter, digit or end of a line, got '${character}' [INVALID_CHARACTER]`));
  });

  test.each<[() => unknown, string]>([
    [() => Quoting.of('ab'), "'quote' must be one character, and no letter, digit or end of a line, got 'ab' [INVALID_CHARACTER]"],
    [() => Quoting.of('"', 'n'), "'escape' must be one character, and no letter, digit or end of a line, got 'n' [INVALID_CHARACTER]"],
    [() => csv({ comment: '//' }), "'comment' must be one character, and no letter, digit or end of a line, got '//' [INVALID_CHARACTER]"],
    [() => csv({ delimiter: Delimiter.of('"') }), "'delimiter' and 'quote' must be different characters, got '\"' for both [SAME_CHARACTER]"],
    [() => csv({ quoting: Quoting.of('"', ',') }), "'delimiter' and 'escape' must be different characters, got ',' for both [SAME_CHARACTER]"],
    [() => csv({ comment: ',' }), "'delimiter' and 'comment' must be different characters, got ',' for both [SAME_CHARACTER]"],
    ...[',', ';', '\t', '|'].map((comment): [() => unknown, string] => [() => csv({ delimiter: Delimiter.DETECTED, comment }),
      `'comment' must be none of the characters that Delimiter.DETECTED finds, got '${comment}' [SAME_CHARACTER]`]),
    [() => csv({ preambleLines: 1001 }), "'preambleLines' must be a whole number between 0 and 1000, got 1001 [OUT_OF_RANGE]"],
    [() => csv({ preambleLines: -1 }), "'preambleLines' must be a whole number between 0 and 1000, got -1 [OUT_OF_RANGE]"],
    [() => csv({ header: [] }), "'header' must name at least one column, got none [INVALID_HEADER]"],
    [() => csv({ header: ['a', 'a'] }), "'header' must not name a column twice, got 'a' more than once [INVALID_HEADER]"],
    [() => csv({ header: [' a'] }), "'header' must be names of 1 to 255 characters without white space around them, got ' a' [INVALID_HEADER]"],
  ])('%# is refused', (make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test('has a header that is only known late', () => {
    expect(modelOf({ formats: [FileFormat.csv({ header: Lazy.list({ produce: () => ['x'] }) })] })).toMatchObject({ formats: [{ header: ['x'] }] });
  });
});

test('other formats', () => {
  expect(FileFormat.tsv({ comment: '#' })._toModel()).toEqual({ ...CSV, delimiter: '\t', comment: '#' });
  expect(FileFormat.ndjson()._toModel()).toEqual({ kind: 'ndjson', encoding: null });
  expect(FileFormat.json({ encoding: TextEncoding.UTF_16_LE })._toModel()).toEqual({ kind: 'json', encoding: 'utf-16le' });
});

describe('several formats', () => {
  test('can be told apart by the names of files', () => {
    expect(declare({ formats: [FileFormat.csv(), FileFormat.tsv(), FileFormat.ndjson(), FileFormat.json()] })).not.toThrow();
  });

  const twice = (kind: string) => new Error(
    `'formats' must be told apart by the names of files, got ${kind} more than once; Delimiter.DETECTED finds out which of several a file has [SAME_FORMATS]`);
  test.each([
    ['csv', [FileFormat.csv(), FileFormat.csv({ delimiter: Delimiter.SEMICOLON })]],
    ['tsv', [FileFormat.tsv(), FileFormat.csv({ delimiter: Delimiter.TAB })]],
    ['json', [FileFormat.json(), FileFormat.csv(), FileFormat.json()]],
  ])('or not: %s', (kind, formats) => {
    expect(declare({ formats })).toThrow(twice(kind));
  });

  test('are at least one', () => {
    expect(declare({ formats: [] })).toThrow(new Error("'formats' must name at least one format, got none [NO_FORMATS]"));
  });

  const packed = ['application/gzip', 'application/x-gzip', 'application/zstd'];
  test.each([
    [undefined, ['text/csv', 'application/csv', 'text/plain', 'application/vnd.ms-excel', ...packed]],
    [[FileFormat.json()], ['application/json', ...packed]],
    [[FileFormat.tsv(), FileFormat.ndjson()],
      ['text/tab-separated-values', 'text/plain', 'application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines', ...packed]],
  ])('say what content types there may be: %#', (formats, expected) => {
    const made = pipelineInStack(() => ({ processor: UploadProcessor.records({ formats }) }));
    expect(JSON.parse(String(environment(made, 'Processor').CONTENT_TYPES))).toEqual(expected);
  });
});

describe('a header that is no part of the file', () => {
  const schema = (options = {}) => RecordSchema.of([
    Column.string('id', { required: true, aliases: ['key'] }), Column.string('kind'), Column.string('unit', { defaultValue: 'kg' }), Column.computed('line', '{row}'),
  ], options);
  const withHeader = (header: string[], options = {}) => declare({
    schema: schema(options), keys: RecordKeys.of({ partitionKey: '{id}', sortKey: '{kind}' }), formats: [FileFormat.csv({ header })],
  });

  test.each([[['id', 'kind']], [['kind', 'key', 'unit']]])('%j', (header) => {
    expect(withHeader(header)).not.toThrow();
  });

  test('may have other columns where files may, and other spellings', () => {
    expect(withHeader(['id', 'kind', 'x'], { unknownColumns: UnknownColumns.IGNORE })).not.toThrow();
    expect(withHeader(['ID', 'Kind'], { headerMatching: HeaderMatching.LOOSE })).not.toThrow();
  });

  test.each<[string[], string]>([
    [['kind'], "'header' must name the column 'id', which every record needs [INVALID_HEADER]"],
    [['id'], "'header' must name the column 'kind', which every record needs [INVALID_HEADER]"],
    [['id', 'kind', 'x'], "'header' must only name columns of the schema, got 'x'; UnknownColumns.IGNORE leaves others out [INVALID_HEADER]"],
    [['id', 'kind', 'key'], "'header' must not name a column twice, got 'key' for 'id' [INVALID_HEADER]"],
    [['id', 'kind', 'line'], "'header' must not name a computed column, got 'line' [INVALID_HEADER]"],
  ])('%j is refused', (header, message) => {
    expect(withHeader(header)).toThrow(new Error(message));
  });
});

describe('unpacking', () => {
  test.each<[UnpackingLimits, object]>([
    [{}, { maxBytes: 50 * 1024 ** 3, maxRatio: 250 }],
    [{ maxSize: Size.mebibytes(1), maxRatio: 1 }, { maxBytes: 1024 ** 2, maxRatio: 1 }],
    [{ maxRatio: 1100 }, { maxBytes: 50 * 1024 ** 3, maxRatio: 1100 }],
  ])('%#', (unpacking, expected) => {
    expect(modelOf({ unpacking })).toMatchObject({ unpacking: expected });
  });

  test.each<[UnpackingLimits, string]>([
    [{ maxRatio: 0.9 }, "'maxRatio' must be between 1 and 1100, got 0.9 [OUT_OF_RANGE]"],
    [{ maxRatio: 1101 }, "'maxRatio' must be between 1 and 1100, got 1101 [OUT_OF_RANGE]"],
    [{ maxSize: Size.bytes(0) }, "'maxSize' must be between 1 and 1099511627776000 whole bytes, got 0 [OUT_OF_RANGE]"],
  ])('%# is refused', (unpacking, message) => {
    expect(declare({ unpacking })).toThrow(new Error(message));
  });
});

describe('rejects', () => {
  test.each<[string, RejectPolicy, object]>([
    ['any number', RejectPolicy.tolerate(), {}],
    ['none that is written', RejectPolicy.atMost(0), { most: 0 }],
    ['some', RejectPolicy.atMost(10), { most: 10 }],
    ['a part', RejectPolicy.ratio(0.05), { ratio: 0.05 }],
    ['no part', RejectPolicy.ratio(0), { ratio: 0 }],
    ['none', RejectPolicy.none(), { most: 0, dryFirst: true }],
  ])('%s', (_, rejects, expected) => {
    expect(modelOf({ rejects })).toMatchObject({ rejects: expected });
  });

  test.each<[() => unknown, string]>([
    [() => RejectPolicy.atMost(-1), `'rows' must be a whole number between 0 and ${Number.MAX_SAFE_INTEGER}, got -1 [OUT_OF_RANGE]`],
    [() => RejectPolicy.atMost(1.5), `'rows' must be a whole number between 0 and ${Number.MAX_SAFE_INTEGER}, got 1.5 [OUT_OF_RANGE]`],
    [() => RejectPolicy.ratio(1), "'ratio' must be at least 0 and less than 1, got 1 [OUT_OF_RANGE]"],
    [() => RejectPolicy.ratio(-0.01), "'ratio' must be at least 0 and less than 1, got -0.01 [OUT_OF_RANGE]"],
    [() => RejectPolicy.ratio(NaN), "'ratio' must be at least 0 and less than 1, got NaN [OUT_OF_RANGE]"],
  ])('%# is refused', (make, message) => {
    expect(make).toThrow(new Error(message));
  });
});
