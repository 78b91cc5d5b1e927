import { Size } from 'aws-cdk-lib';

/** How large a packed file may become, so that a small one cannot keep the processor busy for days ("zip bomb"). */
export interface UnpackingLimits {
  /**
   * Most bytes of one file when it is unpacked; a larger one fails with `UNPACKED_TOO_LARGE`.
   *
   * @default Size.gibibytes(50)
   */
  readonly maxSize?: Size;

  /**
   * Most bytes that may come out for each byte that goes in, 1 to 1,100, after the first megabyte of a file; more fail it with
   * `COMPRESSION_RATIO_TOO_HIGH`. Tables of numbers and words have 3 to 20.
   *
   * @default 250
   */
  readonly maxRatio?: number;
}
