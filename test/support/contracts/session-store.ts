import { Session, SessionStore } from '../../../lambda-src/application/uppy/session-store';

export interface SessionStoreUnderTest {
  readonly store: SessionStore;
  setClock(time: string): void;
}

const NOW = '2026-01-01T00:00:00.000Z';
const END = '2026-01-01T01:00:00.500Z';
const aSession = (nth: number, changes: Partial<Session> = {}): Session => (
  { tokenHash: String(nth).padStart(64, 'a'), tenantId: 'acme', owner: 'me', expiresAt: END, ...changes });

/** What every session store does, each time on an empty one. */
export function describeSessionStore(name: string, emptyStore: () => Promise<SessionStoreUnderTest>): void {
  describe(`${name} as a session store`, () => {
    let store: SessionStore;
    let setClock: SessionStoreUnderTest['setClock'];
    beforeEach(async () => {
      ({ store, setClock } = await emptyStore());
      setClock(NOW);
    });

    test('finds what was created, with an owner or without', async () => {
      const sessions = [aSession(1), aSession(2, { owner: null, tenantId: '-' })];
      for (const session of sessions) await store.create(session);
      for (const session of sessions) expect(await store.find(session.tokenHash)).toEqual(session);
    });

    test('knows no other', async () => {
      expect(await store.find(aSession(3).tokenHash)).toBeUndefined();
    });

    test('forgets it at its end, to the millisecond', async () => {
      await store.create(aSession(1));
      setClock('2026-01-01T01:00:00.499Z');
      expect(await store.find(aSession(1).tokenHash)).toEqual(aSession(1));
      setClock(END);
      expect(await store.find(aSession(1).tokenHash)).toBeUndefined();
    });
  });
}
