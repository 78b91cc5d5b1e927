/** What happens to a column of a file that the schema does not declare. */
export enum UnknownColumns {
  /** The upload fails with `UNKNOWN_COLUMN`, before a record is written. */
  FAIL = 'fail',
  /** The column is left out of the records. */
  IGNORE = 'ignore',
  /** The column is kept as text. */
  KEEP = 'keep',
}

/** What happens to a row whose key an earlier row of the same upload has. */
export enum DuplicateKeys {
  /** The later row is rejected with `DUPLICATE_KEY`; the first one stays. */
  REJECT = 'reject',
  /** The later row replaces the earlier one. Both count as accepted. */
  LAST_WINS = 'last-wins',
}
