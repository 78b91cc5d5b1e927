import { RecordModel } from '../../../src/private/contract';
import { isUniquePerRow } from '../../../src/private/fan-out/fan-out-rules';
import { createKeyFilter } from '../../domain/records/key-filter';
import { BuiltRecord } from '../../domain/records/record-builder';

export interface DuplicateCheckPorts {
  /** Whether a record with this one's key is waiting to be written. */
  readonly isPending: (record: BuiltRecord) => boolean;
  /** The position of the record that the table has under the record's key. */
  readonly storedPosition: (record: BuiltRecord) => Promise<string | undefined>;
}

export interface DuplicateCheck {
  /** Whether an earlier row of the same upload has the record's key. Often known at once, without a promise. */
  isDuplicate(record: BuiltRecord): boolean | Promise<boolean>;
  /** Remembers a record of an earlier invocation. */
  replay(record: BuiltRecord): void;
  /** Records of an earlier invocation are not known: from now on the table is asked about every key. */
  forget?(): void;
}

/** Whether two rows of an upload may have one key, and the second of them is a reject. */
export function looksForDuplicates(model: RecordModel): boolean {
  return model.duplicateKeys === 'reject' && !isUniquePerRow(model);
}

/**
 * Finds duplicate keys with memory that does not grow with the file: a Bloom filter passes most keys as new, and for the few
 * that it suspects the table itself knows, since every record carries its upload and row. So a retry, which finds its own
 * records, sees the same duplicates as the first try.
 */
export function createDuplicateCheck(uploadPrefix: string, ports: DuplicateCheckPorts, filterBytes?: number): DuplicateCheck {
  const filter = createKeyFilter(filterBytes);
  let forgotten = false;
  return {
    isDuplicate(record) {
      if (!filter.add(record.hash) && !forgotten) return false;
      if (ports.isPending(record)) return true;
      return ports.storedPosition(record).then((stored) => stored !== undefined && isEarlierRow(stored, record, uploadPrefix));
    },
    replay: ({ hash }) => { filter.add(hash); },
    forget: () => { forgotten = true; },
  };
}

/** Rows count backwards in a position, so the earlier row has the greater one. */
function isEarlierRow(stored: string, { position }: BuiltRecord, uploadPrefix: string): boolean {
  return stored.startsWith(uploadPrefix) && stored > position;
}
