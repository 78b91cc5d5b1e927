import { WorkLost, WorkStore } from '../../../lambda-src/application/uploads/work-store';
import { UploadCheckpoint } from '../../../lambda-src/domain/uploads/checkpoint';
import { transition, Upload } from '../../../lambda-src/domain/uploads/upload';
import { untouched, Work } from '../../../lambda-src/domain/uploads/work';
import { anUpload } from '../fakes/uploads';

export interface WorkStoreUnderTest {
  readonly store: WorkStore;
  /** What the API does. */
  announce(upload: Upload): Promise<void>;
}

const AT = '2026-01-01T01:00:00.000Z';
const LEASE = { holder: 'us', until: '2026-01-01T02:00:00.000Z' };

/** What every store of work does, each time on an empty one. */
export function describeWorkStore(name: string, emptyStore: () => Promise<WorkStoreUnderTest>): void {
  describe(`${name} as a work store`, () => {
    let store: WorkStore;
    let announce: WorkStoreUnderTest['announce'];
    beforeEach(async () => ({ store, announce } = await emptyStore()));

    const announced = async (upload = anUpload(1)): Promise<Work> => {
      await announce(upload);
      return (await store.find(upload.uploadId))!;
    };

    test('finds what the API announced, with nobody at work on it', async () => {
      expect(await announced()).toEqual(untouched(anUpload(1)));
      expect(await store.find(anUpload(2).uploadId)).toBeUndefined();
    });

    test('keeps what was saved: upload, lease and a revision that rises', async () => {
      const found = await announced();
      const first = await store.save({ ...found, lease: LEASE, state: '{}', upload: transition(found.upload, 'UPLOADED', AT) });
      expect(first).toMatchObject({ revision: 1, lease: LEASE, state: '{}' });
      expect(await store.find(found.upload.uploadId)).toEqual(first);
      const second = await store.save({ ...first, lease: null, upload: transition(first.upload, 'PROCESSING', AT, AT) });
      expect(second).toMatchObject({ revision: 2, lease: null, state: '{}' });
      expect(await store.find(found.upload.uploadId)).toEqual(second);
      const counts = { total: 2, accepted: 1, rejected: 1 };
      const third = await store.save({ ...second, upload: { ...transition(second.upload, 'COMPLETED', AT), counts } });
      expect(third.upload).toMatchObject({ status: 'COMPLETED', deadline: null, counts });
      expect(await store.find(found.upload.uploadId)).toEqual(third);
    });

    test('keeps where rows go on, and who else works on them', async () => {
      const counts = { total: 3, accepted: 1, rejected: 1, dropped: 1 };
      const checkpoint: UploadCheckpoint = {
        model: 'abc', pass: 'writing', file: 1, before: counts, at: { offset: 2 ** 40, counts, rejects: [{ fence: '4.1', segments: 2 }] },
      };
      const found = await announced();
      const saved = await store.save({ ...found, checkpoint, execution: 'fan-out' });
      expect(await store.find(found.upload.uploadId)).toEqual(saved);
      expect(saved).toMatchObject({ checkpoint, execution: 'fan-out' });
      await store.save({ ...saved, checkpoint: null, execution: null });
      expect(await store.find(found.upload.uploadId)).toMatchObject({ checkpoint: null, execution: null });
    });

    test('of two who found the same work only one saves it, at any revision', async () => {
      let found = await announced();
      for (let revision = 1; revision <= 3; revision++) {
        const results = await Promise.allSettled(['a', 'b', 'c'].map((holder) => store.save({ ...found, lease: { ...LEASE, holder } })));
        const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
        expect([won.length, lost.length]).toEqual([1, 2]);
        lost.forEach((error) => expect(error).toBeInstanceOf(WorkLost));
        found = (await store.find(found.upload.uploadId))!;
        expect(found).toEqual({ ...won[0], revision });
      }
    });

    test('does not bring back an upload that is gone', async () => {
      await expect(store.save(untouched(anUpload(7)))).rejects.toBeInstanceOf(WorkLost);
      await expect(store.save(untouched(anUpload(7), 4))).rejects.toBeInstanceOf(WorkLost);
      expect(await store.find(anUpload(7).uploadId)).toBeUndefined();
    });

    test('adds an upload, but leaves one that is there', async () => {
      const stranger = anUpload(1, { status: 'FAILED', deadline: null, error: { code: 'X', message: 'x' } });
      await store.add(stranger);
      expect((await store.find(stranger.uploadId))!.upload).toEqual(stranger);
      await store.add({ ...stranger, owner: 'somebody else' });
      expect((await store.find(stranger.uploadId))!.upload).toEqual(stranger);
    });

    test('an added upload can be worked on', async () => {
      await store.add(anUpload(1));
      const found = (await store.find(anUpload(1).uploadId))!;
      expect(await store.save({ ...found, lease: LEASE })).toMatchObject({ lease: LEASE });
    });

    test('lists what is overdue, the longest overdue first; never what has ended or has time left', async () => {
      const at = (nth: number) => new Date(Date.UTC(2026, 0, 1, 1, 0, nth)).toISOString();
      for (const nth of [3, 1, 2, 5]) await announce(anUpload(nth, { deadline: at(nth) }));
      await announce(anUpload(4, { status: 'COMPLETED', deadline: null }));
      const overdue = async (now: string, limit = 10) => (await store.overdue(now, limit)).map(({ upload }) => upload.uploadId);
      const ids = (...nths: number[]) => nths.map((nth) => anUpload(nth).uploadId);
      expect(await overdue(at(5))).toEqual(ids(1, 2, 3));
      expect(await overdue(at(60), 2)).toEqual(ids(1, 2));
      expect(await overdue(at(0))).toEqual([]);
      const [first] = await store.overdue(at(60), 1);
      expect((await store.overdue(at(60), 2, first.upload)).map(({ upload }) => upload.uploadId)).toEqual(ids(2, 3));
    });

    test('what it lists as overdue can be saved', async () => {
      const found = await announced(anUpload(1, { deadline: AT }));
      await store.save({ ...found, lease: LEASE });
      const [overdue] = await store.overdue('2026-02-01T00:00:00.000Z', 1);
      expect(overdue).toMatchObject({ revision: 1, lease: LEASE });
      expect(await store.save({ ...overdue, lease: null, upload: transition(overdue.upload, 'EXPIRED', AT) })).toMatchObject({ revision: 2 });
      expect(await store.overdue('2026-02-01T00:00:00.000Z', 1)).toEqual([]);
    });
  });
}
