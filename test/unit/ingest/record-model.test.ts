import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import {
  Column, DuplicateKeys, ExistingQueryTableProps, HeaderMatching, QueryTable, RecordIndex, RecordKeys, RecordSchema, UnknownColumns,
  UploadProcessor,
} from '../../../src';
import { pipelineInStack, recordModelOf } from '../support';

const schema = RecordSchema.of([Column.string('city'), Column.string('country'), Column.boolean('capital')]);
const index = (partitionKey: string, sortKey?: string, indexName = 'by-city') => RecordIndex.of({ indexName, partitionKey, sortKey });

test('everything that is declared reaches the function', () => {
  const made = pipelineInStack(() => ({
    processor: UploadProcessor.records({
      schema: RecordSchema.of([
        Column.string('city', { required: true, minLength: 1, maxLength: 5, pattern: '\\w+' }),
        Column.integer('people', { min: 0, max: 10, defaultValue: '3' }),
        Column.decimal('area', { allowedValues: [0.5, 1] }),
        Column.boolean('capital'),
        Column.date('founded', { min: '2024-01-01' }),
        Column.timestamp('seen', { max: '2024-01-01T00:00:00Z' }),
      ], { unknownColumns: UnknownColumns.IGNORE }),
      keys: RecordKeys.of({ partitionKey: 'CITY#{city}', sortKey: '{row}' }),
      indexes: [index('city', 'people')],
      duplicateKeys: DuplicateKeys.LAST_WINS,
      maxRows: 7,
    }),
  }));
  expect(recordModelOf(made)).toEqual({
    columns: [
      { name: 'city', type: 'string', required: true, minLength: 1, maxLength: 5, pattern: '\\w+' },
      { name: 'people', type: 'integer', required: false, default: '3', min: '0', max: '10' },
      { name: 'area', type: 'decimal', required: false, allowed: ['0.5', '1'] },
      { name: 'capital', type: 'boolean', required: false },
      { name: 'founded', type: 'date', required: false, min: '2024-01-01' },
      { name: 'seen', type: 'timestamp', required: false, max: '2024-01-01T00:00:00Z' },
    ],
    unknownColumns: 'ignore',
    keys: { partitionKey: 'CITY#{city}', sortKey: '{row}' },
    duplicateKeys: 'last-wins',
    indexes: [{ name: 'by-city', partitionKey: 'city', sortKey: 'people' }],
    maxRows: 7,
  });
});

test('names in a header may be compared loosely', () => {
  const model = (headerMatching: HeaderMatching) => RecordSchema.of([Column.string('a')], { headerMatching })._toModel();
  expect(model(HeaderMatching.LOOSE)).toMatchObject({ looseHeader: true });
  expect(model(HeaderMatching.EXACT).looseHeader).toBeUndefined();
});

test('nobody may look for duplicate keys', () => {
  const made = pipelineInStack(() => ({ processor: UploadProcessor.records({ duplicateKeys: DuplicateKeys.UNCHECKED }) }));
  expect(recordModelOf(made)).toMatchObject({ duplicateKeys: 'unchecked' });
});

describe('a schema', () => {
  test('has names that stand for one column each', () => {
    const of = (aliases: string[], headerMatching?: HeaderMatching) => () => (
      RecordSchema.of([Column.string('drug_name', { aliases: ['Drug', 'drug-name'] }), Column.string('b', { aliases })], { headerMatching })
    );
    expect(of(['DRUG'])).not.toThrow();
    expect(of(['Drug'])).toThrow(
      new Error("'columns' must not share names or aliases, got 'Drug' of the column 'b', which the column 'drug_name' has [DUPLICATE_COLUMN]"));
    expect(of(['drug_name'])).toThrow(
      new Error("'columns' must not share names or aliases, got 'drug_name' of the column 'b', which the column 'drug_name' has [DUPLICATE_COLUMN]"));
    expect(of(['DRUG'], HeaderMatching.LOOSE)).toThrow(
      new Error("'columns' must not share names or aliases, with HeaderMatching.LOOSE not even in another spelling, got 'DRUG' of the column 'b', which the column 'drug_name' has [DUPLICATE_COLUMN]"));
  });

  test('has columns of the file, not only computed ones', () => {
    expect(() => RecordSchema.of([Column.computed('a', '{row}')])).toThrow(
      new Error("'columns' must name at least one column of the file, got only computed ones [NO_COLUMNS]"));
  });

  test('has columns', () => {
    expect(() => RecordSchema.of([])).toThrow(
      new Error("'columns' must name at least one column, got none; use RecordSchema.any() for files of any shape [NO_COLUMNS]"));
  });

  test('has no two columns with one name', () => {
    expect(() => RecordSchema.of([Column.string('a'), Column.string('A')])).not.toThrow();
    expect(() => RecordSchema.of([Column.string('a'), Column.string('b'), Column.integer('a')])).toThrow(
      new Error("'columns' must not name a column twice, got 'a' more than once [DUPLICATE_COLUMN]"));
  });

  test.each(['_pk', '_sk', '_list', '_pos', '_ttl', '_ix_by-city', 'row', 'uploadId', 'uploadedAt', 'fileName'])("has no column '%s', which is ours", (name) => {
    expect(() => RecordSchema.of([Column.string(name)])).toThrow(
      new Error(`'columns' must not use a name of ours (_pk, _sk, _list, _pos, _ttl, row, uploadId, uploadedAt, fileName, or one that begins with _ix_), got '${name}' [RESERVED_COLUMN]`));
  });
});

test('a schema has no column that cannot be read back', () => {
  expect(() => RecordSchema.of([Column.string('constructor')])).not.toThrow();
  expect(() => RecordSchema.of([Column.string('__proto__')])).toThrow(
    new Error("'columns' must not name a column that the AWS SDK cannot read back from a table, got '__proto__' [RESERVED_COLUMN]"));
});

describe('keys', () => {
  test.each(['{city}', '{city}#{country}', '{uploadId}#{row}', '{uploadedAt}#{row}', '{fileName}{city}'])("can be '%s'", (partitionKey) => {
    expect(() => UploadProcessor.records({ schema, keys: RecordKeys.of({ partitionKey }) })).not.toThrow();
  });

  test.each([
    ['CITY#{town}', "'partitionKey' must only use columns of the schema (city, country, capital) or row, uploadId, uploadedAt, fileName, got '{town}' in 'CITY#{town}' [UNKNOWN_KEY_COLUMN]"],
    ['CITY', "'partitionKey' or 'sortKey' must name a column or '{row}', or all rows have the same key, got 'CITY' and 'RECORD' [CONSTANT_KEYS]"],
    ['{uploadId}', "'partitionKey' or 'sortKey' must name a column or '{row}', or all rows have the same key, got '{uploadId}' and 'RECORD' [CONSTANT_KEYS]"],
    ['C#${city}', "'partitionKey' must name columns in plain braces such as '{drug_name}', got 'C#${city}' [INVALID_KEY_TEMPLATE]"],
    ['', "'partitionKey' must be a key template, got '' [EMPTY_KEY_TEMPLATE]"],
    ['CITY#{city', "'partitionKey' must be a key template such as 'DRUG#{drug_name}', got 'CITY#{city': unexpected '{' at position 5 [INVALID_KEY_TEMPLATE]"],
    ['{}', "'partitionKey' must be a key template such as 'DRUG#{drug_name}', got '{}': unexpected '{' at position 0 [INVALID_KEY_TEMPLATE]"],
  ])("cannot be '%s'", (partitionKey, message) => {
    expect(() => UploadProcessor.records({ schema, keys: RecordKeys.of({ partitionKey }) })).toThrow(new Error(message));
  });

  test('are checked for the sort key too', () => {
    expect(() => UploadProcessor.records({ schema, keys: RecordKeys.of({ partitionKey: '{city}', sortKey: '{town}' }) })).toThrow(
      new Error("'sortKey' must only use columns of the schema (city, country, capital) or row, uploadId, uploadedAt, fileName, got '{town}' in '{town}' [UNKNOWN_KEY_COLUMN]"));
  });

  test('may use any column of a file of any shape', () => {
    expect(() => UploadProcessor.records({ keys: RecordKeys.of({ partitionKey: '{town}' }) })).not.toThrow();
  });

  test('may use computed columns, if they differ from row to row', () => {
    const computed = RecordSchema.of([Column.string('city'), Column.computed('line', '{fileName}:{row}'), Column.computed('batch', '{metadata.batch}')]);
    const of = (partitionKey: string, sortKey?: string) => () => (
      UploadProcessor.records({ schema: computed, keys: RecordKeys.of({ partitionKey, sortKey }) })
    );
    expect(of('{line}')).not.toThrow();
    expect(of('{batch}', '{city}')).not.toThrow();
    expect(of('{batch}', '{row}')).not.toThrow();
    expect(of('{batch}')).toThrow(new Error(
      "'partitionKey' or 'sortKey' must name a column of the file or '{row}', or all rows have the same key, got '{batch}' and 'RECORD' [CONSTANT_KEYS]"));
  });

  test.each([['stringSet', Column.stringSet('tags')], ['json', Column.json('tags')]])('are never made of a %s column', (type, column) => {
    const of = (props: object) => () => UploadProcessor.records({ schema: RecordSchema.of([Column.string('city'), column]), ...props });
    expect(of({ keys: RecordKeys.of({ partitionKey: '{city}', sortKey: '{tags}' }) })).toThrow(
      new Error(`'sortKey' must not use a ${type} column, got '{tags}' in '{tags}' [INVALID_KEY_COLUMN]`));
    expect(of({ indexes: [index('tags')] })).toThrow(
      new Error(`'partitionKey' of the index 'by-city' must not be a ${type} column, got 'tags' [INVALID_INDEX_COLUMN]`));
  });

  test('of an index may be of any other type', () => {
    const columns = [Column.uuid('a'), Column.email('b'), Column.uri('c'), Column.computed('d', '{row}'), Column.enumeration('e', ['x'])];
    const indexes = columns.map(({ name }) => index(name, undefined, `by-${name}`));
    expect(() => UploadProcessor.records({ schema: RecordSchema.of(columns), indexes })).not.toThrow();
  });

  test('are unique per row by default', () => {
    expect(RecordKeys.perRow()).toMatchObject({ partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' });
  });
});

describe('indexes', () => {
  test.each(['abc', 'a.b-c_d', 'a'.repeat(255)])("can be called '%s'", (indexName) => {
    expect(RecordIndex.of({ indexName, partitionKey: 'city' }).indexName).toBe(indexName);
  });

  test.each(['ab', 'a b', 'a'.repeat(256), 'é'.repeat(3), ''])("cannot be called '%s'", (indexName) => {
    expect(() => RecordIndex.of({ indexName, partitionKey: 'city' })).toThrow(
      new Error(`'indexName' must be 3 to 255 letters, digits, '_', '-' and '.', got '${indexName}' [INVALID_INDEX_NAME]`));
  });

  test.each([
    [[index('town')], "'partitionKey' of the index 'by-city' must be a column of the schema, got 'town' [UNKNOWN_INDEX_COLUMN]"],
    [[index('city', 'town')], "'sortKey' of the index 'by-city' must be a column of the schema, got 'town' [UNKNOWN_INDEX_COLUMN]"],
    [[index('capital')], "'partitionKey' of the index 'by-city' must not be a boolean column, got 'capital' [INVALID_INDEX_COLUMN]"],
    [[index('city', 'city')], "'sortKey' of the index 'by-city' must differ from its 'partitionKey', got 'city' for both [SAME_KEYS]"],
    [[index('city'), index('country')], "'indexes' must not use an index name twice or the name 'recent', got 'by-city' [DUPLICATE_INDEX]"],
    [[index('city', undefined, 'recent')], "'indexes' must not use an index name twice or the name 'recent', got 'recent' [DUPLICATE_INDEX]"],
  ])('that contradict the schema are refused: %j', (indexes, message) => {
    expect(() => UploadProcessor.records({ schema, indexes })).toThrow(new Error(message));
  });

  test('need declared columns', () => {
    expect(() => UploadProcessor.records({ indexes: [index('city')] })).toThrow(
      new Error("'partitionKey' of the index 'by-city' must be a column of the schema, got 'city' with RecordSchema.any() [UNKNOWN_INDEX_COLUMN]"));
  });

  test('over two columns are fine', () => {
    expect(() => UploadProcessor.records({ schema, indexes: [index('city', 'country'), index('country', undefined, 'by-country')] })).not.toThrow();
  });
});

describe("keys of the user's table", () => {
  const bind = (props: ExistingQueryTableProps) => () => pipelineInStack((scope) => ({
    queryTable: QueryTable.fromTable(dynamodb.Table.fromTableName(scope, 'Mine', 'mine'), props),
    processor: UploadProcessor.records({ schema, keys: RecordKeys.of({ partitionKey: '{city}', sortKey: '{country}!' }) }),
  }));

  test('may be the columns that they are', () => {
    expect(bind({ partitionKeyName: 'city' })).not.toThrow();
  });

  test.each([
    [{ sortKeyName: 'country' }, "'sortKeyName' of the query table must not be a column of the schema unless the key is just '{country}', got 'country' with the key '{country}!' [RESERVED_COLUMN]"],
    [{ sortKeyName: '_pk' }, "'sortKeyName' of the query table must differ from 'partitionKeyName', got '_pk' for both [SAME_KEYS]"],
    [{ partitionKeyName: '' }, "'partitionKeyName' of the query table must be the name of an attribute, and not _list or _pos or _ttl or one that begins with _ix_, got '' [INVALID_KEY_NAME]"],
    [{ sortKeyName: '_list' }, "'sortKeyName' of the query table must be the name of an attribute, and not _list or _pos or _ttl or one that begins with _ix_, got '_list' [INVALID_KEY_NAME]"],
  ])('%j is refused', (props, message) => {
    expect(bind(props)).toThrow(new Error(message));
  });
});
