import * as fc from 'fast-check';
import { rejectRow } from '../../../../lambda-src/domain/rejects/reject';
import { rejectFileHeader, rejectLine } from '../../../../lambda-src/domain/rejects/reject-line';

const HEADER = ['a', 'b'];
const line = (...fields: string[]) => rejectLine(HEADER, rejectRow(7, fields, 'WRONG_FIELD_COUNT', 'why'));

test('the reason follows the original columns', () => {
  expect(rejectFileHeader(HEADER)).toEqual(['a', 'b', 'row', 'column', 'code', 'message']);
  expect(rejectFileHeader(['code', ' row ', 'row_'])).toEqual(['code', ' row ', 'row_', 'row__', 'column', 'code_', 'message']);
  expect(rejectLine(HEADER, { row: 3, column: 'b', code: 'REQUIRED', message: "'b' must not be empty", fields: ['x', ''] }))
    .toEqual(['x', '', '3', 'b', 'REQUIRED', "'b' must not be empty"]);
});

test('missing fields are filled up', () => {
  expect(line('x')).toEqual(['x', '', '7', '', 'WRONG_FIELD_COUNT', 'why']);
  expect(line()).toEqual(['', '', '7', '', 'WRONG_FIELD_COUNT', 'why']);
});

test('surplus fields are joined into the last column', () => {
  expect(line('x', 'y', 'z', '')).toEqual(['x', 'y,z,', '7', '', 'WRONG_FIELD_COUNT', 'why']);
  expect(rejectLine(['only'], rejectRow(7, ['x', 'y'], 'WRONG_FIELD_COUNT', 'why'))).toEqual(['x,y', '7', '', 'WRONG_FIELD_COUNT', 'why']);
});

test('every line is as wide as the header and loses nothing', () => {
  const fields = fc.array(fc.string(), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(fields, fields, (header, row) => {
    const made = rejectLine(header, rejectRow(1, row, 'WRONG_FIELD_COUNT', 'why'));
    expect(made).toHaveLength(rejectFileHeader(header).length);
    expect(made.slice(0, header.length).join(',')).toBe([...row, ...Array(Math.max(0, header.length - row.length)).fill('')].join(','));
  }));
});
