import { Checkpoint, Pass } from '../../domain/uploads/checkpoint';
import { RecordWriter } from '../sending/record-writer';
import { RejectLog } from './reject-log';
import { RowChecks } from './row-checks';
import { ReadingJob } from './row-reading';

/** A stretch of a file, and how far it has been ingested. */
export interface StretchJob extends ReadingJob {
  readonly start: Checkpoint;
  /** Rows that begin at or after it are somebody else's. @default - the stretch ends with the file */
  readonly before?: number;
  /** Rows of this file before the stretch. @default 0 */
  readonly rowsOfFileBefore?: number;
  /** @default 'writing' */
  readonly pass?: Pass;
  /** Rows of this file at most. @default - any number */
  readonly mostRows?: number;
  /** Rejects of this stretch at most; one more is listed too, and ends it. @default - any number */
  readonly mostRejects?: number;
}

/** How far a writer has come: all that was put before it is in the table. */
export type Place = Pick<Checkpoint, 'offset' | 'counts' | 'anchor'>;

export interface StretchPorts {
  /** One that has nothing on its way. It is not used when nothing is to be written. */
  readonly writer: RecordWriter<Place>;
  /** That of the stretch, with what `start` says is stored; undefined: rejects are only counted. */
  readonly rejects?: RejectLog;
  /** @default NO_CHECKS */
  readonly checks?: RowChecks;
  /** Whether it is time for a checkpoint to be saved. */
  readonly isDue: () => boolean;
  /** Everything before the checkpoint is safe. Throws when the work is somebody else's by now. */
  readonly save: (checkpoint: Checkpoint) => Promise<void>;
  /** Milliseconds until work must stop. */
  readonly timeLeft: () => number;
  /** @default - nobody finds out that time is up while a table that is full is waited for */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly onBytes?: (bytes: number) => void;
  /** Called when the first rows are there: up to them what an earlier invocation has dealt with may have to be passed over. */
  readonly arrived?: () => void;
  /** The file is refused. Everything before the place is safe, and the log has all rejects before it. */
  readonly refused?: (at: Place) => Promise<void>;
}

export interface StretchEnd {
  /** Whether the stretch has come to its end; else time was up. */
  readonly done: boolean;
  /**
   * Everything before it is safe, but saved is only what `save` was told. With `done`, the log still holds rejects that are not
   * among those that are named here.
   */
  readonly at: Checkpoint;
}
