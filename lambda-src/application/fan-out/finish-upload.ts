import { RejectPolicyModel } from '../../../src/private/contract';
import { tooManyRejects } from '../../domain/rejects/too-many-rejects';
import { transition, Upload, UploadCounts, UploadFile } from '../../domain/uploads/upload';
import { RejectSegment, RejectStore } from '../ingest/reject-store';
import { changeUpload, FannedOutPorts, FanOutOf, findUpload, orFail, Refusal, UploadEnded } from './fanned-out-upload';
import { assembleRejects, countsOf } from './known-rows';
import { findRanges, RangeStore, RangeWork } from './range-store';

export interface FinishPorts extends FannedOutPorts {
  readonly ranges: RangeStore;
  readonly rejects: RejectStore;
}

/** Puts together what has become of the ranges, once all of them are done. */
export class FinishUpload {
  constructor(private readonly ports: FinishPorts, private readonly policy: RejectPolicyModel = {}) {}

  /** Done twice, it is done once. */
  public async run(fanOut: FanOutOf, count: number): Promise<Upload> {
    const { ports, policy } = this;
    const found = await ports.uploads.find(fanOut.uploadId);
    if (found?.execution === fanOut.execution && found.upload.status === 'COMPLETED') return found.upload;
    const upload = await findUpload(fanOut, ports);
    const ranges = await findRanges(ports.ranges, fanOut.execution, count);
    const counts = sumOfAll(ranges);
    return orFail(fanOut, ports, async () => {
      const segments = await assembleRejects(ports.rejects, upload.files, ranges);
      const failure = upload.dryRun ? undefined : tooManyRejects(counts, policy);
      if (failure) throw new Refusal(failure, counts);
      const completed = await this.complete(fanOut, counts);
      await this.putAway(upload.files, segments);
      return completed;
    });
  }

  private async complete(fanOut: FanOutOf, counts: UploadCounts): Promise<Upload> {
    const completed = await changeUpload(fanOut, this.ports, (work, now) => {
      const { upload } = work;
      if (upload.status !== 'PROCESSING') return undefined;
      const at = now.toISOString();
      const { totalBytes } = upload.progress;
      return {
        ...work,
        lease: null,
        checkpoint: null,
        upload: { ...transition(upload, 'COMPLETED', at), counts, progress: { bytes: totalBytes, totalBytes }, stage: null, updatedAt: at },
      };
    });
    if (!completed) throw new UploadEnded(fanOut);
    return completed.upload;
  }

  /** What fails here leaves traces, and nothing else. */
  private async putAway(files: readonly UploadFile[], segments: readonly RejectSegment[][]): Promise<void> {
    for (const [nth, { key }] of files.entries()) {
      if (segments[nth].length > 0) await this.ports.rejects.deleteSegments(key, segments[nth]).catch(() => undefined);
    }
  }
}

/** Throws while there is a range that has not come to its end, which is so where failures of some are tolerated. */
function sumOfAll(ranges: readonly RangeWork[]): UploadCounts {
  const undone = ranges.filter(({ isDone }) => !isDone);
  if (undone.length > 0) throw new Error(`${undone.length} of ${ranges.length} ranges could not be processed, the first of them range ${undone[0].nth}`);
  const counts = countsOf(ranges);
  const expected = ranges.reduce((sum, { settled }) => sum + settled!.rows, 0);
  if (counts.total !== expected) throw new Error(`the ranges must have the ${expected} rows that were counted before, got ${counts.total}`);
  return counts;
}
