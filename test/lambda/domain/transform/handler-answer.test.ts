import * as fc from 'fast-check';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { parseAnswer } from '../../../../lambda-src/domain/transform/handler-answer';

const answer = (value: unknown) => parseAnswer(JSON.stringify(value));

test('a stage, with or without state and progress', () => {
  expect(answer({ stage: 'listening' })).toEqual({ kind: 'stage', stage: 'listening', state: null, progress: {} });
  expect(answer({ stage: 'x'.repeat(100), state: { at: [1] }, progress: { bytes: 3, totalBytes: 9 } }))
    .toEqual({ kind: 'stage', stage: 'x'.repeat(100), state: { at: [1] }, progress: { bytes: 3, totalBytes: 9 } });
  expect(answer({ stage: 'a', state: 'x'.repeat(32 * 1024 - 2) })).toMatchObject({ kind: 'stage' });
});

test('a result, whatever it is, and records as texts with all digits', () => {
  for (const result of [null, 0, '', [], { a: { b: null } }]) expect(answer({ result })).toEqual({ kind: 'result', result, records: null });
  const payload = '{"result":1.50,"records":[{"n":12345678901234567890.10,"e":1E-7,"b":true,"z":null,"t":"x","list":[1.0,{"a":2}]},{}]}';
  const read = parseAnswer(payload);
  expect(read).toMatchObject({ kind: 'result', result: 1.5 });
  expect('records' in read && read.records!.map((record) => Object.fromEntries(record))).toEqual([
    { n: '12345678901234567890.10', e: '1E-7', b: 'true', z: '', t: 'x', list: '[1.0,{"a":2}]' }, {},
  ]);
});

test('strings of records are the JSON that they are where they are to be', () => {
  const read = parseAnswer('{"result":1,"records":[{"more":"1","t":"1"},{"more":[1.0],"t":null},{"more":null}]}', {
    staysJson: (name) => name === 'more', numberForm: () => undefined,
  });
  expect('records' in read && read.records!.map((record) => Object.fromEntries(record))).toEqual([{ more: '"1"', t: '1' }, { more: '[1.0]', t: '' }, { more: '' }]);
});

test('an error of its own', () => {
  expect(answer({ error: { code: 'NO_SPEECH', message: 'nothing is said' } })).toEqual({ kind: 'error', code: 'NO_SPEECH', message: 'nothing is said' });
});

test.each<[unknown, string]>([
  [null, "the function's answer must be an object, got null"],
  ['done', 'the function\'s answer must be an object, got "done"'],
  [[], "the function's answer must be an object, got []"],
  [{}, "the function's answer must have exactly one of 'stage', 'result' and 'error', got []"],
  [{ stage: 'a', result: 1 }, "the function's answer must have exactly one of 'stage', 'result' and 'error', got [\"stage\",\"result\"]"],
  [{ stage: '' }, "the function's answer must name a 'stage' of 1 to 100 characters, got \"\""],
  [{ stage: 'x'.repeat(101) }, `the function's answer must name a 'stage' of 1 to 100 characters, got "${'x'.repeat(99)}…`],
  [{ stage: 7 }, "the function's answer must name a 'stage' of 1 to 100 characters, got 7"],
  [{ stage: 'a', progress: { bytes: -1 } }, "the function's answer must have whole numbers as 'bytes' and 'totalBytes' of its 'progress', got {\"bytes\":-1}"],
  [{ stage: 'a', progress: 7 }, "the function's answer must have whole numbers as 'bytes' and 'totalBytes' of its 'progress', got 7"],
  [{ error: { code: 'no speech', message: 'x' } }, 'the function\'s answer must have an \'error\' with a \'code\' such as \'NO_SPEECH\' and a \'message\', got {"code":"no speech","message":"x"}'],
  [{ error: { code: 'A' } }, 'the function\'s answer must have an \'error\' with a \'code\' such as \'NO_SPEECH\' and a \'message\', got {"code":"A"}'],
  [{ result: 1, records: {} }, "the function's answer must have a list of objects as 'records', got {}"],
  [{ result: 1, records: ['a'] }, 'the function\'s answer must have a list of objects as \'records\', got ["a"]'],
])('%j is no answer', (value, message) => {
  expect(() => answer(value)).toThrow(expect.objectContaining({ code: 'INVALID_RESULT', message }) as Error);
});

test('what is too large to be kept', () => {
  expect(() => answer({ stage: 'a', state: 'x'.repeat(32 * 1024 - 1) })).toThrow(expect.objectContaining({
    code: 'RESULT_TOO_LARGE', message: "the function's 'state' must have at most 32768 bytes of JSON, got 32769",
  }) as Error);
  expect(answer({ result: 'ü'.repeat(32 * 1024 - 1) })).toMatchObject({ kind: 'result' });
  expect(() => answer({ result: 'ü'.repeat(32 * 1024) })).toThrow(expect.objectContaining({
    code: 'RESULT_TOO_LARGE', message: "the function's 'result' must have at most 65536 bytes of JSON, got 65538",
  }) as Error);
});

test('whatever a function says is an answer or a failure', () => {
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (payload) => {
    try {
      expect(['stage', 'result', 'error']).toContain(parseAnswer(payload).kind);
    } catch (error) {
      expect(error).toBeInstanceOf(UploadFailure);
    }
  }));
});
