import { compileMetadata } from '../../../../lambda-src/domain/uploads/metadata';
import { ColumnModel } from '../../../../src/private/contract';

const COLUMNS: ColumnModel[] = [
  { name: 'lab', type: 'string', required: true, maxLength: 3 },
  { name: 'year', type: 'integer', required: false, min: '2000' },
  { name: 'a/b~c', type: 'boolean', required: false, default: 'no' },
];
const check = compileMetadata({ metadata: COLUMNS });

test('anything goes where nothing is declared', () => {
  expect(compileMetadata({ metadata: null })({ a: ' 1 ' })).toEqual({ metadata: { a: ' 1 ' } });
});

test('values are kept in the form of their columns, and defaults are filled in', () => {
  expect(check({ 'lab': 'x', 'year': ' 02026 ', 'a/b~c': 'Yes' })).toEqual({ metadata: { 'lab': 'x', 'year': '2026', 'a/b~c': 'true' } });
  expect(check({ lab: 'x', year: '' })).toEqual({ metadata: { 'lab': 'x', 'a/b~c': 'false' } });
});

test('every fault is named', () => {
  expect(check({ 'year': '1999', 'a/b~c': 'maybe', 'toString': '', 'x': '' })).toEqual({
    errors: [
      { pointer: '/metadata/lab', detail: 'is required' },
      { pointer: '/metadata/year', detail: 'must be at least 2000' },
      { pointer: '/metadata/a~1b~0c', detail: 'must be true or false, yes or no, y or n, t or f, 1 or 0' },
      { pointer: '/metadata/toString', detail: 'is unknown' },
      { pointer: '/metadata/x', detail: 'is unknown' },
    ],
  });
});
