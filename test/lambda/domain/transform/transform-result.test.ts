import { failureOf, resultOf, TransformFault } from '../../../../lambda-src/domain/transform/transform-result';

class Priced {
  constructor(readonly name: string, readonly price: number) {}
  get total(): number { return 2 * this.price; }
}

const made = (value: unknown) => {
  const result = resultOf(value);
  if (result === null || result instanceof TransformFault) throw new Error('no row');
  return Object.fromEntries(result.names.map((name, nth) => [name, result.texts[nth]]));
};

test.each([null, undefined])('%p leaves the row out', (value) => expect(resultOf(value)).toBeNull());

test.each<[string, unknown, string]>([
  ['text', ' a ', ' a '],
  ['a number', 1.5, '1.5'],
  ['a number that is none', NaN, 'NaN'],
  ['a large integer', 123456789012345678901234567890n, '123456789012345678901234567890'],
  ['true', true, 'true'],
  ['nothing', null, ''],
  ['nothing at all', undefined, ''],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a date that is none', new Date(NaN), ''],
  ['what says itself what it is', { toJSON: () => '1.10' }, '1.10'],
  ['a list', [1, 'a', null], '[1,"a",null]'],
  ['an object', { a: { b: 1 } }, '{"a":{"b":1}}'],
  ['half a character', 'a\ud800', 'a\ufffd'],
])('%s is kept as a file would have it', (_, value, text) => expect(made({ value })).toEqual({ value: text }));

test('an object of a class has its own values, and one without a prototype any name', () => {
  expect(made(new Priced('a', 2))).toEqual({ name: 'a', price: '2' });
  const bare = Object.assign(Object.create(null) as Record<string, string>, { constructor: 'x', ['__proto__']: 'y' });
  expect(resultOf(bare)).toEqual({ names: ['constructor', '__proto__'], texts: ['x', 'y'] });
  expect(resultOf({ a: 1.5, b: '1.5', c: { toJSON: () => '1.50' }, d: 3n, e: NaN, f: new Date(0), g: true, h: '' }))
    .toMatchObject({ numbers: [0, 2, 3] });
});

test.each<[string, unknown, string]>([
  ['a list', [{ a: 1 }], 'a list'],
  ['a text', 'a', 'a string'],
  ['a number', 1, 'a number'],
  ['a function', () => ({}), 'a function'],
  ['a map', new Map([['a', 1]]), 'something else: Map'],
])('%s is no row', (_, value, kind) => {
  expect(resultOf(value)).toEqual(new TransformFault('INVALID_TRANSFORM', `the transform must make an object of columns of a row, or nothing, got ${kind}`));
});

test.each<[string, unknown]>([
  ['a function', () => 1], ['a symbol', Symbol('a')],
  ['a circle', (() => { const circle: Record<string, unknown> = {}; circle.circle = circle; return circle; })()],
  ['a list of what JSON cannot have', [1n]],
])('%s is no value', (_, value) => {
  expect(resultOf({ fine: 1, bad: value })).toMatchObject({ code: 'INVALID_TRANSFORM', message: expect.stringContaining("for 'bad'") });
});

test('a name that is too long for a column is none of a row', () => {
  expect(made({ [` ${'x'.repeat(255)}`]: 1 })).toEqual({ [` ${'x'.repeat(255)}`]: '1' });
  expect(resultOf({ ['x'.repeat(256)]: 1 })).toEqual(new TransformFault('INVALID_TRANSFORM',
    `the transform must make columns whose names have at most 255 characters, got '${'x'.repeat(50)}…'`));
});

test.each<[string, unknown, string]>([
  ['an error', new TypeError('no price'), 'no price'],
  ['a text', 'no price', 'no price'],
  ['nothing', undefined, 'undefined'],
  ['an error without a message', new Error(), 'Error'],
  ['an object', { message: 'no price' }, 'no price'],
  ['an object without a prototype', Object.create(null), 'it did not say why'],
  ['what throws when it is looked at', { get message() { throw new Error('again'); } }, 'it did not say why'],
  ['a long text', '𝒳'.repeat(500), `${'𝒳'.repeat(200)}…`],
  ['an empty text', '', 'it did not say why'],
])('of %s that was thrown, the message is told', (_, thrown, message) => {
  expect(failureOf(thrown)).toEqual(new TransformFault('TRANSFORM_FAILED', `the transform failed: ${message}`));
});
