import { createHash, randomBytes } from 'node:crypto';
import { ObjectStore } from '../../../lambda-src/application/uploads/object-store';

export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  /** What whoever has the URL of a part does. */
  sendPart(key: string, multipartId: string, partNumber: number, content: Uint8Array): Promise<unknown>;
  /** What whoever has the URL of a PUT does. */
  send(key: string, content: Uint8Array): Promise<unknown>;
}

const KEY = 'uploads/00000000-0000-4000-8000-000000000001/Müsli + 100%?#&.csv';
/** Only the last part may be smaller than 5 MiB. */
const PARTS = [randomBytes(5 * 1024 ** 2), randomBytes(100)];
const SIZE = PARTS[0].length + PARTS[1].length;
const sha256 = (body: Uint8Array) => ({ algorithm: 'SHA256', value: createHash('sha256').update(body).digest('base64') }) as const;

/** What every object store does, each time without an object. */
export function describeObjectStore(name: string, emptyStore: () => Promise<ObjectStoreUnderTest>): void {
  describe(`${name} as an object store`, () => {
    let store: ObjectStore;
    let under: ObjectStoreUnderTest;
    beforeEach(async () => {
      under = await emptyStore();
      ({ store } = under);
    });

    async function begun(): Promise<string> {
      const id = await store.createMultipart({ key: KEY, contentType: 'text/csv; charset=utf-8' });
      for (const at of [1, 0]) await under.sendPart(KEY, id, at + 1, PARTS[at]);
      return id;
    }

    test('a multipart upload goes from its first to its last call', async () => {
      const multipartId = await begun();
      const parts = (await store.listParts(KEY, multipartId))!;
      expect(parts).toEqual(PARTS.map(({ length }, at) => ({ partNumber: at + 1, etag: expect.stringMatching(/^[0-9a-f]+$/), size: length })));
      expect(await store.head(KEY)).toBeUndefined();
      expect(await store.completeMultipart({ key: KEY, multipartId, parts: [...parts].reverse(), size: SIZE })).toBe('completed');
      expect(await store.head(KEY)).toMatchObject({ size: SIZE, contentType: 'text/csv; charset=utf-8', etag: expect.stringMatching(/-2$/) });
      // S3 remembers for some time what it completed.
      expect(['completed', 'gone', 'exists']).toContain(await store.completeMultipart({ key: KEY, multipartId, parts }));
      expect(await store.listParts(KEY, multipartId)).toBeUndefined();
      await store.abortMultipart(KEY, multipartId);
      expect(await store.head(KEY)).toMatchObject({ size: SIZE });
    });

    test('a part that is sent again takes the place of the first', async () => {
      const multipartId = await begun();
      const [, { etag: replaced }] = (await store.listParts(KEY, multipartId))!;
      await under.sendPart(KEY, multipartId, 2, Buffer.from('other'));
      const [first, second] = (await store.listParts(KEY, multipartId))!;
      expect(second).toMatchObject({ partNumber: 2, size: 5 });
      expect(await store.completeMultipart({ key: KEY, multipartId, parts: [first, { partNumber: 2, etag: replaced }] })).toBe('invalid');
      expect(await store.completeMultipart({ key: KEY, multipartId, parts: [first, second] })).toBe('completed');
    });

    test('an object that is there is not replaced', async () => {
      const multipartId = await begun();
      await under.send(KEY, Buffer.from('first'));
      expect(await store.completeMultipart({ key: KEY, multipartId, parts: (await store.listParts(KEY, multipartId))! })).toBe('exists');
      expect(await store.head(KEY)).toMatchObject({ size: 5 });
      await store.abortMultipart(KEY, multipartId);
    });

    test('parts that are not there complete nothing', async () => {
      const multipartId = await begun();
      for (const partNumber of [1, 7]) {
        expect(await store.completeMultipart({ key: KEY, multipartId, parts: [{ partNumber, etag: 'f'.repeat(32) }] })).toBe('invalid');
      }
      await store.abortMultipart(KEY, multipartId);
      expect(await store.listParts(KEY, multipartId)).toBeUndefined();
      await store.abortMultipart(KEY, multipartId);
      expect(await store.head(KEY)).toBeUndefined();
    });

    test('a body is put once, with its checksum, and repeated without harm', async () => {
      const body = Buffer.from('a,b\n1,ü\n');
      const { etag } = await store.put({ key: KEY, contentType: 'text/csv', body, checksum: sha256(body) });
      expect(await store.head(KEY)).toMatchObject({ size: body.length, contentType: 'text/csv', etag });
      expect(await store.headWithChecksum(KEY)).toMatchObject({ etag, checksum: sha256(body) });
      expect(await store.put({ key: KEY, contentType: 'text/csv', body })).toEqual({ etag });
      await expect(store.put({ key: KEY, contentType: 'text/csv', body: Buffer.from('other') })).rejects.toMatchObject({ reason: 'exists' });
      expect(await store.headWithChecksum(KEY)).toMatchObject({ etag });
    });

    test('a body that does not add up is refused', async () => {
      const checksum = sha256(Buffer.from('other'));
      await expect(store.put({ key: KEY, contentType: 'text/csv', body: Buffer.from('x'), checksum })).rejects.toMatchObject({ reason: 'mismatch' });
      expect(await store.head(KEY)).toBeUndefined();
    });

    test('an object is deleted, and one that is not there without complaint', async () => {
      await under.send(KEY, Buffer.from('first'));
      await store.delete(KEY);
      expect(await store.head(KEY)).toBeUndefined();
      await store.delete(KEY);
    });
  });
}
