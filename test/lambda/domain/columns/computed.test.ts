import { compileComputed } from '../../../../lambda-src/domain/columns/computed';
import { createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { column, recordContext, recordModel } from '../records/record-models';

const FILE = { uploadId: 'u1', uploadedAt: '2026-11-21T09:46:15.123Z', fileName: 'a.csv', metadata: { batch: '7', empty: '' } };

test.each([
  ['{row}', { N: '12' }],
  ['{row} ', { S: '12 ' }],
  ['{fileName}:{row}', { S: 'a.csv:12' }],
  ['{uploadId}/{uploadedAt}', { S: 'u1/2026-11-21T09:46:15.123Z' }],
  ['batch {metadata.batch}', { S: 'batch 7' }],
  ['constant', { S: 'constant' }],
  ['{metadata.empty}', undefined],
  ['{row}{metadata.none}', undefined],
  ['{metadata.toString}', undefined],
])('%s', (template, expected) => {
  expect(compileComputed(template, FILE)(12)).toEqual(expected);
});

test('an upload may have no metadata', () => {
  expect(compileComputed('{metadata.batch}', { ...FILE, metadata: undefined })(1)).toBeUndefined();
});

test('only what has the number of the row in it differs between rows', () => {
  const same = (template: string) => compileComputed(template, FILE)(1) === compileComputed(template, FILE)(2);
  const value = compileComputed('{fileName}', FILE);
  expect(value(1)).toBe(value(2));
  expect(same('{row}')).toBe(false);
});

test('what is too long for an index fails the file, since it is so in every row', () => {
  const model = recordModel({
    columns: [column('a', 'string'), column('b', 'string', { computed: '{metadata.long}' })], indexes: [{ name: 'by-a', partitionKey: 'a', sortKey: 'b' }],
  });
  const withMetadata = (length: number) => () => createRecordBuilder(model, ['a'], recordContext({ metadata: { long: 'x'.repeat(length) } }));
  expect(withMetadata(1024)).not.toThrow();
  expect(withMetadata(1025)).toThrow(expect.objectContaining({
    code: 'KEY_TOO_LONG', message: "the computed column 'b' must have at most 1024 bytes, as the key of an index",
  }));
});
