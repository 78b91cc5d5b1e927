import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Sha256 } from '../../../../lambda-src/adapters/aws/sha256';

test('hashes texts and bytes, in one piece or in several', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.uint8Array())), async (pieces) => {
    const ours = new Sha256();
    const theirs = createHash('sha256');
    for (const piece of pieces) {
      ours.update(piece);
      theirs.update(piece);
    }
    expect(Buffer.from(await ours.digest())).toEqual(theirs.digest());
  }));
});

test.each([['a text', 'key'], ['bytes', Buffer.from('key')], ['a part of a buffer', Buffer.from('a key').subarray(2)], ['an ArrayBuffer', new TextEncoder().encode('key').buffer]])(
  'signs with a secret that is %s', async (_, secret) => {
    const ours = new Sha256(secret);
    ours.update('data');
    expect(Buffer.from(await ours.digest())).toEqual(createHmac('sha256', 'key').update('data').digest());
  });

test('begins again', async () => {
  const ours = new Sha256('key');
  ours.update('other');
  ours.reset();
  ours.update('data');
  expect(Buffer.from(await ours.digest())).toEqual(createHmac('sha256', 'key').update('data').digest());
});
