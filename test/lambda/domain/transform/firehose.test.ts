import fc from 'fast-check';
import { base64Json, parseFirehoseAnswer } from '../../../../lambda-src/domain/transform/firehose';
import { RowResult, TransformFault } from '../../../../lambda-src/domain/transform/transform-result';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const ok = (recordId: string, json = '{}') => ({ recordId, result: 'Ok', data: base64(json) });
const parse = (records: unknown, ids = ['1', '2']) => parseFirehoseAnswer(JSON.stringify({ records }), ids);
const only = (record: object): RowResult => parse([{ recordId: '1', ...record }], ['1'])[0];

test('every result is the one of its record, in the order of the records', () => {
  expect(parse([{ recordId: '3', result: 'Dropped', data: 'x' }, { recordId: '1', result: 'ProcessingFailed' }, ok('2', '{"a":"b"}')], ['1', '2', '3'])).toEqual([
    new TransformFault('TRANSFORM_FAILED', 'the transform says that it failed with the row'), { names: ['a'], texts: ['b'] }, null,
  ]);
});

test('numbers keep all their digits', () => {
  const json = '{"price":12345678901234567890.123456789012345678,"list":[1.10,null],"none":null,"yes":true}';
  expect(only({ result: 'Ok', data: base64(json) })).toEqual({
    names: ['price', 'list', 'none', 'yes'], texts: ['12345678901234567890.123456789012345678', '[1.10,null]', '', 'true'], numbers: [0],
  });
});

test.each<[string, unknown]>([
  ['no data', undefined], ['no text', 5], ['no JSON', base64('{')], ['a list', base64('[]')], ['null', base64('null')], ['a text', base64('"a"')],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64')], ['nothing', ''],
])('a row whose data are %s is rejected', (_, data) => {
  expect(only({ result: 'Ok', data })).toEqual(new TransformFault('INVALID_TRANSFORM', "the transform must give 'data' that is the base64 of a JSON object"));
});

const refused = (rule: string) => `the answer of the function that transforms rows ${rule}`;

test.each<[string, unknown, string]>([
  ['an id that is missing', [ok('1')], "must have every 'recordId' that it was given, and '2' is missing"],
  ['an id twice', [ok('1'), ok('2'), ok('1')], "must have every 'recordId' once, got '1' again"],
  ['an id that nobody knows', [ok('1'), ok('2'), ok('x'.repeat(99))], `must have the 'recordId's that it was given, got '${'x'.repeat(50)}'`],
  ['a number as an id', [{ ...ok('1'), recordId: 1 }], "must have a 'recordId' in each of its records"],
  ['a record that is none', [null], "must have a 'recordId' in each of its records"],
  ['another result', [{ ...ok('1'), result: 'OK' }], "must have one of Ok, Dropped, ProcessingFailed as the 'result' of '1'"],
  ['no list', {}, "must have a list of 'records'"],
])('%s is no answer', (_, records, rule) => {
  expect(() => parse(records)).toThrow(expect.objectContaining({ code: 'INVALID_TRANSFORM', message: refused(rule) }));
});

test.each(['', 'null', '[]', '"x"', '{}'])('%j is no answer', (payload) => {
  expect(() => parseFirehoseAnswer(payload, ['1'])).toThrow(expect.objectContaining({ code: 'INVALID_TRANSFORM' }));
});

test('whatever order the records come in, and whatever is in them, each row gets its own', () => {
  const rows = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 20 });
  const cases = rows.chain((objects) => {
    const order = fc.shuffledSubarray(objects.map((_, nth) => nth), { minLength: objects.length });
    return fc.tuple(fc.constant(objects), order);
  });
  fc.assert(fc.property(cases, ([objects, order]) => {
    const records = order.map((nth) => ({ recordId: String(nth), result: 'Ok', data: base64Json(objects[nth]) }));
    const expected = objects.map((object) => ({ names: Object.keys(object), texts: Object.values(object) }));
    expect(parse(records, objects.map((_, nth) => String(nth)))).toEqual(expected);
  }));
});
