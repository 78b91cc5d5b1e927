/** How much is measured. */
export interface Sizes {
  /** Bytes of the file whose rows cost processor time, and how often it is read. */
  readonly file: number;
  readonly turns: number;
  /** Bytes of the files of which one is to take no more memory than the other. */
  readonly small: number;
  readonly large: number;
  /** Seconds that a table with a limit is written to, and records a second that it takes. */
  readonly seconds: number;
  readonly limits: readonly number[];
}

export const FULL: Sizes = { file: 100e6, turns: 3, small: 20e6, large: 2e9, seconds: 20, limits: [1_000, 4_000] };

/** On average, in the sample. */
export const BYTES_OF_A_ROW = 128;
