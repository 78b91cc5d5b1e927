import { NO_ROWS, sumOf } from '../../domain/uploads/checkpoint';
import { UploadCounts, UploadFile } from '../../domain/uploads/upload';
import { segmentsOf } from '../ingest/reject-log';
import { RejectSegment, RejectStore } from '../ingest/reject-store';
import { RangeWork } from './range-store';

/** Rows before the checkpoints of ranges: all of them are in the table, or among the rejects. */
export function countsOf(ranges: readonly RangeWork[]): UploadCounts {
  return ranges.reduce((sum, { checkpoint }) => (checkpoint ? sumOf(sum, checkpoint.counts) : sum), NO_ROWS);
}

/** Puts the rejects that are counted together, file by file, in the order of their rows. Returns what they were put together from. */
export async function assembleRejects(
  rejects: RejectStore, files: readonly UploadFile[], ranges: readonly RangeWork[],
): Promise<readonly RejectSegment[][]> {
  const segments = files.map((_, nth) => rejectsOf(ranges, nth));
  for (const [nth, { key }] of files.entries()) {
    if (segments[nth].length > 0) await rejects.assemble(key, segments[nth], undefined);
    // There may be some of an attempt before.
    else await rejects.remove(key);
  }
  return segments;
}

function rejectsOf(ranges: readonly RangeWork[], file: number): RejectSegment[] {
  return ranges.filter(({ range }) => range.file === file).flatMap(({ checkpoint }) => (checkpoint ? segmentsOf(checkpoint.rejects) : []));
}
