import * as fc from 'fast-check';
import { decodeBase64 } from '../../../lambda-src/domain/base64';

test('gives back every byte', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    expect(Buffer.from(decodeBase64(Buffer.from(bytes).toString('base64'))!)).toEqual(Buffer.from(bytes));
  }));
});

test.each(['YQ', 'YQ=', 'YQ===', 'YR==', 'YQ==\n', 'Y Q==', 'YQ==YQ==', '-_-_', 'ü', '=', 'a'])('%p is not base64', (text) => {
  expect(decodeBase64(text)).toBeUndefined();
});

test('nothing is nothing', () => expect(decodeBase64('')).toHaveLength(0));
