import { validateAllowed, validateBound, validateOrder, validatePattern, validateTimes, validateValue } from '../private/column-rules';
import { ColumnModel, ColumnType } from '../private/contract';
import { numberText } from '../private/environment';
import { invalid, validateInteger } from '../private/validation';

/** What every column can say. */
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
}

/**
 * One column of a file: its name in the header, its type and what its values must satisfy.
 *
 * An empty field is a missing value, whatever the type.
 */
export class Column {
  /** Text, kept exactly as it is in the file. */
  public static string(name: string, options: StringColumnOptions = {}): Column {
    validateInteger('minLength', options.minLength, 0, 409_600);
    validateInteger('maxLength', options.maxLength, 1, 409_600);
    validateOrder(name, 'minLength', options.minLength, 'maxLength', options.maxLength);
    validatePattern(name, options.pattern);
    validateAllowed(name, options.allowedValues);
    const { minLength, maxLength, pattern, allowedValues: allowed } = options;
    return new Column('string', name, options, { minLength, maxLength, pattern, allowed });
  }

  /** A whole number of up to 38 digits. */
  public static integer(name: string, options: NumberColumnOptions = {}): Column {
    return Column.number('integer', name, options);
  }

  /** A decimal number of up to 38 significant digits, all kept. */
  public static decimal(name: string, options: NumberColumnOptions = {}): Column {
    return Column.number('decimal', name, options);
  }

  /** True or false: `true`/`false`, `yes`/`no`, `t`/`f`, `y`/`n`, `1`/`0`, in any case. */
  public static boolean(name: string, options: ColumnOptions = {}): Column {
    return new Column('boolean', name, options);
  }

  /** A calendar date: `2026-11-21`. */
  public static date(name: string, options: TimeColumnOptions = {}): Column {
    return Column.time('date', name, options);
  }

  /** A point in time in ISO 8601, kept in UTC: `2026-11-21T09:30:00Z`; without an offset it is taken as UTC. */
  public static timestamp(name: string, options: TimeColumnOptions = {}): Column {
    return Column.time('timestamp', name, options);
  }

  private static number(type: ColumnType, name: string, options: NumberColumnOptions): Column {
    validateBound(type, name, 'min', options.min);
    validateBound(type, name, 'max', options.max);
    validateOrder(name, 'min', options.min, 'max', options.max);
    validateAllowed(name, options.allowedValues);
    options.allowedValues?.forEach((value) => validateBound(type, name, 'allowedValues', value));
    return new Column(type, name, options, {
      min: options.min === undefined ? undefined : numberText(options.min),
      max: options.max === undefined ? undefined : numberText(options.max),
      allowed: options.allowedValues?.map(numberText),
    });
  }

  private static time(type: ColumnType, name: string, options: TimeColumnOptions): Column {
    validateTimes(type, name, options);
    return new Column(type, name, options, { min: options.min, max: options.max });
  }

  private readonly model: ColumnModel;

  private constructor(type: ColumnType, /** Name of the column in the file's header. */ public readonly name: string,
    options: ColumnOptions, rules: Partial<ColumnModel> = {}) {
    if (name.trim() === '' || name !== name.trim()) {
      invalid('INVALID_COLUMN_NAME', `'name' of a column must be text without white space around it, got '${name}'`);
    }
    if (options.required && options.defaultValue !== undefined) {
      invalid('REQUIRED_WITH_DEFAULT', `'required' of the column '${name}' contradicts 'defaultValue', got '${options.defaultValue}'`);
    }
    if (options.defaultValue !== undefined && rules.allowed && !rules.allowed.includes(options.defaultValue)) {
      invalid('DEFAULT_NOT_ALLOWED', `'defaultValue' of the column '${name}' must be one of 'allowedValues', got '${options.defaultValue}'`);
    }
    if (options.defaultValue !== undefined) validateValue(type, name, 'defaultValue', options.defaultValue, rules);
    rules.allowed?.forEach((value) => validateValue(type, name, 'allowedValues', value, rules));
    this.model = { name, type, required: options.required ?? false, default: options.defaultValue, ...rules };
  }

  /** @internal */
  public _toModel(): ColumnModel {
    return this.model;
  }
}
