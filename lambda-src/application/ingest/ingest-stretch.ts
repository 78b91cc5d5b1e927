import { BuiltRecord } from '../../domain/records/record-builder';
import { Reject } from '../../domain/rejects/reject';
import { oneTooMany } from '../../domain/rejects/too-many-rejects';
import { tooManyRows, UploadFailure } from '../../domain/rejects/upload-failure';
import { Anchor, Checkpoint, Pass } from '../../domain/uploads/checkpoint';
import { UploadCounts } from '../../domain/uploads/upload';
import { OutOfTime } from './progress-report';
import { Conflict, NO_CHECKS, RowChecks } from './row-checks';
import { Batch, RowReading } from './row-reading';
import { Place, StretchEnd, StretchJob, StretchPorts } from './stretch-job';

const ROWS_BETWEEN_MARKS = 100;
/** Rows about which the table may be asked at the same time, once it has to be asked at all. */
const ROWS_AHEAD = 400;
const MILLISECONDS_BETWEEN_LOOKS = 1_000;

/** Turns the rows of a stretch into records and rejects, and counts them, from a checkpoint on. */
export async function ingestStretch(job: StretchJob, ports: StretchPorts): Promise<StretchEnd> {
  const ingest = new StretchIngest(job, ports);
  try {
    return await ingest.run();
  } catch (error) {
    // Nothing may be on its way when the next attempt begins, and trouble on the way out must not hide why this one ended.
    await ports.writer.abandon().catch(() => undefined);
    throw error;
  }
}

class StretchIngest {
  private readonly reading: RowReading;
  private readonly checks: RowChecks;
  private readonly pass: Pass;
  private readonly rowsOfFileBefore: number;
  private readonly mostRows: number;
  private readonly mostRejects: number;
  private total: number;
  private accepted: number;
  private rejected: number;
  private dropped: number;
  private offset: number;
  private anchor: Anchor | undefined;
  /** What has become of the rows of a batch from one on, where checks look ahead. */
  private readonly ahead: (BuiltRecord | Reject | null)[] = [];
  private aheadFrom = 0;
  private aheadTo = 0;
  private rowsAhead = 1;
  /** The records among them. */
  private readonly candidates: BuiltRecord[] = [];
  private sinceMark = 0;
  /** Where it has come to, in a pass that writes nothing. */
  private place: Place;
  private isOver = false;
  private isOutOfTime = false;
  private looking: Promise<unknown> | undefined;
  private stopping: Promise<StretchEnd> | undefined;

  constructor(private readonly job: StretchJob, private readonly ports: StretchPorts) {
    const { start, pass = 'writing', rowsOfFileBefore = 0, mostRows = Infinity, mostRejects = Infinity } = job;
    this.reading = new RowReading(job);
    this.checks = ports.checks ?? NO_CHECKS;
    this.pass = pass;
    this.rowsOfFileBefore = rowsOfFileBefore;
    this.mostRows = mostRows;
    this.mostRejects = mostRejects;
    ({ total: this.total, accepted: this.accepted, rejected: this.rejected, dropped: this.dropped = 0 } = start.counts);
    this.offset = start.offset;
    this.anchor = start.anchor;
    this.place = start;
  }

  public async run(): Promise<StretchEnd> {
    const reading = this.read();
    // Nobody waits any more for what comes when time is up.
    reading.catch(() => undefined);
    try {
      return await Promise.race([reading, this.timeIsUp()]);
    } catch (error) {
      // A transform that waits for answers finds out itself.
      if (this.isOutOfTime || error instanceof OutOfTime) return await this.stop();
      throw error;
    } finally {
      this.isOver = true;
    }
  }

  /**
   * A table that takes next to nothing, a bucket that says nothing or whatever else is waited for may take longer than there is time.
   * Comes back with an error only.
   */
  private async timeIsUp(): Promise<never> {
    const { sleep, timeLeft, writer } = this.ports;
    while (sleep && !this.isOver) {
      await sleep(MILLISECONDS_BETWEEN_LOOKS);
      if (this.isOver || timeLeft() > 0) continue;
      this.isOutOfTime = true;
      await writer.abandon();
      throw new OutOfTime();
    }
    return new Promise(() => undefined);
  }

  private async read(): Promise<StretchEnd> {
    try {
      return await this.readRows();
    } catch (error) {
      if (error instanceof UploadFailure) await this.refused();
      throw error;
    }
  }

  /** What was good comes to its end first: then all that is counted is in the table. */
  private async refused(): Promise<void> {
    await this.looking;
    if (this.pass === 'writing') await this.ports.writer.flush();
    if (this.isOutOfTime) throw new OutOfTime();
    // From here on more rejects may be stored than lie before any place to go on from: whoever has no time to say that the file is refused
    // leaves nothing behind.
    this.isOver = true;
    await this.ports.refused?.({ offset: this.offset, counts: this.counts });
  }

  private async readRows(): Promise<StretchEnd> {
    const { start, before } = this.job;
    this.mark();
    const { onBytes, arrived } = this.ports;
    for await (const batch of this.reading.batches({ from: start.offset, before, anchor: start.anchor }, { onBytes, arrived })) {
      if (this.pass !== 'counting') this.reading.checkHeader(batch);
      this.aheadTo = 0;
      for (let nth = 0; nth < batch.rows.length; nth++) {
        const looking = nth === this.aheadTo ? this.lookAhead(batch, nth) : undefined;
        if (looking) await looking;
        if (this.isOutOfTime) throw new OutOfTime();
        const waiting = this.take(batch, nth);
        if (waiting) await waiting;
        this.offset = batch.ends[nth];
        this.anchor = batch.anchor;
        if (++this.sinceMark < ROWS_BETWEEN_MARKS && !this.ports.rejects?.isFull) continue;
        if (await this.look() === 'time is up') return this.stop();
      }
      if (await this.look() === 'time is up') return this.stop();
    }
    await this.ports.writer.flush();
    return { done: true, at: { offset: this.offset, counts: this.counts, rejects: this.ports.rejects?.stored ?? [] } };
  }

  /**
   * Builds the rows that come next, for checks that have to find out something about them: one by one, since most of the time there is
   * nothing to find out, and records that wait for others take memory; many at once where the last ones made it ask.
   */
  private lookAhead(batch: Batch, from: number): Promise<void> | undefined {
    if (!this.checks.lookAhead) return undefined;
    const { ahead, candidates } = this;
    const row = this.rowsOfFileBefore + this.total + 1 - from;
    const to = Math.min(from + this.rowsAhead, batch.rows.length);
    let records = 0;
    for (let nth = from; nth < to; nth++) {
      const built = this.reading.build(batch, nth, row + nth);
      ahead[nth - from] = built;
      if (built !== null && !('code' in built)) candidates[records++] = built;
    }
    // Nor may those stay that were many.
    if (ahead.length > to - from) ahead.length = to - from;
    if (candidates.length > records) candidates.length = records;
    this.aheadFrom = from;
    this.aheadTo = to;
    const asking = this.checks.lookAhead(candidates);
    this.rowsAhead = asking ? ROWS_AHEAD : 1;
    return asking;
  }

  /** Takes one row; a promise must be awaited before the next. */
  private take(batch: Batch, nth: number): Promise<void> | undefined {
    this.total++;
    const row = this.rowsOfFileBefore + this.total;
    if (row > this.mostRows) {
      this.total--;
      throw tooManyRows(this.mostRows);
    }
    if (this.pass === 'counting') return undefined;
    const built = this.checks.lookAhead ? this.ahead[nth - this.aheadFrom] : this.reading.build(batch, nth, row);
    if (built === null) {
      this.dropped++;
      return undefined;
    }
    if ('code' in built) return this.reject(batch, built);
    const conflict = this.checks.conflict(built);
    return conflict ? this.refuse(batch, nth, row, conflict) : this.accept(built);
  }

  private accept(record: BuiltRecord): Promise<void> | undefined {
    this.accepted++;
    return this.pass === 'writing' ? this.ports.writer.put(record) : undefined;
  }

  private refuse(batch: Batch, nth: number, row: number, conflict: Conflict): undefined {
    return this.reject(batch, this.reading.reject(batch, nth, this.explain(conflict, row)));
  }

  private explain(conflict: Conflict, row: number): Omit<Reject, 'fields'> {
    if (conflict.code === 'DUPLICATE_VALUE') {
      const { code, column } = conflict;
      return { row, column, code, message: `'${column}' must be unique, but an earlier row has the same value` };
    }
    const scope = this.job.rowsBefore > 0 ? 'upload' : 'file';
    return { row, column: '', code: 'DUPLICATE_KEY', message: `the row has the same key as an earlier row of the ${scope}` };
  }

  private reject(batch: Batch, reject: Reject): undefined {
    this.rejected++;
    this.ports.rejects?.add(this.reading.rejectHeader(batch), reject);
    if (this.rejected > this.mostRejects) throw oneTooMany(reject);
    return undefined;
  }

  private get counts(): UploadCounts {
    const { total, accepted, rejected, dropped } = this;
    return dropped === 0 ? { total, accepted, rejected } : { total, accepted, rejected, dropped };
  }

  private mark(): void {
    this.sinceMark = 0;
    const { offset, anchor, counts } = this;
    this.place = anchor ? { offset, anchor, counts } : { offset, counts };
    if (this.pass === 'writing') this.ports.writer.mark(this.place);
  }

  /** Where everything before is in the table. */
  private get safe(): Place {
    return this.pass === 'writing' ? this.ports.writer.safe ?? this.job.start : this.place;
  }

  /** Marks the place, and sees to what is due by now. */
  private look(): Promise<'time is up' | undefined> {
    const looking = this.lookAround();
    this.looking = looking;
    return looking;
  }

  private async lookAround(): Promise<'time is up' | undefined> {
    const { isDue, save, timeLeft, rejects, writer } = this.ports;
    this.mark();
    if (timeLeft() <= 0) return 'time is up';
    if (isDue()) await save(await this.checkpoint());
    if (!rejects?.isFull) return undefined;
    await rejects.flush(this.rejectsBefore(this.safe));
    if (!rejects.isFull) return undefined;
    // Those that remain follow records that are still on their way.
    await writer.flush();
    await rejects.flush();
    return undefined;
  }

  /** Sends nothing any more: there may be no time to wait for what the table does not take at once. */
  private stop(): Promise<StretchEnd> {
    this.stopping ??= this.stopAtSafePlace();
    return this.stopping;
  }

  private async stopAtSafePlace(): Promise<StretchEnd> {
    // No two may store rejects at the same time.
    await this.looking?.catch(() => undefined);
    if (this.pass === 'writing') await this.ports.writer.abandon();
    return { done: false, at: await this.checkpoint() };
  }

  /** Where work could go on: all records and rejects before it are stored. */
  private async checkpoint(): Promise<Checkpoint> {
    const place = this.safe;
    await this.ports.rejects?.flush(this.rejectsBefore(place));
    return { ...place, rejects: this.ports.rejects?.stored ?? [] };
  }

  /** Of those that the log was told of, how many are before a place. */
  private rejectsBefore({ counts }: Place): number {
    return counts.rejected - this.job.start.counts.rejected;
  }
}
