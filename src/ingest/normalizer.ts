/** What can be done to a field before it is looked at. */
export enum Normalizer {
  /** White space at both ends is left out. */
  TRIM = 'trim',
  /** Letters become small ones, as in no language in particular. */
  LOWER_CASE = 'lowerCase',
  /** Letters become capitals, as in no language in particular. */
  UPPER_CASE = 'upperCase',
  /** White space of any kind and length becomes one space. */
  COLLAPSE_SPACES = 'collapseSpaces',
  /**
   * Numbers have a decimal comma: `1.234,56`, `1 234,56` and `1'234,56` are 1234.56, and `1.234` is 1234. What is no such number is
   * rejected, as are `1.5` and `0.123`, which would be others without the comma. This is said of texts: numbers of JSON, and those that
   * a transform or a handler makes, are what they are.
   */
  DECIMAL_COMMA = 'decimalComma',
  /**
   * Numbers may have separators of thousands: `1,234.56`, `1 234.56` and `1'234.56` are 1234.56. They stand between groups of three
   * digits, and all are the same: a comma, an apostrophe (`'`, `’`) or a space (also U+00A0, U+2009 and U+202F). `1,00`, `1234,567` and
   * `0,123` are rejected (`NOT_A_DECIMAL`, `NOT_AN_INTEGER`). `DECIMAL_COMMA` takes separators already; with both the comma is the
   * decimal one.
   */
  THOUSANDS_SEPARATORS = 'thousandsSeparators',
}
