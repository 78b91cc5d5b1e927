import { BuiltRecord } from '../domain/record-builder';
import { WireItem } from '../domain/wire';

export interface BatchWriterPorts {
  /** Writes up to 25 items with different keys; returns those that the table did not take. */
  readonly send: (items: readonly WireItem[]) => Promise<WireItem[]>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Between 0 and 1, for the jitter. */
  readonly random: () => number;
}

/** BatchWriteItem's own limit. */
const BATCH_SIZE = 25;
/** Batches on their way at the same time. */
const CONCURRENCY = 16;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;
/** A table that takes nothing at all is waited for 36 seconds on average, 71 at most. */
const MAX_FRUITLESS_TRIES = 20;

type Batch = Map<string, WireItem>;

/**
 * Collects records into batches and keeps several on their way. What the table does not take is sent again after a pause
 * that doubles, with full jitter. Two records with one key are never on their way together, so that the later one wins.
 */
export class BatchWriter {
  private filling: Batch = new Map();
  private readonly underWay = new Map<Batch, Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly ports: BatchWriterPorts) {}

  /** True while a record with this key waits or is on its way. */
  public holds(key: string): boolean {
    return this.filling.has(key) || this.sending(key) !== undefined;
  }

  /** Takes a record. A promise means that the writer is full: await it before the next one. */
  public put({ key, item }: BuiltRecord): Promise<void> | undefined {
    if (this.failure) throw this.failure.error;
    const sameKey = this.sending(key);
    if (sameKey) return sameKey.then(() => this.put({ key, item }));
    this.filling.set(key, item);
    if (this.filling.size < BATCH_SIZE) return undefined;
    this.start();
    return this.underWay.size < CONCURRENCY ? undefined : this.roomAgain();
  }

  /** Resolves when every record is in the table. */
  public async flush(): Promise<void> {
    if (this.filling.size > 0) this.start();
    while (this.underWay.size > 0) await this.roomAgain();
    if (this.failure) throw this.failure.error;
  }

  /**
   * Sends nothing any more, and resolves when nothing is under way: a batch that arrived after the next attempt has begun
   * would put old records over new ones.
   */
  public async abandon(): Promise<void> {
    this.failure ??= { error: new Error('the writer was abandoned') };
    this.filling = new Map();
    await Promise.all(this.underWay.values());
  }

  private async roomAgain(): Promise<void> {
    await Promise.race(this.underWay.values());
    if (this.failure) throw this.failure.error;
  }

  private sending(key: string): Promise<void> | undefined {
    for (const [batch, sent] of this.underWay) {
      if (batch.has(key)) return sent;
    }
    return undefined;
  }

  private start(): void {
    const batch = this.filling;
    this.filling = new Map();
    const sent = this.sendAll([...batch.values()])
      .catch((error: unknown) => { this.failure ??= { error }; })
      .finally(() => this.underWay.delete(batch));
    this.underWay.set(batch, sent);
  }

  private async sendAll(items: readonly WireItem[]): Promise<void> {
    let rest = items;
    for (let fruitless = 0; ;) {
      const left = await this.ports.send(rest);
      if (left.length === 0) return;
      fruitless = left.length < rest.length ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS_TRIES) throw new Error('the query table takes no more writes');
      rest = left;
      await this.ports.sleep(this.ports.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** fruitless));
      if (this.failure) return;
    }
  }
}
