import { findAllRanges, findFailure, findRanges, RangeLost, RangeStore, RangeWork } from '../../../lambda-src/application/fan-out/range-store';

const READING = { rows: 2, first: 7, strayQuote: null, endsInside: false };

export function aRange(nth: number, changes: Partial<RangeWork> = {}): RangeWork {
  return {
    execution: 'u1-3',
    nth,
    range: { file: 0, from: 7, to: 2 ** 45 },
    survey: { outside: READING, inside: { rows: 0, first: null, strayQuote: 9, endsInside: true } },
    model: 'abc',
    settled: null,
    checkpoint: null,
    isDone: false,
    lease: null,
    failure: null,
    revision: 0,
    ...changes,
  };
}

/** What every store of ranges does, each time on an empty one. */
export function describeRangeStore(name: string, emptyStore: () => Promise<RangeStore>): void {
  describe(`${name} as a range store`, () => {
    let store: RangeStore;
    beforeEach(async () => { store = await emptyStore(); });

    test('finds nothing where nothing is', async () => {
      expect(await store.find('u1-3', 0)).toBeUndefined();
    });

    test('keeps what was saved, under a revision that rises', async () => {
      const surveyed = await store.save(aRange(1));
      expect(surveyed).toEqual(aRange(1, { revision: 1 }));
      expect(await store.find('u1-3', 1)).toEqual(surveyed);
      const counts = { total: 3, accepted: 2, rejected: 1 };
      const worked = await store.save({
        ...surveyed,
        settled: { file: 0, from: 7, before: null, rows: 3, rowsBefore: 2 ** 40, rowsBeforeInFile: 1 },
        checkpoint: { offset: 2 ** 44, counts, rejects: [{ fence: 'u1-3-1-2', segments: 4 }] },
        lease: { holder: 'us', until: '2026-01-01T00:00:00.000Z' },
      });
      expect(await store.find('u1-3', 1)).toEqual(worked);
      const failed = await store.save({ ...worked, lease: null, failure: { code: 'TRANSFORM_UNAVAILABLE', message: 'why' } });
      expect(await store.find('u1-3', 1)).toEqual(failed);
      const done = await store.save({ ...failed, failure: null, isDone: true });
      expect(await store.find('u1-3', 1)).toEqual(done);
      expect(done).toMatchObject({ revision: 4, isDone: true, lease: null, failure: null, checkpoint: { counts } });
    });

    test('of two who found the same only one saves it, also where there was nothing', async () => {
      const first = await store.save(aRange(1));
      await expect(store.save(aRange(1))).rejects.toBeInstanceOf(RangeLost);
      await store.save(first);
      await expect(store.save({ ...first, isDone: true })).rejects.toBeInstanceOf(RangeLost);
      expect(await store.find('u1-3', 1)).toMatchObject({ isDone: false, revision: 2 });
    });

    test('keeps ranges of executions apart', async () => {
      await store.save(aRange(1));
      expect(await store.find('u1-3', 11)).toBeUndefined();
      expect(await store.find('u1-31', 1)).toBeUndefined();
      await store.save(aRange(1, { execution: 'u1-4', model: 'other' }));
      expect(await store.find('u1-3', 1)).toMatchObject({ model: 'abc' });
    });

    test('finds why one of many is not done', async () => {
      for (let nth = 0; nth < 40; nth++) await store.save(aRange(nth));
      expect(await findFailure(store, 'u1-3')).toBeNull();
      const failure = { code: 'TRANSFORM_UNAVAILABLE', message: 'why' };
      await store.save(aRange(40, { failure }));
      expect(await findFailure(store, 'u1-3')).toEqual(failure);
      expect(await findFailure(store, 'u1-4')).toBeNull();
    });

    test('finds many in their order, or says which is missing', async () => {
      for (let nth = 69; nth >= 0; nth--) await store.save(aRange(nth));
      expect((await findRanges(store, 'u1-3', 70)).map(({ nth }) => nth)).toEqual([...Array(70).keys()]);
      await expect(findRanges(store, 'u1-3', 71)).rejects.toThrow('range 70 of u1-3 is missing');
      expect((await findAllRanges(store, 'u1-3')).map(({ nth }) => nth)).toEqual([...Array(70).keys()]);
      expect(await findAllRanges(store, 'u1-4')).toEqual([]);
    });
  });
}
