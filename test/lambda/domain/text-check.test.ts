import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { createTextCheck } from '../../../lambda-src/domain/text-check';
import { UploadFailure } from '../../../lambda-src/domain/upload-failure';

/** The failure that bytes cut into chunks of these sizes (the last one again and again) end with. */
function check(bytes: Uint8Array, sizes: readonly number[]): UploadFailure['code'] | undefined {
  const textCheck = createTextCheck();
  try {
    for (let at = 0, chunk = 0; at < bytes.length; chunk++) {
      const size = sizes[Math.min(chunk, sizes.length - 1)];
      textCheck.push(bytes.subarray(at, at + size));
      at += size;
    }
    textCheck.end();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UploadFailure);
    return (error as UploadFailure).code;
  }
}

const chunkSizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 10 });
const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((characters) => characters.isWellFormed() && !characters.includes('\0'));

test('text passes, wherever it is cut', () => {
  fc.assert(fc.property(text, chunkSizes, (characters, sizes) => {
    expect(check(Buffer.from(characters), sizes)).toBeUndefined();
    expect(check(Buffer.from(characters), [1])).toBeUndefined();
  }), { numRuns: 300 });
});

test('bytes pass if and only if they are UTF-8, wherever they are cut', () => {
  const bytes = fc.uint8Array({ min: 1, maxLength: 12 });
  const edges = fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xef, 0xf0, 0x9f, 0xf4, 0x90, 0xff);
  const suspicious = fc.array(edges, { maxLength: 8 }).map((values) => Uint8Array.from(values));
  fc.assert(fc.property(fc.oneof(bytes, suspicious), chunkSizes, (some, sizes) => {
    expect(check(some, sizes)).toBe(isUtf8(some) ? undefined : 'INVALID_ENCODING');
  }), { numRuns: 2000 });
});

test('one broken byte in a text is found, wherever it is and wherever the text is cut', () => {
  fc.assert(fc.property(text, fc.nat(), fc.constantFrom(0xff, 0xc0, 0xf8), chunkSizes, (characters, where, byte, sizes) => {
    const bytes = Buffer.from(characters);
    const at = where % (bytes.length + 1);
    expect(check(Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]), sizes)).toBe('INVALID_ENCODING');
  }));
});

test.each([
  ['a character that the end cuts off', Buffer.from('aü').subarray(0, 2)],
  ['a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
  ['an overlong form', Buffer.from([0xc0, 0x80])],
  ['UTF-16 without NUL', Buffer.from([0xff, 0xfe, 0x2d, 0x4e])],
])('%s is refused', (_, bytes) => {
  expect(check(bytes, [64])).toBe('INVALID_ENCODING');
});

test('a NUL byte means that the file is no text at all', () => {
  fc.assert(fc.property(text, fc.nat(), chunkSizes, (characters, where, sizes) => {
    const bytes = Buffer.from(characters);
    // Between characters, so that nothing else is wrong with it.
    const at = Buffer.byteLength([...characters].slice(0, where % ([...characters].length + 1)).join(''));
    expect(check(Buffer.concat([bytes.subarray(0, at), Buffer.of(0), bytes.subarray(at)]), sizes)).toBe('NOT_A_TEXT_FILE');
  }));
  expect(check(Buffer.from('name\n', 'utf16le'), [64])).toBe('NOT_A_TEXT_FILE');
});

test('the message says between which bytes it is', () => {
  const textCheck = createTextCheck();
  textCheck.push(Buffer.from('abc'));
  expect(() => textCheck.push(Buffer.of(0xff, 0x41))).toThrow('the file must be UTF-8 text; between bytes 3 and 5 it is not');
});

test('no bytes are text', () => {
  expect(check(Buffer.of(), [1])).toBeUndefined();
});
