import { RejectPolicyModel } from '../../../src/private/contract';
import { tooManyRejects } from '../../domain/rejects/too-many-rejects';
import { Upload, UploadCounts } from '../../domain/uploads/upload';
import { Lease } from '../../domain/uploads/work';
import { RejectStore } from '../ingest/reject-store';
import { FannedOutPorts, FanOutOf, findUpload, Refusal, UploadEnded } from './fanned-out-upload';
import { assembleRejects, countsOf } from './known-rows';
import { findAllRanges, RangeStore, RangeTaken, RangeWork } from './range-store';

/**
 * Port: the right to end an upload whose ranges are still worked on. Neither writes anything of the upload besides, since ranges add to
 * what it shows at the same time.
 */
export interface EndRights {
  /** Takes the right, unless somebody else has it; returns how many rejects were added up by then, or undefined. */
  take(fanOut: FanOutOf, lease: Lease): Promise<number | undefined>;
  /** Gives it back and adds so many rejects to the sum, if the holder still has it. */
  giveBack(fanOut: FanOutOf, holder: string, rejected: number): Promise<void>;
}

export interface EarlyEndPorts extends FannedOutPorts {
  readonly ranges: RangeStore;
  readonly rejects: RejectStore;
  readonly endRights: EndRights;
}

interface Taken {
  readonly upload: Upload;
  /** Rejects that were added up by then. */
  readonly rejected: number;
}

/**
 * The end of an upload whose other ranges are still worked on. One invocation at a time has the right to it, so that what is counted is
 * what is listed.
 */
export class EarlyEnd {
  /** @param lease the right of this invocation, if it takes it */
  constructor(private readonly fanOut: FanOutOf, private readonly ports: EarlyEndPorts, private readonly lease: Lease) {}

  /** Throws Refusal if all ranges have too many rejects together, which they know for sure. What somebody else is about to end goes on. */
  public async endIfTooMany(policy: RejectPolicyModel): Promise<void> {
    const taken = await this.take();
    if ('until' in taken) return;
    await this.orGiveBack(async () => {
      const ranges = await findAllRanges(this.ports.ranges, this.fanOut.execution);
      const counts = countsOf(ranges);
      const failure = tooManyRejects(counts, policy);
      // What was added meanwhile may be counted twice: then somebody looks once more.
      if (!failure) return this.giveBack(counts.rejected - taken.rejected);
      await assembleRejects(this.ports.rejects, taken.upload.files, ranges);
      throw new Refusal(failure, counts);
    });
  }

  /** Lists the rejects of all ranges by now, of which this one can go no further, and counts their rows. */
  public async show(range: RangeWork): Promise<UploadCounts> {
    const taken = await this.take();
    if ('until' in taken) throw new RangeTaken('is about to end the upload', taken.until);
    return this.orGiveBack(async () => {
      const found = await findAllRanges(this.ports.ranges, this.fanOut.execution);
      const ranges = found.map((other) => (other.nth === range.nth ? range : other));
      await assembleRejects(this.ports.rejects, taken.upload.files, ranges);
      return countsOf(ranges);
    });
  }

  /** The upload, or until when somebody else has the right to end it. What this invocation could not give back is still its own. */
  private async take(): Promise<Taken | Pick<Lease, 'until'>> {
    const { fanOut, lease, ports } = this;
    const upload = await findUpload(fanOut, ports);
    const rejected = await ports.endRights.take(fanOut, lease);
    if (rejected !== undefined) return { upload, rejected };
    const found = await ports.uploads.find(fanOut.uploadId);
    if (found?.execution !== fanOut.execution || found.upload.status !== 'PROCESSING') throw new UploadEnded(fanOut);
    // Whoever had it may have given it back since.
    return { until: found.lease?.until ?? ports.now().toISOString() };
  }

  private async orGiveBack<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal)) await this.giveBack().catch(() => undefined);
      throw error;
    }
  }

  /** @param missing how many rejects the sum lacks; less than 0: it has too many @default 0 */
  private async giveBack(missing = 0): Promise<void> {
    await this.ports.endRights.giveBack(this.fanOut, this.lease.holder, missing);
  }
}
