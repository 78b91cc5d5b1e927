import { validateColumn } from '../private/columns/column-rules';
import { validateComputed } from '../private/columns/computed-template';
import { ColumnModel, ColumnType } from '../private/contract';
import { numberText } from '../private/functions/environment';
import {
  BooleanColumnOptions, ColumnOptions, EnumerationColumnOptions, NumberColumnOptions, StringColumnOptions, StringSetColumnOptions,
  TimeColumnOptions, TimestampColumnOptions, UriColumnOptions,
} from './column-options';
import { Normalizer } from './normalizer';

/**
 * One column of a file: its name in the header, its type and what its values must satisfy.
 *
 * An empty field is a missing value, whatever the type, and so are null in JSON and the column's `nullValues`: the record has no such
 * attribute.
 */
export class Column {
  /** Text, kept exactly as it is in the file. */
  public static string(name: string, options: StringColumnOptions = {}): Column {
    return new Column('string', name, options, textRules(options));
  }

  /** One of several words; white space around it is left out. */
  public static enumeration(name: string, values: string[], options: EnumerationColumnOptions = {}): Column {
    const normalize = [Normalizer.TRIM, ...(options.normalize ?? []).filter((step) => step !== Normalizer.TRIM)];
    return new Column('string', name, options, { allowed: values, ignoreCase: options.ignoreCase || undefined, normalize }, 'values');
  }

  /**
   * A set of texts in one field: `red|green`, or a JSON array of strings; in DynamoDB a string set. White space around a text is left out,
   * and so are empty texts and those that are there already; the order is not kept. A set of nothing is a missing value. What begins
   * with `[` or `{` and is no JSON array of strings is rejected (`NOT_A_STRING_SET`).
   */
  public static stringSet(name: string, options: StringSetColumnOptions = {}): Column {
    return new Column('stringSet', name, options, { ...textRules(options), separator: options.separator ?? '|' });
  }

  /** A whole number of up to 38 digits. `7.0` is none in a CSV file; as a number of JSON, which has only one kind, it is 7. */
  public static integer(name: string, options: NumberColumnOptions = {}): Column {
    return new Column('integer', name, options, numberRules(options));
  }

  /** A decimal number of up to 38 significant digits, all kept. */
  public static decimal(name: string, options: NumberColumnOptions = {}): Column {
    return new Column('decimal', name, options, numberRules(options));
  }

  /** True or false: `true`/`false`, `yes`/`no`, `t`/`f`, `y`/`n`, `1`/`0`, in any case, or words of the file's own. */
  public static boolean(name: string, options: BooleanColumnOptions = {}): Column {
    return new Column('boolean', name, options, { trueValues: options.trueValues, falseValues: options.falseValues });
  }

  /** A calendar date, kept as `2026-11-21`; in files also of other forms (`formats`). */
  public static date(name: string, options: TimeColumnOptions = {}): Column {
    return new Column('date', name, options, { min: options.min, max: options.max, formats: options.formats });
  }

  /**
   * A point in time, kept in UTC as `2026-11-21T09:30:00Z`; in files in ISO 8601, or of other forms (`formats`). Without an offset it is
   * of the `timeZone`: UTC, unless told otherwise.
   */
  public static timestamp(name: string, options: TimestampColumnOptions = {}): Column {
    const { min, max, formats, timeZone } = options;
    return new Column('timestamp', name, options, { min, max, formats, timeZone });
  }

  /** A UUID (RFC 9562) of any version, `3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33`; kept in lower case. */
  public static uuid(name: string, options: ColumnOptions = {}): Column {
    return new Column('uuid', name, options);
  }

  /** An e-mail address as HTML has it (`<input type="email">`): letters of ASCII, no comments, no quotes. */
  public static email(name: string, options: ColumnOptions = {}): Column {
    return new Column('email', name, options);
  }

  /** An absolute URI, such as `https://example.com/a?b=c` or `urn:isbn:0451450523`; kept as it is written. */
  public static uri(name: string, options: UriColumnOptions = {}): Column {
    return new Column('uri', name, options, { schemes: options.schemes?.map((scheme) => scheme.toLowerCase()) });
  }

  /**
   * Any JSON, kept as a map, list, text, number, boolean or null of DynamoDB with all digits of its numbers, of which there may be 38.
   * Lists and maps may be 31 deep (what is in the innermost is on DynamoDB's level 32). Of two members with one name the last one counts.
   * In a CSV file a text of JSON has its quotes; in files that are JSON, and in records of a handler, a string is a text as it is.
   * A transform gets and makes texts of JSON, as in a CSV file: there `JSON.stringify(text)` is a text, and `"5"` the number.
   */
  public static json(name: string, options: ColumnOptions = {}): Column {
    return new Column('json', name, options);
  }

  /**
   * A value that is not in the file: text, and in braces `row` (1 for the first row; it goes on over the files of an upload), `uploadId`,
   * `uploadedAt` (when the file arrived, ISO 8601 in UTC), `fileName` or an entry of the upload's metadata, such as `metadata.batch`.
   * Exactly `{row}` is a number, all else text. Where an entry is missing or empty the record has no such attribute.
   *
   * A file that has a column of this name fails (`RESERVED_COLUMN`), unless unknown columns are ignored.
   */
  public static computed(name: string, template: string): Column {
    validateComputed(name, template);
    return new Column(template === '{row}' ? 'integer' : 'string', name, {}, { computed: template });
  }

  private readonly model: ColumnModel;

  private constructor(type: ColumnType, /** Name of the column in the file's header. */ public readonly name: string,
    { required = false, defaultValue, nullValues, aliases, normalize, unique }: ColumnOptions, rules: Partial<ColumnModel> = {}, allowedName = 'allowedValues') {
    this.model = { name, type, required, default: defaultValue, nullValues, aliases, normalize, unique: unique || undefined, ...rules };
    validateColumn(this.model, allowedName);
  }

  /** @internal */
  public _toModel(): ColumnModel {
    return this.model;
  }
}

function textRules({ minLength, maxLength, pattern, allowedValues: allowed }: StringColumnOptions): Partial<ColumnModel> {
  return { minLength, maxLength, pattern, allowed };
}

function numberRules({ min, max, allowedValues }: NumberColumnOptions): Partial<ColumnModel> {
  return {
    min: min === undefined ? undefined : numberText(min),
    max: max === undefined ? undefined : numberText(max),
    allowed: allowedValues?.map(numberText),
  };
}
