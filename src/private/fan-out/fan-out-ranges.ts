import { Duration, Size } from 'aws-cdk-lib';
import { invalid } from '../validation';
import { MOST_RANGES } from './fan-out-rules';

/**
 * A range is read in one go before its rows are written, and nobody goes on with half of that. One reader gets 85 to 90 MB a second
 * (Amazon S3 User Guide, "Performance guidelines"), and has to look at every byte.
 */
const BYTES_PER_SECOND = Size.mebibytes(25).toBytes();
const DEFAULT_SIZE = Size.mebibytes(64);

/** Most bytes of a range that a function reads within its time; any number where one of them is known only later. */
function readableBytes(timeout: Duration): number {
  return timeout.isUnresolved() ? Infinity : timeout.toSeconds() * BYTES_PER_SECOND;
}

/** Whether the ranges of the largest file can be read in time: there are only so many of them. */
export function canBeCut(maxFileSize: Size, timeout: Duration): boolean {
  return maxFileSize.isUnresolved() || maxFileSize.toBytes() <= readableBytes(timeout) * MOST_RANGES;
}

/** Bytes of a range; what a function cannot read within its time is refused. Tokens are let through. */
export function rangeBytes(rangeSize: Size | undefined, timeout: Duration, maxFileSize: Size): number {
  if (rangeSize?.isUnresolved()) return rangeSize.toBytes();
  const most = readableBytes(timeout);
  const size = rangeSize?.toBytes() ?? Math.min(DEFAULT_SIZE.toBytes(), most);
  const within = `so that the processor reads a range at 25 MiB a second within its timeout of ${timeout.toHumanString()}`;
  if (size > most) {
    invalid('FAN_OUT_RANGE_TOO_LARGE', `'rangeSize' must be at most ${most} bytes, ${within}, got ${size}: let ranges be smaller, or 'timeout' longer`);
  }
  if (!canBeCut(maxFileSize, timeout)) {
    invalid('FAN_OUT_RANGE_TOO_LARGE',
      `'maxFileSize' must be at most ${most * MOST_RANGES} bytes in ${MOST_RANGES} ranges, ${within}, got ${maxFileSize.toBytes()}: let 'timeout' be longer, or use FanOut.never()`);
  }
  return size;
}
