import * as fc from 'fast-check';
import { ApiError } from '../../../lambda-src/domain/api-error';
import { Bookmark, CursorBinding, decodeCursor, encodeCursor } from '../../../lambda-src/domain/cursor';

const BINDING: CursorBinding = { route: 'uploads', tenantId: '-', filters: { status: 'FAILED', b: '2' } };
const bookmark: fc.Arbitrary<Bookmark> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.dictionary(fc.constantFrom('p', 's', 'i'), fc.string(), { maxKeys: 3, noNullPrototype: true }),
);

function refused(token: string, binding = BINDING) {
  expect(() => decodeCursor(binding, token)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR', status: 400 }));
}

test('a token gives back the bookmark it was made of, whatever the order of the filters', () => {
  fc.assert(fc.property(bookmark, (given) => {
    const token = encodeCursor(BINDING, given);
    expect(token).toMatch(/^[\w-]+$/);
    expect(decodeCursor({ ...BINDING, filters: { b: '2', status: 'FAILED' } }, token)).toEqual(given);
  }));
});

test('the longest key that DynamoDB has fits', () => {
  const longest = { p: 'p'.repeat(2048), s: 's'.repeat(1024), i: 'i'.repeat(1024) };
  expect(decodeCursor(BINDING, encodeCursor(BINDING, longest))).toEqual(longest);
});

test.each<[string, CursorBinding]>([
  ['route', { ...BINDING, route: 'records' }],
  ['tenant', { ...BINDING, tenantId: 'other' }],
  ['filter', { ...BINDING, filters: { status: 'PENDING', b: '2' } }],
  ['set of filters', { ...BINDING, filters: undefined }],
])('a token of another %s is refused', (_, other) => refused(encodeCursor(other, 'x')));

test('anything else is refused, and never as another error', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String(), fc.json()), (text) => {
    refused(text);
    refused(Buffer.from(text).toString('base64url'));
  }));
});

test.each<[string, unknown]>([
  ['a number', 1], ['null', null], ['a list', ['a']], ['a nested key', { p: { S: 'a' } }], ['too many parts', { a: '', b: '', c: '', d: '', e: '' }],
])('%s is no bookmark', (_, p) => {
  const content = JSON.parse(Buffer.from(encodeCursor(BINDING, 'x'), 'base64url').toString()) as object;
  refused(Buffer.from(JSON.stringify({ ...content, p })).toString('base64url'));
});

test('a token that is too long is refused before it is read', () => refused(encodeCursor(BINDING, 'x'.repeat(8000))));

test('the error names the parameter', () => {
  const error: unknown = (() => {
    try { return decodeCursor(BINDING, ''); } catch (thrown) { return thrown; }
  })();
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ errors: [{ parameter: 'nextToken', detail: 'is not a token of this list' }] });
});
