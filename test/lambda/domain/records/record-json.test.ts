import { recordJson } from '../../../../lambda-src/domain/records/record-json';

test.each([
  '0', '-0', '12345678901234567890123456789012345678', '0.1', '-1.5', '1E-130', '9.9999999999999999999999999999999999999E+125', '100',
])('the number %s keeps its digits', (digits) => {
  expect(JSON.stringify(recordJson({ n: { N: digits } }))).toBe(`{"n":${digits}}`);
});

test.each(['NaN', '01', '1.', '.5', '', '1,2', '1 '])('%p, which is no JSON number, becomes text', (digits) => {
  expect(JSON.stringify(recordJson({ n: { N: digits } }))).toBe(`{"n":${JSON.stringify(digits)}}`);
});

test('every type of attribute has a form in JSON', () => {
  const bytes = new Uint8Array([1, 2, 255]);
  expect(JSON.parse(JSON.stringify(recordJson({
    s: { S: 'ü"' },
    t: { BOOL: true },
    f: { BOOL: false },
    nothing: { NULL: true },
    empty: { S: '' },
    list: { L: [{ S: 'a' }, { N: '1' }, { L: [] }] },
    map: { M: { a: { M: { b: { N: '2' } } } } },
    ss: { SS: ['a', 'b'] },
    ns: { NS: ['1', '2.5'] },
    b: { B: bytes },
    bs: { BS: [bytes] },
  })))).toEqual({
    s: 'ü"',
    t: true,
    f: false,
    nothing: null,
    empty: '',
    list: ['a', 1, []],
    map: { a: { b: 2 } },
    ss: ['a', 'b'],
    ns: [1, 2.5],
    b: 'AQL/',
    bs: ['AQL/'],
  });
});

test('what is ours is left out', () => {
  expect(recordJson({ _pk: { S: 'a' }, _list: { S: '0' }, _pos: { S: 'x' } }, ['_list', '_pos'])).toEqual({ _pk: 'a' });
});

test('a column may be called like a member of every object', () => {
  expect(JSON.stringify(recordJson(JSON.parse('{"__proto__":{"S":"a"},"constructor":{"S":"b"}}')))).toBe('{"__proto__":"a","constructor":"b"}');
});
