import { Duration } from 'aws-cdk-lib';

/** How a function gets the rows that it transforms. */
export interface FunctionTransformProps {
  /**
   * Most rows of one call, 1 to 10,000. A batch ends earlier where it would have more than 6 MB (Lambda's limit), or with the rows that
   * have been read by then.
   *
   * @default 500
   */
  readonly batchSize?: number;

  /**
   * Calls at the same time, 1 to 100, of each file that is worked on. Their answers are taken in the order of the rows.
   *
   * @default 4
   */
  readonly concurrency?: number;

  /**
   * The function's time limit, to check the processor's against and to wait no longer for an answer.
   *
   * @default - what a function of this app says, also through an alias or a version of it; else unknown
   */
  readonly timeout?: Duration;
}
