import { UploadStore } from '../../../lambda-src/application/uploads/upload-store';
import { Page } from '../../../lambda-src/domain/lists/merge-pages';
import { transition, Upload } from '../../../lambda-src/domain/uploads/upload';
import { anUpload } from '../fakes/uploads';

/** What every upload store does, each time on an empty one. */
export function describeUploadStore(name: string, emptyStore: () => Promise<UploadStore>): void {
  describe(`${name} as an upload store`, () => {
    let store: UploadStore;
    beforeEach(async () => {
      store = await emptyStore();
    });

    async function allPages(query: { limit: number; status?: Upload['status'] }): Promise<Page<Upload>[]> {
      const pages: Page<Upload>[] = [];
      for (let before: string | null | undefined; before !== null; before = pages.at(-1)!.next) {
        pages.push(await store.list({ tenantId: '-', ...query, before }));
      }
      return pages;
    }

    test('gives back what was created', async () => {
      const full = anUpload(1, {
        owner: 'me',
        metadata: { 'a b': 'ü' },
        counts: { total: 3, accepted: 2, rejected: 1 },
        stage: 'parsing',
        result: { rows: [1, 'a', null] },
        error: { code: 'X', message: 'x' },
        uploadedAt: '2026-01-01T00:00:05.000Z',
      });
      await store.create(full);
      await store.create(anUpload(2));
      expect(await store.get(full.uploadId)).toEqual(full);
      expect(await store.get(anUpload(2).uploadId)).toEqual(anUpload(2));
    });

    test('gives back an upload that has ended', async () => {
      const ended = transition(anUpload(1), 'ABORTED', '2026-01-01T00:01:00.000Z');
      await store.create(ended);
      expect(await store.get(ended.uploadId)).toEqual(ended);
    });

    test('knows no upload that was not created', async () => {
      expect(await store.get(anUpload().uploadId)).toBeUndefined();
    });

    test('refuses an id that is taken', async () => {
      await store.create(anUpload(1));
      await expect(store.create({ ...anUpload(1), createdAt: '2027-01-01T00:00:00.000Z' })).rejects.toThrow();
      expect(await store.get(anUpload(1).uploadId)).toEqual(anUpload(1));
    });

    test('lists newest first, page by page', async () => {
      const uploads = Array.from({ length: 25 }, (_, nth) => anUpload(nth));
      await Promise.all(uploads.map((upload) => store.create(upload)));
      const pages = await allPages({ limit: 10 });
      expect(pages.map((page) => page.items.length)).toEqual([10, 10, 5]);
      expect(pages.flatMap((page) => page.items)).toEqual([...uploads].reverse());
    });

    test('ends the list with a full page when nothing follows', async () => {
      await Promise.all([1, 2, 3, 4].map((nth) => store.create(anUpload(nth))));
      expect((await allPages({ limit: 2 })).map((page) => page.items.length)).toEqual([2, 2]);
    });

    test('lists only one status, and only one tenant', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, nth) => store.create(anUpload(nth, { status: nth % 4 === 0 ? 'FAILED' : 'PENDING' }))));
      await store.create(anUpload(99, { tenantId: 'other', status: 'FAILED' }));
      const failed = (await allPages({ limit: 2, status: 'FAILED' })).flatMap((page) => page.items);
      expect(failed.map((upload) => upload.uploadId)).toEqual([16, 12, 8, 4, 0].map((nth) => anUpload(nth).uploadId));
      expect((await allPages({ limit: 100 })).flatMap((page) => page.items)).toHaveLength(20);
    });

    test('an empty list is one empty page', async () => {
      expect(await allPages({ limit: 10 })).toEqual([{ items: [], next: null }]);
    });
  });
}
