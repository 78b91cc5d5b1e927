import { parse } from 'csv-parse/sync';
import { RejectLog } from '../../../lambda-src/application/ingest/reject-log';
import { RejectStore } from '../../../lambda-src/application/ingest/reject-store';
import { rejectRow } from '../../../lambda-src/domain/rejects/reject';
import { StoredRejects } from '../../../lambda-src/domain/uploads/checkpoint';

export interface RejectStoreUnderTest {
  readonly store: RejectStore;
  /** The text of a file's rejects; undefined: it has none. */
  read(fileKey: string): Promise<string | undefined>;
  /** How many segments there are. */
  segments(): Promise<number>;
}

/** A file whose rejects these tests keep. */
export const REJECTING_FILE = 'uploads/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv';
export const REJECT_HEADER = ['name', 'a, "note"\nof mine'];

export const aReject = (row: number, ...fields: string[]) => rejectRow(row, fields, 'WRONG_FIELD_COUNT', 'why');

/** What every store of rejects does, each time on an empty one. */
export function describeRejectStore(name: string, emptyStore: () => Promise<RejectStoreUnderTest>): void {
  describe(`${name} as a store of rejects`, () => {
    let made: RejectStoreUnderTest;
    beforeEach(async () => { made = await emptyStore(); });

    const log = (fence: string, stored: readonly StoredRejects[] = []) => (
      new RejectLog(made.store, { fileKey: REJECTING_FILE, fence, stored })
    );
    const lines = async () => {
      const text = await made.read(REJECTING_FILE);
      return text === undefined ? undefined : parse(text) as string[][];
    };
    const file = (...names: readonly string[]) => [
      [...REJECT_HEADER, 'row', 'column', 'code', 'message'],
      ...names.map((one, nth) => [one, 'ü', String(nth + 1), '', 'WRONG_FIELD_COUNT', 'why']),
    ];

    test('few are one file, and leave nothing else', async () => {
      const rejects = log('1');
      rejects.add(REJECT_HEADER, aReject(1, 'a', 'ü'));
      rejects.add(REJECT_HEADER, aReject(2, 'b', 'ü'));
      expect(await rejects.assemble()).toBe(true);
      expect(await lines()).toEqual(file('a', 'b'));
      expect(await made.segments()).toBe(0);
    });

    test('none are no file', async () => {
      expect(await log('1').assemble()).toBe(false);
      expect(await lines()).toBeUndefined();
    });

    test('those of several holders of the lease are one file in the order of the rows, and their segments can go', async () => {
      const first = log('1.0');
      first.add(REJECT_HEADER, aReject(1, 'a', 'ü'));
      first.add(REJECT_HEADER, aReject(2, 'b', 'ü'));
      await first.flush(1);
      await first.flush(2);
      // Of this one only the first segment is before the checkpoint.
      const second = log('5.0', first.stored);
      second.add(REJECT_HEADER, aReject(3, 'c', 'ü'));
      await second.flush();
      const named = second.stored;
      second.add(REJECT_HEADER, aReject(4, 'lost', 'ü'));
      await second.flush();
      const third = log('9.0', named);
      third.add(REJECT_HEADER, aReject(4, 'd', 'ü'));
      expect(await third.assemble()).toBe(true);
      expect(await lines()).toEqual(file('a', 'b', 'c', 'd'));
      expect(await made.segments()).toBe(4);
      await made.store.deleteSegments(REJECTING_FILE, [
        { fence: '1.0', number: 0 }, { fence: '1.0', number: 1 }, { fence: '5.0', number: 0 }, { fence: 'none', number: 0 },
      ]);
      await made.store.deleteSegments(REJECTING_FILE, []);
      expect(await made.segments()).toBe(1);
      expect(await lines()).toEqual(file('a', 'b', 'c', 'd'));
    });

    test('who goes on and finds no more of them still has those before', async () => {
      const first = log('1');
      first.add(REJECT_HEADER, aReject(1, 'a', 'ü'));
      await first.flush();
      expect(await log('2', first.stored).assemble()).toBe(true);
      expect(await lines()).toEqual(file('a'));
    });

    test('a file replaces the one before, and can be removed, there or not', async () => {
      for (const one of ['old', 'new']) {
        const rejects = log(one);
        rejects.add(REJECT_HEADER, aReject(1, one, 'ü'));
        await rejects.assemble();
        expect(await lines()).toEqual(file(one));
      }
      await made.store.remove(REJECTING_FILE);
      await made.store.remove(REJECTING_FILE);
      expect(await lines()).toBeUndefined();
    });

    test('a segment that is gone is an error, and makes no file', async () => {
      await expect(log('2', [{ fence: '1', segments: 1 }]).assemble()).rejects.toThrow();
      expect(await lines()).toBeUndefined();
    });
  });
}
