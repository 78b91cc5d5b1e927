import { UploadFailure } from '../../domain/rejects/upload-failure';
import { Checkpoint, schemaChanged, startAt } from '../../domain/uploads/checkpoint';
import { Upload, UploadCounts, UploadFile } from '../../domain/uploads/upload';
import { ingestStretch } from '../ingest/ingest-stretch';
import { ObjectBytes, OpenBytes } from '../ingest/object-bytes';
import { namedFailure } from '../ingest/process-upload';
import { OutOfTime } from '../ingest/progress-report';
import { RejectLog } from '../ingest/reject-log';
import { RejectStore } from '../ingest/reject-store';
import { RecordRules } from '../ingest/row-reading';
import { RowSource } from '../ingest/row-source';
import { Place, StretchJob } from '../ingest/stretch-job';
import { RecordWriter } from '../sending/record-writer';
import { NewRowTransform } from '../transform/transform-rows';
import { namingFile } from '../uploads/check-arrival';
import { EarlyEnd, EndRights } from './early-end';
import { FannedOutPorts, FanOutOf, findUpload, inFile, orFail, Refusal, UploadEnded } from './fanned-out-upload';
import { rowsOfRange } from './range-rows';
import { RangeStore, RangeTaken, RangeWork } from './range-store';

/** How far the upload has come since it was last said; approximate, since an answer may be lost. */
export interface Progress {
  readonly bytes: number;
  readonly rows: number;
  readonly rejected: number;
}

export interface IngestRangePorts extends FannedOutPorts {
  readonly ranges: RangeStore;
  readonly open: OpenBytes;
  readonly rowsOf: (bytes: ObjectBytes, file: UploadFile) => RowSource;
  readonly newWriter: () => RecordWriter<Place>;
  readonly rejects: RejectStore;
  readonly endRights: EndRights;
  /** Adds to what the upload shows, and returns what that is now; undefined: it is not this fan-out's any more. */
  readonly addProgress: (fanOut: FanOutOf, progress: Progress) => Promise<Progress | undefined>;
  /** @default - rows stay as they are */
  readonly newTransform?: NewRowTransform;
  /** @default - nobody finds out that time is up while a table that is full is waited for */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

export interface IngestRangeRules extends RecordRules {
  readonly modelHash: string;
}

/** One invocation of the function. */
export interface Invocation {
  readonly holder: string;
  readonly until: Date;
  readonly stopAt: Date;
}

const MILLISECONDS_BETWEEN_WRITES = 5_000;

/** Turns the rows of one range into records, from where the invocation before has left off. */
export class IngestRange {
  constructor(private readonly ports: IngestRangePorts, private readonly rules: IngestRangeRules) {}

  /** Returns whether the range is done; if not, another invocation must go on. */
  public async run(fanOut: FanOutOf, nth: number, invocation: Invocation): Promise<boolean> {
    const { ports } = this;
    const upload = await findUpload(fanOut, ports);
    const claim = await this.claim(fanOut, nth, invocation);
    if (claim.isDone) return true;
    return orFail(fanOut, ports, () => inFile(upload, claim.range.file, () => this.work(fanOut, upload, claim, invocation)));
  }

  private async claim({ execution }: FanOutOf, nth: number, { holder, until }: Invocation): Promise<RangeWork> {
    const { ranges, now } = this.ports;
    const found = await ranges.find(execution, nth);
    if (!found?.settled) throw new Error(`range ${nth} of ${execution} has no place in the plan`);
    if (found.isDone) return found;
    if (found.lease && found.lease.until > now().toISOString()) throw new RangeTaken('works on the range', found.lease.until);
    return ranges.save({ ...found, lease: { holder, until: until.toISOString() }, failure: null });
  }

  private async work(fanOut: FanOutOf, upload: Upload, claim: RangeWork, invocation: Invocation): Promise<boolean> {
    const hand = new RangeInHand(fanOut, claim, this.ports);
    try {
      if (claim.model !== this.rules.modelHash) throw schemaChanged();
      return await this.ingest(fanOut, upload, hand, invocation);
    } catch (error) {
      // It may be that somebody else has it by now; why this one ended is the thing to tell.
      await hand.release(namedFailure(error)).catch(() => undefined);
      throw error;
    }
  }

  private async ingest(fanOut: FanOutOf, upload: Upload, hand: RangeInHand, { holder, until, stopAt }: Invocation): Promise<boolean> {
    const { ports, rules } = this;
    const { claim } = hand;
    const settled = claim.settled!;
    const file = upload.files[settled.file];
    const start = claim.checkpoint ?? startAt(settled.from);
    const rejects = new RejectLog(ports.rejects, {
      fileKey: file.key, fence: `${claim.execution}-${claim.nth}-${claim.revision}`, stored: start.rejects,
    });
    const bytes = await ports.open(file.key, file.arrival?.etag ?? undefined);
    const timeLeft = () => stopAt.getTime() - ports.now().getTime();
    const early = new EarlyEnd(fanOut, ports, { holder, until: until.toISOString() });
    const policy = upload.dryRun ? {} : rules.model.rejects ?? {};
    const stopIfTooMany = async (soFar: Progress) => {
      if (policy.most !== undefined && soFar.rejected > policy.most) await early.endIfTooMany(policy);
    };
    let known: UploadCounts | undefined;
    const job: StretchJob = {
      upload,
      file,
      rules,
      start,
      source: rowsOfRange(ports.rowsOf(bytes, file), settled.rows - start.counts.total),
      transform: ports.newTransform?.({ upload, file, rowsBefore: settled.rowsBeforeInFile + start.counts.total, timeLeft }),
      before: settled.before ?? undefined,
      rowsBefore: settled.rowsBefore - settled.rowsBeforeInFile,
      rowsOfFileBefore: settled.rowsBeforeInFile,
      pass: upload.dryRun ? 'validating' : 'writing',
      // No range alone may have more; whether all have, is looked at now and then.
      mostRejects: policy.most,
    };
    const end = await ingestStretch(job, {
      rejects,
      writer: ports.newWriter(),
      isDue: () => hand.isDue(),
      save: async (checkpoint) => stopIfTooMany(await hand.save(checkpoint)),
      timeLeft,
      sleep: ports.sleep,
      refused: async ({ offset, counts }) => {
        await rejects.flush();
        known = await early.show({ ...hand.claim, checkpoint: { offset, counts, rejects: rejects.stored } });
      },
    }).catch((error: unknown) => {
      throw error instanceof UploadFailure && known ? new Refusal(namingFile(file, upload.files, error) as UploadFailure, known) : error;
    });
    if (!end.done && end.at.offset === start.offset) throw new OutOfTime();
    if (end.done) await rejects.flush();
    await stopIfTooMany(await hand.end({ ...end.at, rejects: rejects.stored }, end.done));
    return end.done;
  }
}

/** The range while an invocation works on it. */
class RangeInHand {
  private reported: Checkpoint;
  private written: number;

  constructor(private readonly fanOut: FanOutOf, public claim: RangeWork, private readonly ports: IngestRangePorts) {
    this.reported = claim.checkpoint ?? startAt(claim.settled!.from);
    this.written = ports.now().getTime();
  }

  public isDue(): boolean {
    return this.ports.now().getTime() - this.written >= MILLISECONDS_BETWEEN_WRITES;
  }

  /** Returns how far all ranges are. */
  public async save(checkpoint: Checkpoint): Promise<Progress> {
    await this.write({ ...this.claim, checkpoint });
    return this.report(checkpoint);
  }

  public async end(checkpoint: Checkpoint, isDone: boolean): Promise<Progress> {
    await this.write({ ...this.claim, checkpoint, isDone, lease: null });
    return this.report(checkpoint);
  }

  /** Lets another attempt begin at once; if there is none, the upload ends with this one's failure. */
  public async release(failure: Upload['error']): Promise<void> {
    if (this.claim.lease) await this.write({ ...this.claim, lease: null, failure });
  }

  private async write(work: RangeWork): Promise<void> {
    this.claim = await this.ports.ranges.save(work);
    this.written = this.ports.now().getTime();
  }

  private async report(checkpoint: Checkpoint): Promise<Progress> {
    const { offset, counts } = this.reported;
    this.reported = checkpoint;
    const soFar = await this.ports.addProgress(this.fanOut, {
      bytes: Math.max(0, checkpoint.offset - offset),
      rows: checkpoint.counts.total - counts.total,
      rejected: checkpoint.counts.rejected - counts.rejected,
    });
    if (!soFar) throw new UploadEnded(this.fanOut);
    return soFar;
  }
}
