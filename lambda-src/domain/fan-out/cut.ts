/** A part of a file, by bytes: cut anywhere, so that most begin and end in the middle of a row. */
export interface Range {
  /** Which file of the upload: 0 is the first. */
  readonly file: number;
  /** Bytes of the file. */
  readonly from: number;
  readonly to: number;
}

/** What is cut of a file: all of it but a byte order mark. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * Every range is an item of a Distributed Map, and the list of their numbers its input: 5,000 of up to five bytes are a tenth of
 * what a state may be given (256 KiB; Step Functions Developer Guide, "Quotas").
 */
export const MOST_RANGES = 5_000;

/** Cuts files into ranges of about the same size, in their order; larger ones than asked for where there would be too many. */
export function cut(files: readonly Extent[], rangeSize: number): Range[] {
  const total = files.reduce((sum, { from, to }) => sum + to - from, 0);
  // The last range of a file may be a small one.
  const size = Math.max(1, rangeSize, Math.ceil(total / Math.max(1, MOST_RANGES - files.length)));
  return files.flatMap((extent, file) => cutFile(file, extent, size));
}

/** An empty file is a range, too: somebody has to find out that it has no header. */
function cutFile(file: number, { from, to }: Extent, size: number): Range[] {
  const count = Math.max(1, Math.ceil((to - from) / size));
  const border = (nth: number) => (nth === count ? to : from + Math.floor(nth * ((to - from) / count)));
  return Array.from({ length: count }, (_, nth) => ({ file, from: border(nth), to: border(nth + 1) }));
}
