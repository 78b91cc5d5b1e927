export type FailureCode =
  /** The file has no bytes, or nothing but blank lines, comments and lines that are passed over. */
  | 'EMPTY_FILE'
  /** The file is binary: an archive, an image, a spreadsheet. */
  | 'NOT_A_TEXT_FILE'
  /** The file holds bytes that are not text in its encoding. */
  | 'INVALID_ENCODING'
  /** The file is packed, and its packing is damaged or ends too early. */
  | 'INVALID_COMPRESSION'
  /** The packed file would become larger than the pipeline unpacks. */
  | 'UNPACKED_TOO_LARGE'
  /** The packed file would become so many times larger that it can hardly be meant. */
  | 'COMPRESSION_RATIO_TOO_HIGH'
  /** The file has another format than the pipeline takes, or than its name says, or a first line for spreadsheets only. */
  | 'WRONG_FORMAT'
  /** The file is not JSON, or not an array. The elements before that have been dealt with. */
  | 'MALFORMED_JSON'
  /** The file or its header is not CSV: nobody knows where the next row begins. The rows before that have been dealt with. */
  | 'MALFORMED_CSV'
  /** A quoted field is still open at the end of the file. The message names the line of its quote, or its byte. */
  | 'UNTERMINATED_QUOTE'
  /**
   * The header, a line that is passed over, a quoted field or an element of a JSON array is larger than it may be, or has no end. A row
   * that is too large is a reject, `RECORD_TOO_LARGE`.
   */
  | 'ROW_TOO_LARGE'
  /** The header lacks a column that every record needs. */
  | 'MISSING_COLUMN'
  /** The header has a column that the schema does not know, and the schema refuses such columns. */
  | 'UNKNOWN_COLUMN'
  /** The header has the same name twice, so it cannot be told which one is meant. */
  | 'DUPLICATE_COLUMN'
  /** The header has a name that no column can have: the pipeline uses it itself, or nobody could read it back. */
  | 'RESERVED_COLUMN'
  /** What a column is computed from is too long for the index whose key it is. */
  | 'KEY_TOO_LONG'
  /** The file has more rows than the schema allows. */
  | 'TOO_MANY_ROWS'
  /** The file has more bytes than the pipeline accepts. */
  | 'FILE_TOO_LARGE'
  /** The file was uploaded with a content type that the pipeline does not accept. */
  | 'CONTENT_TYPE_NOT_ALLOWED'
  /** The file that arrived has another content type than the one that was announced. */
  | 'CONTENT_TYPE_MISMATCH'
  /** The file that arrived has another size than the one that was announced. */
  | 'SIZE_MISMATCH'
  /** The bytes that arrived do not add up to the checksum that was announced. */
  | 'CHECKSUM_MISMATCH'
  /** The object was gone when its turn came. */
  | 'FILE_NOT_FOUND'
  /** The object is not the one that arrived, or that an earlier attempt has begun with. */
  | 'FILE_REPLACED'
  /** The pipeline's rules for rows are others than those that an earlier part of the file was ingested under. */
  | 'SCHEMA_CHANGED'
  /** More rows were rejected than the pipeline tolerates. */
  | 'TOO_MANY_REJECTS'
  /** There are more values to be told apart than fit into memory. */
  | 'TOO_MANY_UNIQUE_VALUES'
  /** The object belongs to no upload that the pipeline knows. */
  | 'UPLOAD_NOT_REGISTERED'
  /** The user's own function threw an error at every attempt. */
  | 'HANDLER_FAILED'
  /** The user's own function gave an answer that is none, or one that is too large to be kept. */
  | 'INVALID_RESULT'
  | 'RESULT_TOO_LARGE'
  /** The user's module that transforms rows cannot be loaded, or exports no function. */
  | 'TRANSFORM_NOT_LOADED'
  /** The user's function that transforms rows failed at every attempt. */
  | 'TRANSFORM_UNAVAILABLE'
  /** The user's function that transforms rows gave an answer that is none. */
  | 'INVALID_TRANSFORM'
  /** Every attempt to process the file failed. */
  | 'PROCESSING_FAILED'
  /** The file was not processed before its deadline. */
  | 'PROCESSING_TIMED_OUT';

/** The status item holds the message, and people read it; what it quotes from a file may be as long as the file. */
const MAX_MESSAGE_LENGTH = 1000;

/**
 * The file as a whole cannot be ingested, and trying again would not help. The message is for the uploader, and is cut at
 * 1,000 characters.
 */
export class UploadFailure extends Error {
  /** One that the user's own function has decided on; its code is the function's. */
  static ofHandler(code: string, message: string): UploadFailure {
    return new UploadFailure(code as FailureCode, message);
  }

  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(shortened(message));
    this.name = 'UploadFailure';
    this.code = code;
  }
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  const start = message.slice(0, MAX_MESSAGE_LENGTH - 1);
  // Never cut inside a character.
  return `${start.isWellFormed() ? start : start.slice(0, -1)}…`;
}

/** What a file fails with that has more rows than it may. */
export function tooManyRows(most: number): UploadFailure {
  return new UploadFailure('TOO_MANY_ROWS', `the file must have at most ${most} rows, but it has more`);
}
