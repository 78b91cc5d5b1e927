/* eslint-disable no-bitwise -- hashes are bits */
import { BuiltRecord } from '../../domain/records/record-builder';

type RecordKey = Pick<BuiltRecord, 'hash' | 'key'>;

/** Something that has a record. As long as it is found by it, the record may give way to another one with its key only. */
export interface KeyedEntry {
  readonly record: RecordKey;
  /** The next one in the same slot. */
  next: KeyedEntry | undefined;
}

/** A power of two, and several times what a writer holds. */
const SLOTS = 4096;

/**
 * Finds entries by the keys of their records. Where keys come and go a Map goes through one table after the other, and what was in
 * the dead ones lives on until a large garbage collection.
 */
export class EntriesByKey<Entry extends KeyedEntry> {
  private readonly slots = Array<KeyedEntry | undefined>(SLOTS).fill(undefined);

  public get(record: RecordKey): Entry | undefined {
    let entry = this.slots[slotOf(record)];
    while (entry && !(entry.record.hash === record.hash && entry.record.key === record.key)) entry = entry.next;
    return entry as Entry | undefined;
  }

  /** There must be none with its key. */
  public add(entry: Entry): void {
    const slot = slotOf(entry.record);
    entry.next = this.slots[slot];
    this.slots[slot] = entry;
  }

  public delete(entry: Entry): void {
    const slot = slotOf(entry.record);
    let before = this.slots[slot]!;
    if (before === entry) {
      this.slots[slot] = entry.next;
    } else {
      while (before.next !== entry) before = before.next!;
      before.next = entry.next;
    }
    entry.next = undefined;
  }
}

function slotOf({ hash }: RecordKey): number {
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}
