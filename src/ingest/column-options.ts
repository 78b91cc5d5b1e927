import { Normalizer } from './normalizer';

/** What every column of a file can say. */
export interface ColumnOptions {
  /**
   * Whether a row without a value is rejected (`REQUIRED`), and a file without the column fails (`MISSING_COLUMN`).
   *
   * A column with a `defaultValue` is never missing, so the two contradict each other.
   *
   * @default false
   */
  readonly required?: boolean;

  /**
   * The value of a row that has none, written as the file would write it. It must keep the column's own rules.
   *
   * @default - the record has no such attribute
   */
  readonly defaultValue?: string;

  /**
   * Texts that count as no value, such as `NULL`, `N/A`, `\N` or `-`: a field that is one of them, but for white space around it, is like
   * an empty one. They are compared letter by letter, before `normalize`; in a set also with each of its texts. No two may be the same,
   * and none may be an allowed value, the `defaultValue` or, of a boolean column, `true`, `false` or another word that it names itself.
   *
   * Of JSON this is said of strings: null is a missing value anyway, and numbers in columns of numbers and of JSON are what they are.
   *
   * @default - those of the schema, which a list of the column's own takes the place of; an empty list: none
   */
  readonly nullValues?: string[];

  /**
   * Other names that the column may have in a file's header, such as `Drug Name` for `drug_name`. A record always has the column's
   * own name. A header with two names of one column fails the file (`DUPLICATE_COLUMN`).
   *
   * @default - only its own name
   */
  readonly aliases?: string[];

  /**
   * What is done to a field before anything else, in this order; nothing that is left is a missing value.
   *
   * A column of JSON takes `Normalizer.TRIM` only, letters can be changed in columns of text only, and a decimal comma and separators of
   * thousands are for numbers.
   *
   * @default - a text is kept as it is; what has any other type is trimmed
   */
  readonly normalize?: Normalizer[];

  /**
   * Whether a row is rejected (`DUPLICATE_VALUE`) whose value an earlier row of the upload has; the values are compared as records
   * have them. Rows without a value are not compared, and neither are other uploads; that an earlier row was rejected itself, since its
   * key is another row's, makes no difference.
   *
   * The processor keeps 16 bytes of every value in its memory while it reads: an upload with more than 12 million of them fails with
   * `TOO_MANY_UNIQUE_VALUES`. One that goes on in another invocation is read again from its start. Contradicts `defaultValue`, and is not
   * for booleans, sets and JSON.
   *
   * @default false
   */
  readonly unique?: boolean;
}

/** A column of text. */
export interface StringColumnOptions extends ColumnOptions {
  /**
   * The fewest characters (Unicode code points).
   *
   * @default - no lower limit
   */
  readonly minLength?: number;

  /**
   * The most characters (Unicode code points).
   *
   * @default - only DynamoDB's 400 KB for the whole record
   */
  readonly maxLength?: number;

  /**
   * JavaScript regular expression that the whole value must match, such as `[A-Z]{2}[0-9]+`.
   *
   * It runs on the text of whoever uploads: avoid a repetition inside a repetition such as `(a+)+`, which takes exponential
   * time on some texts.
   *
   * @default - any text
   */
  readonly pattern?: string;

  /**
   * The only values there may be; each must keep the column's other rules.
   *
   * @default - any value
   */
  readonly allowedValues?: string[];
}

/** A column of one of several words. */
export interface EnumerationColumnOptions extends ColumnOptions {
  /**
   * Whether upper and lower case make no difference. The record has the word as it is declared.
   *
   * @default false
   */
  readonly ignoreCase?: boolean;
}

/** A column of a set of texts; lengths, pattern, allowed values and normalizers are those of each text. */
export interface StringSetColumnOptions extends StringColumnOptions {
  /**
   * What stands between the texts, 1 to 10 characters.
   *
   * @default '|'
   */
  readonly separator?: string;
}

/** A column of URIs. */
export interface UriColumnOptions extends ColumnOptions {
  /**
   * The only schemes there may be, without a colon, such as `https`. Name them where values become links: a browser runs what
   * follows `javascript:`.
   *
   * @default - any scheme
   */
  readonly schemes?: string[];
}

/** A column of numbers. */
export interface NumberColumnOptions extends ColumnOptions {
  /**
   * The smallest value, inclusive; a whole number of at most 15 digits for an integer column.
   *
   * @default - no lower bound
   */
  readonly min?: number;

  /**
   * The largest value, inclusive; a whole number of at most 15 digits for an integer column.
   *
   * @default - no upper bound
   */
  readonly max?: number;

  /**
   * The only values there may be; each must keep the column's other rules.
   *
   * @default - any value
   */
  readonly allowedValues?: number[];
}

/** A column of true and false. */
export interface BooleanColumnOptions extends ColumnOptions {
  /**
   * Words for true, in any case, such as `ja` or `on`. `true` is always one, since files of JSON write nothing else. None may be a word for
   * false.
   *
   * @default ['yes', 'y', 't', '1']
   */
  readonly trueValues?: string[];

  /**
   * Words for false, in any case, such as `nein` or `off`. `false` is always one.
   *
   * @default ['no', 'n', 'f', '0']
   */
  readonly falseValues?: string[];
}

/** A column of dates or timestamps. */
export interface TimeColumnOptions extends ColumnOptions {
  /**
   * The earliest value, inclusive, in ISO 8601.
   *
   * @default - no lower bound
   */
  readonly min?: string;

  /**
   * The latest value, inclusive, in ISO 8601.
   *
   * @default - no upper bound
   */
  readonly max?: string;

  /**
   * Forms that the values of a file have instead of ISO 8601, in Unicode's letters (UTS 35), such as `dd.MM.yyyy` or
   * `M/d/yyyy h:mm a`. Several are tried in their order; `iso` among them is ISO 8601. Two that read the same text as different days
   * are refused.
   *
   * `yyyy`, `yy` (69 to 99 are of the 20th century); `M`, `MM`, `MMM`, `MMMM` (English names); `d`, `dd`; `H`, `HH`; `h`, `hh` with `a`
   * (AM or PM); `m`, `mm`; `s`, `ss`; `S` to `SSSSSSSSS` (digits of a fraction); `X` (`Z`, `+01` or `+0100`), `XX` (`Z` or `+0100`) and
   * `XXX` (`Z` or `+01:00`). One letter takes one or two digits. `T` and what is no letter is itself; other text stands in apostrophes.
   *
   * A timestamp may also be counted from 1970-01-01T00:00:00Z, in seconds (`epoch_second`: `1769860800`, with up to nine digits behind a
   * point) or in milliseconds (`epoch_millis`, with up to six), before it with a minus; a `timeZone` makes no difference to that. The two
   * cannot be told apart, nor from forms of digits only, such as `yyyyMMddHHmm`.
   *
   * @default - ISO 8601
   */
  readonly formats?: string[];
}

/** A column of timestamps. */
export interface TimestampColumnOptions extends TimeColumnOptions {
  /**
   * Zone of the values that have no offset of their own, `min`, `max` and `defaultValue` included, by its IANA name such as
   * `Europe/Berlin`. Of a time that clocks show twice, as when they are put back, the earlier one is taken; one that they never show
   * is none (`NOT_A_TIMESTAMP`).
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
}
