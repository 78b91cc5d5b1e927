import { Size, Token } from 'aws-cdk-lib';
import { invalid, validateInteger, validateSize } from '../private/validation';

/** How a large upload is worked on by many invocations at the same time. */
export interface FanOutOptions {
  /**
   * Ranges of one upload that are worked on at the same time, 1 to 10,000 (the limit of a Distributed Map).
   *
   * All of them write into the one table, and count against the concurrency of the account's functions: 10 of them write some
   * ten thousand records a second. A new table on demand takes 4,000 writes a second, and twice of what it took before.
   *
   * @default 10, or `totalConcurrency` if that is less
   */
  readonly concurrency?: number;

  /**
   * Ranges of all uploads together that are worked on at the same time, 1 to 100,000, and at least `concurrency`.
   *
   * It is the reserved concurrency of the function that does the work, which the account's other functions then lack. AWS Lambda leaves
   * at least 100 of an account's concurrency unreserved, and refuses a deployment that would take more. Ranges that find no room are tried
   * again, each about twice a minute, for some eight hours; then their upload fails.
   *
   * @default - each upload that is fanned out adds its `concurrency`, up to what the account's functions have
   */
  readonly totalConcurrency?: number;

  /**
   * Bytes of a range, 1 MiB to 5 GiB. A file is cut into 5,000 ranges at most, so that those of a very large one are larger.
   *
   * One invocation reads a whole range to see where its rows are; writing them goes on in another one when time is up. So a range, also
   * one of 5,000 of the largest file, has at most as many bytes as the processor reads at 25 MiB a second within its `timeout`.
   *
   * @default Size.mebibytes(64), or less with a timeout of less than three seconds
   */
  readonly rangeSize?: Size;

  /**
   * Whole percentage of ranges that may fail for good, with all of their retries, before the others are given up as well, 0 to 100.
   * The upload fails in any case, and the records of ranges that were done are there. An execution that has failed with all others
   * done is not worth redriving: process the upload again.
   *
   * @default 0
   */
  readonly toleratedFailurePercentage?: number;
}

/**
 * When an upload is cut into byte ranges that an AWS Step Functions Distributed Map works on, instead of one invocation after
 * the other that reads it from its start to its end.
 *
 * It takes rows that have nothing to do with each other: keys that are unique per row or `DuplicateKeys.UNCHECKED`, no unique
 * columns, and no `RejectPolicy` for which all rows must be read first; and files whose rows can be found from the middle: CSV in
 * UTF-8 whose quote is its own escape, without comments, or NDJSON, and not packed. Uploads with other files are worked on in one
 * line. Every range is read twice: to settle which of its bytes are inside of quotes, and to turn its rows into records.
 *
 * Numbers of rows, counts and the order of rejects are those of a file that is read in one go; of an upload that fails before its
 * end they are those of the rows that all ranges have come to for sure. An execution that has failed can be
 * redriven in Step Functions for 14 days: what was done stays done. The upload can be processed again through the API as well.
 */
export class FanOut {
  /** Uploads whose files have more bytes together. */
  public static above(size: Size, options: FanOutOptions = {}): FanOut {
    return new FanOut(size, options);
  }

  /** Every upload, however small: a state machine takes some seconds where a function takes one. */
  public static always(options: FanOutOptions = {}): FanOut {
    return new FanOut(Size.bytes(0), options);
  }

  /** No upload. One that takes longer than an invocation goes on in another one. */
  public static never(): FanOut {
    return new FanOut(undefined, {});
  }

  private constructor(
    /** Bytes of an upload above which it is fanned out; none: never. */
    public readonly size: Size | undefined,
    /** How it is then. */
    public readonly options: FanOutOptions,
  ) {
    validateSize('size', size, Size.bytes(0), Size.tebibytes(50));
    validateInteger('concurrency', options.concurrency, 1, 10_000);
    validateInteger('totalConcurrency', options.totalConcurrency, 1, 100_000);
    validateConcurrencies(options);
    validateSize('rangeSize', options.rangeSize, Size.mebibytes(1), Size.gibibytes(5));
    validateInteger('toleratedFailurePercentage', options.toleratedFailurePercentage, 0, 100);
  }
}

function validateConcurrencies({ concurrency, totalConcurrency }: FanOutOptions): void {
  if (concurrency === undefined || totalConcurrency === undefined) return;
  if (Token.isUnresolved(concurrency) || Token.isUnresolved(totalConcurrency) || concurrency <= totalConcurrency) return;
  invalid('FAN_OUT_CONCURRENCY',
    `'concurrency' must be at most 'totalConcurrency', which is ${totalConcurrency}, got ${concurrency}: the ranges of one upload would wait for each other`);
}
