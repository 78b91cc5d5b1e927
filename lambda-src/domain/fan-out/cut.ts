import { MOST_RANGES } from '../../../src/private/fan-out/fan-out-rules';

/** A part of a file, by bytes: cut anywhere, so that most begin and end in the middle of a row. */
export interface Range {
  /** Which file of the upload: 0 is the first. */
  readonly file: number;
  /** Bytes of the file. */
  readonly from: number;
  readonly to: number;
}

/** Cuts files of so many bytes into ranges of about the same size, in their order; larger ones where there would be too many. */
export function cut(sizes: readonly number[], rangeSize: number): Range[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // The last range of a file may be a small one.
  const size = Math.max(1, rangeSize, Math.ceil(total / Math.max(1, MOST_RANGES - sizes.length)));
  return sizes.flatMap((bytes, file) => cutFile(file, bytes, size));
}

/** An empty file is a range, too: somebody has to find out that it has no header. */
function cutFile(file: number, bytes: number, size: number): Range[] {
  const count = Math.max(1, Math.ceil(bytes / size));
  const border = (nth: number) => (nth === count ? bytes : Math.floor(nth * (bytes / count)));
  return Array.from({ length: count }, (_, nth) => ({ file, from: border(nth), to: border(nth + 1) }));
}
