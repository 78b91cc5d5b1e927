/** What happens to a column of a file that the schema does not declare. */
export enum UnknownColumns {
  /**
   * The upload fails with `UNKNOWN_COLUMN`, before a record is written. Columns without a name behind all that have one, as spreadsheets
   * write them (`a,b,,`), are none as long as their fields are empty; a row with something there is rejected with the same code.
   */
  FAIL = 'fail',
  /** The column is left out of the records. */
  IGNORE = 'ignore',
  /** The column is kept as text, empty ones included. */
  KEEP = 'keep',
}

/** What happens to a row of which every field is empty, such as `,,`, or every member of an object of JSON. */
export enum EmptyRows {
  /** It is a row like any other: rejected where a value is required, and else a record. */
  KEEP = 'keep',
  /** It is left out, whatever its width, and no transform gets it. It has its number, and counts as `dropped`. */
  SKIP = 'skip',
}

/** What happens to a row whose key an earlier row of the same upload has. */
export enum DuplicateKeys {
  /** The later row is rejected with `DUPLICATE_KEY`; the first one stays. */
  REJECT = 'reject',
  /** The later row replaces the earlier one. Both count as accepted. */
  LAST_WINS = 'last-wins',
  /**
   * Nobody looks: which of the rows stays is not defined, and both count as accepted. For files whose keys are known to be different;
   * such a file may be worked on in many pieces at once.
   */
  UNCHECKED = 'unchecked',
}

/** How the names in a file's header are compared with those of columns and their aliases. */
export enum HeaderMatching {
  /** Letter by letter, but for white space at both ends. */
  EXACT = 'exact',
  /**
   * Case, white space, `_` and `-` make no difference: `Drug Name`, `DRUG-NAME` and `drugName` are all `drug_name`. A header with two of
   * them fails the file (`DUPLICATE_COLUMN`).
   */
  LOOSE = 'loose',
}
