import { RaggedRowsPolicy } from '../../../src/private/contract';
import { RejectCode } from '../../domain/rejects/reject';
import { Anchor } from '../../domain/uploads/checkpoint';

/** A row that cannot be read at all, though others can. */
export class BadRow {
  /**
   * @param message for the uploader
   * @param text the row as it was in the file
   */
  constructor(public readonly code: RejectCode, public readonly message: string, public readonly text: string) {}
}

/** The fields of a row by the header's order, or why there are none. */
export type SourceRow = readonly string[] | BadRow;

/** Some rows of a file, in its order. Many at once: a promise per row would cost more than the row. */
export interface RowBatch {
  /** The same object as long as it stays the same. */
  readonly header: readonly string[];
  readonly rows: readonly SourceRow[];
  /** Where each row ends: bytes of the file's text, unpacked and in UTF-8. Reading can go on there. */
  readonly ends: readonly number[];
  /** One at or before the end of the first row, where the text's bytes are not the object's. undefined: it need not or cannot be known. */
  readonly anchor?: Anchor;
  /** The JSON of each row, where the file is no table: then a header is no more than the shape of these rows, and rejects show this. */
  readonly texts?: readonly string[];
}

export interface Stretch {
  /** Where to begin: 0, or where a row ended. */
  readonly from: number;
  /** Rows that begin at or after it are somebody else's. @default Infinity */
  readonly before?: number;
  /** That of the row that ended there. @default - where one is needed, the file is read from its start, up to there in vain */
  readonly anchor?: Anchor;
}

/** The rows of one file. Throws UploadFailure when the file cannot be read any further; reading can begin anew as often as one likes. */
export interface RowSource {
  /** What is done with rows of another width than the header, as the file's format has it; known once rows are read. @default 'reject' */
  readonly raggedRows?: RaggedRowsPolicy;
  /** Whether all text before a row must be unpacked to begin there; known once rows are read. @default false */
  readonly isPacked?: boolean;
  /**
   * A header without rows is given, too, in a batch of none. Throws UploadFailure `EMPTY_FILE` where there is not even a header.
   * @param onBytes told how many bytes of the object (packed, if it is) have been read since it was last called; those that are
   *   passed over to begin at `from` count as read
   */
  rows(stretch: Stretch, onBytes?: (bytes: number) => void): AsyncIterable<RowBatch>;
}
