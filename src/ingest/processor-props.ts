import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { FanOut } from './fan-out';
import { FileFormat } from './file-format';
import { DuplicateKeys } from './policies';
import { RecordIndex } from './record-index';
import { RecordKeys } from './record-keys';
import { RecordSchema } from './record-schema';
import { RejectPolicy } from './reject-policy';
import { RowTransform } from './row-transform';
import { UnpackingLimits } from './unpacking-limits';

/** How the queue feeds the processor. */
export interface ProcessorOptions {
  /**
   * Files that one invocation gets at once, 1 to 10. They are worked on at the same time, and share the time limit and the
   * memory of one invocation. Always 1 with `IngestQueue.fifo()`.
   *
   * @default 1
   */
  readonly batchSize?: number;

  /**
   * Invocations at the same time, 2 to 1,000. More files wait in the queue.
   *
   * It keeps a burst of files from taking the concurrency of the whole account, and from making hundreds of processors share
   * one table: a new one takes 4,000 writes a second. Raise it with the throughput of the table.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;
}

/** What records are, and how the function that writes them runs. */
export interface RecordWritingProps extends ProcessorOptions {
  /**
   * What a row must look like.
   *
   * @default RecordSchema.any()
   */
  readonly schema?: RecordSchema;

  /**
   * Keys of the records.
   *
   * @default RecordKeys.perRow()
   */
  readonly keys?: RecordKeys;

  /**
   * Indexes over columns of the schema.
   *
   * @default - none besides the recent index of the query table
   */
  readonly indexes?: RecordIndex[];

  /**
   * What happens to a row whose key an earlier row of the same upload has.
   *
   * @default DuplicateKeys.REJECT
   */
  readonly duplicateKeys?: DuplicateKeys;

  /**
   * How long the function's logs are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of the processor that turns rows into records. */
export interface RecordsProcessorProps extends RecordWritingProps {
  /**
   * What turns the rows of a file into those that the schema describes.
   *
   * @default - rows are taken as they are in the file
   */
  readonly transform?: RowTransform;

  /**
   * Most rows of one file, at least 1; a longer file fails with `TOO_MANY_ROWS` before a record is written, for which it is read twice.
   *
   * @default - no limit
   */
  readonly maxRows?: number;

  /**
   * What files may look like inside. The content types that the pipeline takes by default follow from it.
   *
   * @default - FileFormat.csv()
   */
  readonly formats?: FileFormat[];

  /**
   * How large a packed file may become.
   *
   * @default - 50 GiB, and 250 times as large as it is
   */
  readonly unpacking?: UnpackingLimits;

  /**
   * How many rows of an upload may be rejected.
   *
   * @default RejectPolicy.tolerate()
   */
  readonly rejects?: RejectPolicy;

  /**
   * Whether large uploads are worked on by many invocations at the same time, in an AWS Step Functions Distributed Map.
   *
   * @default - `FanOut.above(Size.gibibytes(1))` where rows have nothing to do with each other, files may be that large, the queue keeps no
   * order, and 5,000 ranges of the largest file can be read within `timeout` (39 TB in 5 minutes); else `FanOut.never()`
   */
  readonly fanOut?: FanOut;

  /**
   * Time limit for one upload, 1 second to 15 minutes (Lambda's own limit).
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * Memory in MiB, 128 to 10,240; the share of a CPU grows with it, and 1,769 is a whole one.
   *
   * @default 1769
   */
  readonly memorySize?: number;
}

/** Properties of the processor that calls a function of the user's. */
export interface HandlerProcessorProps extends RecordWritingProps {
  /**
   * Time limit of the processor that calls the function and waits for it, up to 15 minutes (Lambda's own limit); at least 15
   * seconds longer than the function's. A function that answers with a stage is called again, in another invocation if need be.
   *
   * @default Duration.minutes(15)
   */
  readonly timeout?: Duration;

  /**
   * The function's time limit, to check the processor's against.
   *
   * @default - what a function of this app says, also through an alias or a version of it; else unknown
   */
  readonly handlerTimeout?: Duration;

  /**
   * Memory in MiB of the processor that calls the function, 128 to 10,240.
   *
   * @default 512
   */
  readonly memorySize?: number;
}

/** Properties of a processor of the user's. */
export interface FunctionProcessorProps extends ProcessorOptions {
  /**
   * The function's time limit, to check the queue against.
   *
   * @default - what a function of this app says, also through an alias or a version of it; else unknown
   */
  readonly timeout?: Duration;
}
