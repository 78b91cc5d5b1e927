import * as fc from 'fast-check';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';

const messageOf = (text: string) => new UploadFailure('MALFORMED_CSV', text).message;

test('a message of 1,000 characters is kept, a longer one is cut', () => {
  expect(messageOf('x'.repeat(1000))).toBe('x'.repeat(1000));
  expect(messageOf('x'.repeat(1001))).toBe(`${'x'.repeat(999)}…`);
});

test('no message is longer, and none is cut inside a character', () => {
  const long = fc.string({ unit: 'grapheme', minLength: 950, maxLength: 1100 });
  fc.assert(fc.property(long, fc.boolean(), (text, shifted) => {
    const message = messageOf(shifted ? `x${text}` : text);
    expect(message.length).toBeLessThanOrEqual(1000);
    expect(message.isWellFormed()).toBe(true);
  }));
  expect(messageOf('😀'.repeat(501))).toBe(`${'😀'.repeat(499)}…`);
});
