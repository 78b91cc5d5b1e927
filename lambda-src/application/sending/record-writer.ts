import { BuiltRecord } from '../../domain/records/record-builder';
import { EntriesByKey, KeyedEntry } from './entries-by-key';
import { MOST_RECORDS, nextBatch } from './next-batch';
import { SendWindow } from './send-window';

export interface RecordWriterPorts {
  /** Writes up to 25 records with different keys in one request; returns those that the table did not take. */
  readonly send: (records: readonly BuiltRecord[]) => Promise<readonly BuiltRecord[]>;
  /** One for all writers of a function, since they share the table. */
  readonly window: SendWindow;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** How long a record waits for others to fill its batch. */
const LONGEST_WAIT = 100;

/** Records between two marks. */
interface Stretch<Position> {
  /** Not acknowledged yet. */
  open: number;
  /** Where it ends, once that is known. */
  end: { readonly position: Position } | undefined;
}

/** A record on its way into the table, and the one that must follow it, as both have one key. */
interface Entry<Position> extends KeyedEntry {
  record: BuiltRecord;
  stretch: Stretch<Position>;
  isSent: boolean;
  follower: { readonly record: BuiltRecord; readonly stretch: Stretch<Position> } | undefined;
}

/**
 * Collects records into batches and keeps several on their way, as many as the table takes. What it does not take goes into
 * one of the next batches. Two records with one key are never on their way together, so that the later one wins.
 */
export class RecordWriter<Position = number> {
  private waiting: Entry<Position>[] = [];
  /** No map or set: where much comes and goes they leave dead tables behind, with what was in them, for a large garbage collection. */
  private readonly underWay: Promise<void>[] = [];
  private readonly byKey = new EntriesByKey<Entry<Position>>();
  private stretch: Stretch<Position> = { open: 0, end: undefined };
  /** Those that have ended, the oldest first. */
  private readonly stretches: Stretch<Position>[] = [];
  private lowest: Position | undefined;
  private failure: { readonly error: unknown } | undefined;
  /** For room, or for the news that there will be none. */
  private waiters: (() => void)[] = [];
  private isWatched = false;
  private started = 0;

  constructor(private readonly ports: RecordWriterPorts) {
    ports.window.renewPatience();
  }

  /** True while a record with this one's key waits or is on its way. */
  public holds(record: Pick<BuiltRecord, 'hash' | 'key'>): boolean {
    return this.byKey.get(record) !== undefined;
  }

  /** Takes a record. A promise means that the writer is full: await it before the next one. Throws once writing has failed. */
  public put(record: BuiltRecord): Promise<void> | undefined {
    if (this.failure) throw this.failure.error;
    const earlier = this.byKey.get(record);
    if (earlier) return this.replace(earlier, record);
    const { stretch } = this;
    const entry: Entry<Position> = { record, stretch, isSent: false, follower: undefined, next: undefined };
    stretch.open++;
    this.byKey.add(entry);
    this.waiting.push(entry);
    if (!this.isWatched) this.watch();
    return this.waiting.length < MOST_RECORDS || this.start(MOST_RECORDS) ? undefined : this.sendAll(MOST_RECORDS);
  }

  /** Everything that was put so far lies before this position, whatever comes does not. */
  public mark(position: Position): void {
    this.stretch.end = { position };
    this.stretches.push(this.stretch);
    this.stretch = { open: 0, end: undefined };
    this.settle();
  }

  /**
   * The last mark of which everything before is in the table. A record that gave way to a later one with its key counts as if it
   * were: whoever goes on from the mark comes to the later one.
   */
  public get safe(): Position | undefined {
    this.settle();
    return this.lowest;
  }

  /** Resolves when every record is in the table. */
  public async flush(): Promise<void> {
    await this.sendAll(1);
    while (this.underWay.length > 0 || this.waiting.length > 0) {
      // What the table leaves is gathered: requests of single records would be as many as the records.
      await this.sendAll(this.underWay.length > 0 ? MOST_RECORDS : 1);
      if (this.underWay.length > 0) await Promise.race(this.underWay);
    }
    if (this.failure) throw this.failure.error;
  }

  /**
   * Sends nothing any more, and resolves when nothing is under way: a batch that arrived after the next attempt has begun
   * would put old records over new ones.
   */
  public async abandon(): Promise<void> {
    this.fail(new Error('the writer was abandoned'));
    await Promise.all(this.underWay);
  }

  private replace(earlier: Entry<Position>, record: BuiltRecord): undefined {
    const { stretch } = this;
    stretch.open++;
    if (earlier.isSent) {
      if (earlier.follower) earlier.follower.stretch.open--;
      earlier.follower = { record, stretch };
    } else {
      earlier.stretch.open--;
      earlier.record = record;
      earlier.stretch = stretch;
    }
    return undefined;
  }

  private settle(): void {
    const { stretches } = this;
    while (stretches.length > 0 && stretches[0].open === 0) this.lowest = stretches.shift()!.end!.position;
  }

  /** Sends as long as so many records wait. */
  private async sendAll(least: number): Promise<void> {
    while (this.waiting.length >= least) {
      if (!this.start(least)) await this.roomOrFailure();
      if (this.failure) throw this.failure.error;
    }
    if (this.failure) throw this.failure.error;
  }

  private roomOrFailure(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.ports.window.whenRoom(() => this.wakeUp());
    });
  }

  private wakeUp(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Starts what batches it may; false: as many records as `least` still wait. */
  private start(least: number): boolean {
    while (this.waiting.length >= least && !this.failure) {
      const { count, bytes } = nextBatch(this.waiting);
      const entered = this.ports.window.tryEnter(count, bytes);
      if (!entered) return false;
      const batch = count === this.waiting.length ? this.waiting : this.waiting.slice(0, count);
      this.waiting = count === this.waiting.length ? [] : this.waiting.slice(count);
      this.started++;
      const sent = this.send(batch, (taken) => this.ports.window.leave(entered, taken));
      this.underWay.push(sent);
      void sent.then(() => this.underWay.splice(this.underWay.indexOf(sent), 1));
    }
    return true;
  }

  private async send(batch: Entry<Position>[], leave: (taken: number | undefined) => void): Promise<void> {
    const records: BuiltRecord[] = [];
    for (const entry of batch) {
      entry.isSent = true;
      records.push(entry.record);
    }
    try {
      const left = await this.ports.send(records);
      this.answered(batch, left);
      leave(batch.length - left.length);
      if (left.length > 0 && this.ports.window.isHopeless) this.fail(new Error('the query table takes no more writes'));
    } catch (error) {
      this.fail(error);
      leave(undefined);
    }
  }

  private answered(batch: readonly Entry<Position>[], left: readonly BuiltRecord[]): void {
    const refused = left.length === 0 ? undefined : new Set(left);
    const again: Entry<Position>[] = [];
    for (const entry of batch) {
      const isTaken = !refused?.has(entry.record);
      if (isTaken || entry.follower) entry.stretch.open--;
      if (isTaken && !entry.follower) {
        this.byKey.delete(entry);
        continue;
      }
      entry.isSent = false;
      if (entry.follower) {
        entry.record = entry.follower.record;
        entry.stretch = entry.follower.stretch;
        entry.follower = undefined;
      }
      again.push(entry);
    }
    if (again.length === 0 || this.failure) return;
    // First of all: the mark behind them stands still until they are in the table.
    this.waiting = [...again, ...this.waiting];
    if (!this.isWatched) this.watch();
  }

  /** Sees to it that no record waits for ever in a batch that does not fill up. */
  private watch(): void {
    this.isWatched = true;
    const { started } = this;
    void this.ports.sleep(LONGEST_WAIT).then(() => {
      this.isWatched = false;
      if (this.waiting.length === 0 || this.failure) return;
      if (this.started !== started) this.watch();
      // Whoever puts the next record, or flushes, is told what went wrong.
      else void this.sendAll(1).catch(() => undefined);
    });
  }

  private fail(error: unknown): void {
    if (this.failure) return;
    this.failure = { error };
    this.waiting = [];
    this.wakeUp();
  }
}
