import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { decode, encodingOf } from '../../../../lambda-src/adapters/rows/decode';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { Anchor } from '../../../../lambda-src/domain/uploads/checkpoint';
import { EncodingModel } from '../../../../src/private/contract';
import { chunked, failure, joined } from './chunks';

const decoded = async (bytes: Buffer, encoding: EncodingModel = 'utf-8', size?: number) => joined(decode(chunked(bytes, size), encoding));
const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((characters) => characters.isWellFormed() && !characters.includes('\0'));
const size = fc.integer({ min: 1, max: 20 });
const utf16be = (characters: string) => Buffer.from(characters, 'utf16le').swap16();

describe('UTF-8', () => {
  test('passes as it is, wherever it is cut', () => fc.assert(fc.asyncProperty(text, size, async (characters, bytes) => {
    expect((await decoded(Buffer.from(characters), 'utf-8', bytes)).toString()).toBe(characters);
  })));

  test('is told from everything else, and the first byte that is none is named, wherever it is cut', () => {
    const any = fc.uint8Array({ min: 1, maxLength: 12 });
    const edges = fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xef, 0xf0, 0x9f, 0xf4, 0x90, 0xff, 0);
    const suspicious = fc.array(edges, { maxLength: 8 }).map((values) => Uint8Array.from(values));
    return fc.assert(fc.asyncProperty(text, fc.oneof(any, suspicious), text, size, async (before, some, after, cut) => {
      const bytes = Buffer.concat([Buffer.from(before), some, Buffer.from(after)]);
      const reading = decoded(bytes, 'utf-8', cut);
      if (isUtf8(bytes) && !bytes.includes(0)) {
        expect((await reading).equals(bytes)).toBe(true);
        return;
      }
      const { code, message } = await failure(reading) as UploadFailure;
      // The first byte whose character cannot be completed; the reference decodes ever longer beginnings.
      const nul = bytes.indexOf(0);
      const bad = firstBad(bytes);
      expect({ code, message }).toEqual(nul >= 0 && nul <= bad
        ? { code: 'NOT_A_TEXT_FILE', message: 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16 without a byte order mark' }
        : { code: 'INVALID_ENCODING', message: expect.stringMatching(`^the file must be UTF-8 text, but byte ${bad} \\(0x[0-9A-F]{1,2}\\) is no part of it$`) });
    }), { numRuns: 1000 });
  });

  test('that begins elsewhere names bytes by where they are in the file', async () => {
    const reading = joined(decode(chunked(Buffer.from([0x41, 0xff])), 'utf-8', { offset: 1000, byte: 1000 }));
    expect(await failure(reading)).toMatchObject({ message: 'the file must be UTF-8 text, but byte 1001 (0xFF) is no part of it' });
  });

  test('and something else in the same file is refused', async () => {
    const mixed = Buffer.concat([Buffer.from('name\nMüller\n'.repeat(10_000)), Buffer.from('Müller\n', 'latin1')]);
    expect(await failure(decoded(mixed))).toMatchObject({
      name: 'UploadFailure', code: 'INVALID_ENCODING', message: 'the file must be UTF-8 text, but byte 130001 (0xFC) is no part of it',
    });
  });
});

describe('places in other encodings', () => {
  const latin1 = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 200 }).map((ascii) => `${ascii}\xfc`);
  const encoded = fc.oneof(
    text.map((characters) => ['utf-16le', Buffer.from(characters, 'utf16le')] as const),
    text.map((characters) => ['utf-16be', utf16be(characters)] as const),
    latin1.map((characters) => ['latin1', Buffer.from(characters, 'latin1')] as const),
  );

  test('are where one can begin to decode, wherever the bytes are cut', () => fc.assert(fc.asyncProperty(encoded, size, async ([encoding, bytes], cut) => {
    const found: Anchor[] = [];
    const all = await joined(decode(chunked(bytes, cut), encoding, undefined, (anchor) => { found.push(anchor); }));
    expect(found).toHaveLength(Math.ceil(bytes.length / cut));
    for (const anchor of found) {
      const again: Anchor[] = [];
      const rest = await joined(decode(chunked(bytes.subarray(anchor.byte), cut), encoding, anchor, (other) => { again.push(other); }));
      expect(rest.equals(all.subarray(anchor.offset))).toBe(true);
      if (rest.length > 0) expect(again[0]).toEqual(anchor);
    }
    const last = found.at(-1);
    if (last) expect(bytes.length - last.byte).toBeLessThanOrEqual(cut + 3);
  })));

  test('are in the file, also where it is no text', async () => {
    const reading = joined(decode(chunked(Buffer.from([0x41, 0, 0, 0xd8, 0x41, 0])), 'utf-16le', { offset: 300, byte: 500 }));
    expect(await failure(reading)).toMatchObject({ message: 'the file must be UTF-16LE text, but byte 502 (0x00D8) is no part of it' });
  });
});

/** Where the longest beginning ends that could be the beginning of a text. */
function firstBad(bytes: Buffer): number {
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((candidate) => at + candidate <= bytes.length && isUtf8(bytes.subarray(at, at + candidate)));
    if (length === undefined) return at;
    at += length;
  }
  return Infinity;
}

test('what is before bytes that are no text has come by then, wherever they are cut', async () => {
  const half = (characters: string) => [Buffer.from(`${characters}\ud800c`, 'utf16le'), utf16be(`${characters}\ud800c`)];
  for (const characters of ['', 'a', 'ü€💊']) {
    const [le, be] = half(characters);
    const files: readonly (readonly [EncodingModel, Buffer])[] = [
      ['utf-8', Buffer.concat([Buffer.from(characters), Buffer.from([0xff, 0x63])])], ['utf-8', Buffer.from(`${characters}\0c`)],
      ['utf-16le', le], ['utf-16be', be], ['utf-16le', Buffer.from(`${characters}\0c`, 'utf16le')],
    ];
    for (const [encoding, bytes] of files) {
      for (const cut of [1, 2, 3, 64]) {
        const come: Buffer[] = [];
        const reading = (async () => { for await (const chunk of decode(chunked(bytes, cut), encoding)) come.push(chunk); })();
        expect(await failure(reading)).toMatchObject({ name: 'UploadFailure' });
        expect(Buffer.concat(come).toString()).toBe(characters);
      }
    }
  }
});

describe('UTF-16', () => {
  test('becomes UTF-8, its byte order mark as well, wherever it is cut', () => fc.assert(fc.asyncProperty(text, size, async (characters, cut) => {
    for (const all of [characters, `\ufeff${characters}`]) {
      expect((await decoded(Buffer.from(all, 'utf16le'), 'utf-16le', cut)).toString()).toBe(all);
      expect((await decoded(utf16be(all), 'utf-16be', cut)).toString()).toBe(all);
    }
  })));

  test.each<[EncodingModel, string, Buffer, string]>([
    ['utf-16le', 'half a character at its end', Buffer.from([0x41, 0x00, 0x42]), '2 (0x42)'],
    ['utf-16le', 'half a pair', Buffer.from('a\ud83d\ude00\ud800b', 'utf16le'), '6 (0x00D8)'],
    ['utf-16be', 'the other half', utf16be('ab\udc00b'), '4 (0xDC00)'],
    ['utf-16be', 'half a pair at its end', utf16be('ab\ud83d'), '4 (0xD83D)'],
  ])('%s with %s is refused', async (encoding, _, bytes, byte) => {
    for (const cut of [1, 2, 64]) {
      expect(await failure(decoded(bytes, encoding, cut))).toMatchObject({
        code: 'INVALID_ENCODING', message: `the file must be ${encoding.toUpperCase()} text, but byte ${byte} is no part of it`,
      });
    }
  });

  test('with a NUL in its text is refused', async () => {
    expect(await failure(decoded(Buffer.from('a\0b', 'utf16le'), 'utf-16le'))).toMatchObject({
      code: 'NOT_A_TEXT_FILE', message: 'the file must be UTF-16LE text, but it holds a NUL byte: it is binary, or in another encoding',
    });
  });
});

test('Latin-1 is what the WHATWG calls so: all bytes are characters, the euro among them', async () => {
  const bytes = Buffer.from(Array.from({ length: 255 }, (_, nth) => nth + 1));
  const controls = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
  const expected = [...bytes].map((byte) => (byte >= 0x80 && byte < 0xa0 ? controls[byte - 0x80] : String.fromCharCode(byte))).join('');
  for (const cut of [1, 7, 300]) expect((await decoded(bytes, 'latin1', cut)).toString()).toBe(expected);
  expect(await failure(decoded(Buffer.from([0x41, 0]), 'latin1'))).toMatchObject({ code: 'NOT_A_TEXT_FILE' });
});

test.each<[string, number[], EncodingModel | null, EncodingModel]>([
  ['nothing is known', [0x61], null, 'utf-8'],
  ['it is declared', [0x61], 'latin1', 'latin1'],
  ['there is a mark', [0xff, 0xfe, 0x61], null, 'utf-16le'],
  ['there is another mark', [0xfe, 0xff], null, 'utf-16be'],
  ['a mark says what is declared', [0xef, 0xbb, 0xbf], 'utf-8', 'utf-8'],
  ['a mark says something else than what is declared', [0xef, 0xbb, 0xbf], 'latin1', 'utf-8'],
  ['a mark says another order than what is declared', [0xfe, 0xff, 0], 'utf-16le', 'utf-16be'],
  ['there is half a mark', [0xff], 'latin1', 'latin1'],
])('the encoding, where %s', (_, head, declared, encoding) => {
  expect(encodingOf(Buffer.from(head), declared)).toBe(encoding);
});
