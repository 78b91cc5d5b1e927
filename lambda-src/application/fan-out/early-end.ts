import { RejectPolicyModel } from '../../../src/private/contract';
import { Upload, UploadCounts } from '../../domain/uploads/upload';
import { Lease } from '../../domain/uploads/work';
import { tooManyRejects } from '../ingest/ingest-pass';
import { RejectStore } from '../ingest/reject-store';
import { changeUpload, FannedOutPorts, FanOutOf, findUpload, Refusal, UploadEnded } from './fanned-out-upload';
import { assembleRejects, countsOf } from './known-rows';
import { findAllRanges, RangeStore, RangeTaken, RangeWork } from './range-store';

export interface EarlyEndPorts extends FannedOutPorts {
  readonly ranges: RangeStore;
  readonly rejects: RejectStore;
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
    const upload = await this.take();
    if ('until' in upload) return;
    await this.orGiveBack(async () => {
      const ranges = await findAllRanges(this.ports.ranges, this.fanOut.execution);
      const counts = countsOf(ranges);
      const failure = tooManyRejects(counts, policy);
      if (!failure) return this.giveBack(counts.rejected);
      await assembleRejects(this.ports.rejects, upload.files, ranges);
      throw new Refusal(failure, counts);
    });
  }

  /** Lists the rejects of all ranges by now, of which this one can go no further, and counts their rows. */
  public async show(range: RangeWork): Promise<UploadCounts> {
    const upload = await this.take();
    if ('until' in upload) throw new RangeTaken('is about to end the upload', upload.until);
    return this.orGiveBack(async () => {
      const found = await findAllRanges(this.ports.ranges, this.fanOut.execution);
      const ranges = found.map((other) => (other.nth === range.nth ? range : other));
      await assembleRejects(this.ports.rejects, upload.files, ranges);
      return countsOf(ranges);
    });
  }

  /** The upload, or until when somebody else has the right to end it. */
  private async take(): Promise<Upload | Pick<Lease, 'until'>> {
    const { fanOut, lease } = this;
    await findUpload(fanOut, this.ports);
    let other: Lease | undefined;
    const work = await changeUpload(fanOut, this.ports, (found, now) => {
      other = undefined;
      if (found.upload.status !== 'PROCESSING') return undefined;
      if (found.lease && found.lease.until > now.toISOString()) {
        other = found.lease;
        return undefined;
      }
      return { ...found, lease };
    });
    if (other) return other;
    if (!work) throw new UploadEnded(fanOut);
    return work.upload;
  }

  private async orGiveBack<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal)) await this.giveBack().catch(() => undefined);
      throw error;
    }
  }

  /** @param rejected how many there are for sure @default - as many as were added up */
  private async giveBack(rejected?: number): Promise<void> {
    await changeUpload(this.fanOut, this.ports, (work) => {
      if (work.upload.status !== 'PROCESSING' || work.lease?.holder !== this.lease.holder) return undefined;
      const { upload } = work;
      return { ...work, lease: null, upload: rejected === undefined ? upload : { ...upload, progress: { ...upload.progress, rejected } } };
    });
  }
}
