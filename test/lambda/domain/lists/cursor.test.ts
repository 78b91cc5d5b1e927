import * as fc from 'fast-check';
import { ApiError } from '../../../../lambda-src/domain/api-error';
import { Bookmark, CursorBinding, decodeCursor, encodeCursor } from '../../../../lambda-src/domain/lists/cursor';

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

describe('the longest keys that DynamoDB has fit, whatever is in them', () => {
  const ofBytes = (length: number) => fc.constantFrom('p', '\u0001', '"', '\\', '\u007f', 'ü', '\ufeff', '\u{1f48a}').chain((worst) => (
    fc.array(fc.oneof(fc.constant(worst), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), { minLength: length, maxLength: length })
  )).map((characters) => filled(characters, length));

  /** As many of them as have room, and then dots. */
  function filled(characters: readonly string[], length: number): string {
    let size = 0;
    const fitting = characters.filter((character) => (size += Buffer.byteLength(character)) <= length).join('');
    return fitting + '.'.repeat(length - Buffer.byteLength(fitting));
  }

  const taken = (given: Bookmark) => expect(decodeCursor(BINDING, encodeCursor(BINDING, given))).toEqual(given);

  test('of an index', () => fc.assert(fc.property(ofBytes(2048), ofBytes(1024), ofBytes(1024), (p, s, i) => taken({ p, s, i }))));
  test('of a table', () => fc.assert(fc.property(ofBytes(1024), taken)));
  test.each(['\u0001', '"', '\\'])('of nothing but %j', (character) => {
    taken({ p: character.repeat(2048), s: character.repeat(1024), i: character.repeat(1024) });
  });
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

/** What says which query a token is for, before the bookmark. */
const HEADER = Buffer.from(encodeCursor(BINDING, {}), 'base64url').subarray(0, -1);

test.each<[string, number[]]>([
  ['nothing', []],
  ['an unknown kind', [2, 0, 1, 120]],
  ['no text', [0]],
  ['two texts', [0, 0, 1, 120, 0, 1, 120]],
  ['a text that is cut off', [0, 0, 2, 120]],
  ['half a length', [0, 0]],
  ['a name without a text', [1, 0, 1, 120]],
  ['more parts than a key has', [1, ...[1, 2, 3, 4, 5].flatMap((name) => [0, 1, name, 0, 0])]],
])('%s is no bookmark', (_, bytes) => refused(Buffer.concat([HEADER, Buffer.from(bytes)]).toString('base64url')));

test('a token of a version before is refused', () => {
  const json = JSON.stringify({ v: 1, q: HEADER.subarray(1).toString('base64url'), p: 'x' });
  refused(Buffer.from(json).toString('base64url'));
});

test('a token that is too long is refused before it is read', () => refused(encodeCursor(BINDING, 'x'.repeat(8000))));

test('the error names the parameter', () => {
  const error: unknown = (() => {
    try { return decodeCursor(BINDING, ''); } catch (thrown) { return thrown; }
  })();
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ errors: [{ parameter: 'nextToken', detail: 'is not a token of this list' }] });
});
