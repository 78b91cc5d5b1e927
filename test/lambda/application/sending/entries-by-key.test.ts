import * as fc from 'fast-check';
import { EntriesByKey, KeyedEntry } from '../../../../lambda-src/application/sending/entries-by-key';

interface Entry extends KeyedEntry {
  readonly record: { readonly hash: number; readonly key: string };
}

/** Few hashes, so that different keys have the same one, or one slot. */
const anyKey = fc.record({ hash: fc.constantFrom(0, 1, 4096, -1, 2 ** 31 - 1, -(2 ** 31)), name: fc.nat({ max: 3 }) })
  .map(({ hash, name }) => ({ hash, key: `${hash}:${name}` }));

test('finds what a Map finds, also where hashes are the same', () => {
  fc.assert(fc.property(fc.array(anyKey, { maxLength: 200 }), (keys) => {
    const entries = new EntriesByKey<Entry>();
    const reference = new Map<string, Entry>();
    for (const record of keys) {
      const known = reference.get(record.key);
      expect(entries.get(record)).toBe(known);
      if (known) {
        entries.delete(known);
        reference.delete(record.key);
      } else {
        const entry: Entry = { record, next: undefined };
        entries.add(entry);
        reference.set(record.key, entry);
      }
    }
    for (const record of keys) expect(entries.get(record)).toBe(reference.get(record.key));
  }));
});
