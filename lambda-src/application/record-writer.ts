import { MOST_RECORDS, nextBatch } from './next-batch';
import { SendWindow } from './send-window';
import { BuiltRecord } from '../domain/record-builder';

export interface RecordWriterPorts {
  /** Writes up to 25 records with different keys in one request; returns those that the table did not take. */
  readonly send: (records: readonly BuiltRecord[]) => Promise<readonly BuiltRecord[]>;
  /** One for all writers of a function, since they share the table. */
  readonly window: SendWindow;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface RecordWriterOptions {
  /** No record is put while another with its key is held, be it that no two have one key, be it that somebody looks. @default false */
  readonly uniqueKeys?: boolean;
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
interface Entry<Position> {
  record: BuiltRecord;
  stretch: Stretch<Position>;
  isSent: boolean;
  next: { readonly record: BuiltRecord; readonly stretch: Stretch<Position> } | undefined;
}

/**
 * Collects records into batches and keeps several on their way, as many as the table takes. What it does not take goes into
 * one of the next batches. Two records with one key are never on their way together, so that the later one wins.
 */
export class RecordWriter<Position = number> {
  private waiting: Entry<Position>[] = [];
  private readonly underWay = new Map<readonly Entry<Position>[], Promise<void>>();
  private readonly byKey: Map<string, Entry<Position>> | undefined;
  private stretch: Stretch<Position> = { open: 0, end: undefined };
  /** Those that have ended, the oldest first. */
  private readonly stretches: Stretch<Position>[] = [];
  private lowest: Position | undefined;
  private failure: { readonly error: unknown } | undefined;
  private readonly wakeUps = new Set<() => void>();
  private isWatched = false;
  private started = 0;

  constructor(private readonly ports: RecordWriterPorts, { uniqueKeys = false }: RecordWriterOptions = {}) {
    this.byKey = uniqueKeys ? undefined : new Map();
    ports.window.renewPatience();
  }

  /** True while a record with this key waits or is on its way. */
  public holds(key: string): boolean {
    if (this.byKey) return this.byKey.has(key);
    // Asked so seldom that a list of keys would cost more than the look.
    return [this.waiting, ...this.underWay.keys()].some((entries) => entries.some(({ record }) => record.key === key));
  }

  /** Takes a record. A promise means that the writer is full: await it before the next one. Throws once writing has failed. */
  public put(record: BuiltRecord): Promise<void> | undefined {
    if (this.failure) throw this.failure.error;
    const { stretch, byKey } = this;
    if (byKey) {
      const earlier = byKey.get(record.key);
      if (earlier) return this.replace(earlier, record);
    }
    const entry: Entry<Position> = { record, stretch, isSent: false, next: undefined };
    stretch.open++;
    byKey?.set(record.key, entry);
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
    while (this.underWay.size > 0 || this.waiting.length > 0) {
      // What the table leaves is gathered: requests of single records would be as many as the records.
      await this.sendAll(this.underWay.size > 0 ? MOST_RECORDS : 1);
      if (this.underWay.size > 0) await Promise.race(this.underWay.values());
    }
    if (this.failure) throw this.failure.error;
  }

  /**
   * Sends nothing any more, and resolves when nothing is under way: a batch that arrived after the next attempt has begun
   * would put old records over new ones.
   */
  public async abandon(): Promise<void> {
    this.fail(new Error('the writer was abandoned'));
    await Promise.all(this.underWay.values());
  }

  private replace(earlier: Entry<Position>, record: BuiltRecord): undefined {
    const { stretch } = this;
    stretch.open++;
    if (earlier.isSent) {
      if (earlier.next) earlier.next.stretch.open--;
      earlier.next = { record, stretch };
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
      const wakeUp = () => {
        this.wakeUps.delete(wakeUp);
        resolve();
      };
      this.wakeUps.add(wakeUp);
      this.ports.window.whenRoom(wakeUp);
    });
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
      this.underWay.set(batch, sent);
      void sent.then(() => this.underWay.delete(batch));
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
      if (isTaken || entry.next) entry.stretch.open--;
      if (isTaken && !entry.next) {
        this.byKey?.delete(entry.record.key);
        continue;
      }
      entry.isSent = false;
      if (entry.next) {
        entry.record = entry.next.record;
        entry.stretch = entry.next.stretch;
        entry.next = undefined;
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
    for (const wakeUp of this.wakeUps) wakeUp();
  }
}
