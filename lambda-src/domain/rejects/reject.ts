export type RejectCode =
  /** A required field is empty. */
  | 'REQUIRED'
  /** Not a whole number. */
  | 'NOT_AN_INTEGER'
  /** Not a decimal number. */
  | 'NOT_A_DECIMAL'
  /** A number with more significant digits than DynamoDB keeps. */
  | 'TOO_MANY_DIGITS'
  /** Neither of the words for true and false. */
  | 'NOT_A_BOOLEAN'
  /** Not a day of the calendar. */
  | 'NOT_A_DATE'
  /** Not a point in time. */
  | 'NOT_A_TIMESTAMP'
  /** Not a UUID. */
  | 'NOT_A_UUID'
  /** Not an e-mail address. */
  | 'NOT_AN_EMAIL'
  /** Not an absolute URI, or one of another scheme than the column's. */
  | 'NOT_A_URI'
  /** Not JSON, or JSON that is nested deeper than DynamoDB's lists and maps. */
  | 'NOT_JSON'
  /** JSON, or the beginning of it, but no array of strings. */
  | 'NOT_A_STRING_SET'
  /** Below the column's minimum, or a number too close to zero to be stored. */
  | 'TOO_SMALL'
  /** Above the column's maximum, or a number too large to be stored. */
  | 'TOO_LARGE'
  /** Fewer characters than the column's minimum. */
  | 'TOO_SHORT'
  /** More characters than the column's maximum. */
  | 'TOO_LONG'
  /** The value does not match the column's pattern. */
  | 'PATTERN_MISMATCH'
  /** The value is none of the column's allowed ones. */
  | 'NOT_ALLOWED'
  /** The row has more or fewer fields than the header. */
  | 'WRONG_FIELD_COUNT'
  /** A value that the record's key is made of is missing. */
  | 'EMPTY_KEY'
  /** A key of the record has more bytes than DynamoDB takes. */
  | 'KEY_TOO_LONG'
  /** Another record has the same key. */
  | 'DUPLICATE_KEY'
  /** An earlier row has the same value in a column whose values are unique. */
  | 'DUPLICATE_VALUE'
  /** The row is not JSON, or has half a character. */
  | 'MALFORMED_JSON'
  /** The row is JSON, but no object. */
  | 'NOT_AN_OBJECT'
  /** The columns of the row itself, which JSON has, are none that a record may have. */
  | 'MISSING_COLUMN'
  | 'UNKNOWN_COLUMN'
  | 'DUPLICATE_COLUMN'
  | 'RESERVED_COLUMN'
  /** The user's transform has failed with the row. */
  | 'TRANSFORM_FAILED'
  /** The user's transform has made something else than a row of it. */
  | 'INVALID_TRANSFORM'
  /** The record has more bytes than DynamoDB takes, or the row has so many that it is not read. */
  | 'RECORD_TOO_LARGE';

/** A row that is not a record, and why. */
export interface Reject {
  /** The first row below the header is 1. */
  readonly row: number;
  /** The column at fault; empty when the whole row is meant. */
  readonly column: string;
  readonly code: RejectCode;
  /** For the uploader. */
  readonly message: string;
  /** The row as it was in the file. */
  readonly fields: readonly string[];
}

/** A rule that a value broke. Made once per column, so that a file full of bad rows costs no more than a good one. */
export class Problem {
  readonly code: RejectCode;
  /** The rule, worded to follow "must". */
  readonly rule: string;

  constructor(code: RejectCode, rule: string) {
    this.code = code;
    this.rule = rule;
  }
}

/** One field of a row broke a rule. */
export function rejectField(row: number, fields: readonly string[], column: string, problem: Problem, text: string): Reject {
  const got = text === '' ? '' : `, got ${quote(text)}`;
  return { row, column, code: problem.code, message: `'${column}' must ${problem.rule}${got}`, fields };
}

/** The row as a whole broke a rule. */
export function rejectRow(row: number, fields: readonly string[], code: RejectCode, message: string): Reject {
  return { row, column: '', code, message, fields };
}

const QUOTED_CHARACTERS = 50;

/** A value in quotes, short enough for a message and never cut inside a character. */
export function quote(text: string): string {
  const start = [...text.slice(0, 2 * (QUOTED_CHARACTERS + 1))];
  return start.length > QUOTED_CHARACTERS ? `'${start.slice(0, QUOTED_CHARACTERS).join('')}…'` : `'${text}'`;
}

const LISTED = 10;

/** Words in a row, few enough for a message. */
export function listOf(words: readonly string[]): string {
  const listed = words.slice(0, LISTED).join(', ');
  return words.length > LISTED ? `${listed} and ${words.length - LISTED} more` : listed;
}
