import { compileComputed } from '../../../lambda-src/domain/computed';

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
