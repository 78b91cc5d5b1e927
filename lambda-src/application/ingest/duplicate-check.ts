import { RecordModel } from '../../../src/private/contract';
import { isUniquePerRow } from '../../../src/private/fan-out/fan-out-rules';
import { createKeyFilter } from '../../domain/records/key-filter';
import { BuiltRecord } from '../../domain/records/record-builder';
import { EntriesByKey, KeyedEntry } from '../sending/entries-by-key';
import { BoundedCalls } from './bounded-calls';

export interface DuplicateCheckPorts {
  /** Whether a record with this one's key is waiting to be written. */
  readonly isPending: (record: BuiltRecord) => boolean;
  /** The position of the record that the table has under the record's key. */
  readonly storedPosition: (record: BuiltRecord) => Promise<string | undefined>;
}

export interface DuplicateCheck {
  /**
   * Finds out what must be known of the records that come next, in this order, once all before them are in the table or waiting.
   * Often there is nothing to find out, and no promise. @default - everything is known
   */
  lookAhead?(records: readonly BuiltRecord[]): Promise<void> | undefined;
  /**
   * Whether an earlier row of the same upload has the key of a record that was looked ahead for. If not, the record is one of the upload
   * from now on.
   */
  isDuplicate(record: BuiltRecord): boolean;
  /** Remembers a record of an earlier invocation. */
  replay(record: BuiltRecord): void;
  /** Records of an earlier invocation are not known: from now on the table is asked about every key. */
  forget?(): void;
}

/** One after the other they would take longer than the rows themselves; writing needs connections, too. */
const MOST_QUESTIONS = 40;

/** Whether two rows of an upload may have one key, and the second of them is a reject. */
export function looksForDuplicates(model: RecordModel): boolean {
  return model.duplicateKeys === 'reject' && !isUniquePerRow(model);
}

/**
 * Finds duplicate keys with memory that does not grow with the file: a Bloom filter passes most keys as new, and for those
 * that it suspects the table itself knows, since every record carries its upload and row. So a retry, which finds its own
 * records, sees the same duplicates as the first try.
 */
export function createDuplicateCheck(uploadPrefix: string, ports: DuplicateCheckPorts, filterBytes?: number): DuplicateCheck {
  return new TableCheck(uploadPrefix, ports, filterBytes);
}

class TableCheck implements DuplicateCheck {
  private readonly filter;
  private readonly questions = new BoundedCalls(MOST_QUESTIONS);
  private hasForgotten = false;
  /** Of the records that were looked ahead for, those whose key may not be new, and what is known of it. */
  private readonly suspects = new EntriesByKey<Suspect>();
  private readonly listed: Suspect[] = [];

  constructor(private readonly uploadPrefix: string, private readonly ports: DuplicateCheckPorts, filterBytes?: number) {
    this.filter = createKeyFilter(filterBytes);
  }

  public lookAhead(records: readonly BuiltRecord[]): Promise<void> | undefined {
    this.forgetSuspects();
    let asking: Promise<void>[] | undefined;
    for (const record of records) {
      // The second of two that come next is suspected because of the first.
      if (!(this.filter.add(record.hash) || this.hasForgotten) || this.suspects.get(record)) continue;
      const suspect: Suspect = { record, isTaken: this.ports.isPending(record), stored: undefined, next: undefined };
      this.suspects.add(suspect);
      this.listed.push(suspect);
      if (!suspect.isTaken) (asking ??= []).push(this.ask(suspect));
    }
    return asking && Promise.all(asking).then(() => undefined);
  }

  public isDuplicate(record: BuiltRecord): boolean {
    const suspect = this.suspects.get(record);
    if (!suspect) return false;
    const { stored } = suspect;
    if (suspect.isTaken || (stored !== undefined && isEarlierRow(stored, record, this.uploadPrefix))) return true;
    suspect.isTaken = true;
    return false;
  }

  public replay({ hash }: BuiltRecord): void {
    this.filter.add(hash);
  }

  public forget(): void {
    this.hasForgotten = true;
  }

  private forgetSuspects(): void {
    for (const suspect of this.listed) this.suspects.delete(suspect);
    this.listed.length = 0;
  }

  /** What was accepted before and does not wait any more is in the table: it says so, and what an earlier attempt has left. */
  private async ask(suspect: Suspect): Promise<void> {
    suspect.stored = await this.questions.make(() => this.ports.storedPosition(suspect.record));
  }
}

interface Suspect extends KeyedEntry {
  readonly record: BuiltRecord;
  /** Whether a row has the key that was accepted since the table was asked, or that waits to be written. */
  isTaken: boolean;
  stored: string | undefined;
}

/** Rows count backwards in a position, so the earlier row has the greater one. */
function isEarlierRow(stored: string, { position }: BuiltRecord, uploadPrefix: string): boolean {
  return stored.startsWith(uploadPrefix) && stored > position;
}
