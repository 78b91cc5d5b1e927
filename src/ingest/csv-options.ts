import { EncodingModel } from '../private/contract';
import { validateCharacter } from '../private/ingest/format-rules';

/** What separates the fields of a row. */
export class Delimiter {
  /** A comma. */
  public static readonly COMMA = new Delimiter(',');
  /** A semicolon, as spreadsheets write in countries with a decimal comma. */
  public static readonly SEMICOLON = new Delimiter(';');
  /** A tab. */
  public static readonly TAB = new Delimiter('\t');
  /** A vertical bar. */
  public static readonly BAR = new Delimiter('|');
  /**
   * Found out for each file from its beginning: comma, semicolon, tab or bar. Of two that fit alike, a comma is it last. A first line
   * `sep=;`, as spreadsheets write it, says it, and is no header. With any other delimiter such a line, where the header should be,
   * fails the file (`WRONG_FORMAT`).
   */
  public static readonly DETECTED = new Delimiter(null);

  /** Any other character, such as `\u0001`; no letter, digit or end of a line. */
  public static of(character: string): Delimiter {
    validateCharacter('delimiter', character);
    return new Delimiter(character);
  }

  private constructor(/** @internal */ public readonly _character: string | null) {}
}

/** What keeps a delimiter or the end of a line from ending a field. */
export class Quoting {
  /** Double quotes, doubled inside: `"a ""b"""`, as RFC 4180 has it. */
  public static readonly DOUBLE_QUOTE = new Quoting('"', '"');
  /** Single quotes, doubled inside. */
  public static readonly SINGLE_QUOTE = new Quoting("'", "'");
  /** Fields are never quoted, and quotes are characters like any other. */
  public static readonly NONE = new Quoting(null, '"');

  /**
   * Any characters. Inside a quoted field an escape goes, and the character behind it stays, whatever that is: with a backslash
   * `"C:\\new \"one\""` is `C:\new "one"`, and `"C:\new"` is `C:new`. An escape that is the quote itself goes before a quote only.
   *
   * @param quote what a quoted field begins and ends with
   * @param escape what stands before a quote, or before itself, inside a quoted field; the quote itself unless told otherwise
   */
  public static of(quote: string, escape: string = quote): Quoting {
    validateCharacter('quote', quote);
    validateCharacter('escape', escape);
    return new Quoting(quote, escape);
  }

  private constructor(/** @internal */ public readonly _quote: string | null, /** @internal */ public readonly _escape: string) {}
}

/** What happens to rows with fewer or more fields than the header. */
export enum RaggedRows {
  /** They are rejected with `WRONG_FIELD_COUNT`. */
  REJECT = 'reject',
  /** Shorter ones are filled with empty fields; longer ones are rejected. */
  FILL = 'fill',
  /** Shorter ones are filled with empty fields; what longer ones have too much is left out. */
  FIT = 'fit',
}

/** How the text of a file is encoded. */
export class TextEncoding {
  /** As the byte order mark says: UTF-8 or UTF-16; without one UTF-8. */
  public static readonly DETECTED = new TextEncoding(null);
  /** UTF-8, with or without a byte order mark. */
  public static readonly UTF_8 = new TextEncoding('utf-8');
  /** UTF-16, little-endian. */
  public static readonly UTF_16_LE = new TextEncoding('utf-16le');
  /** UTF-16, big-endian. */
  public static readonly UTF_16_BE = new TextEncoding('utf-16be');
  /** ISO 8859-1, read as browsers read it: as Windows-1252, which has more characters. */
  public static readonly LATIN_1 = new TextEncoding('latin1');

  private constructor(/** @internal */ public readonly _name: EncodingModel | null) {}
}

/** What every format can say. */
export interface FileFormatOptions {
  /**
   * How the text is encoded. A file that is not so encoded fails (`INVALID_ENCODING`).
   *
   * @default TextEncoding.DETECTED
   */
  readonly encoding?: TextEncoding;
}

/** A file of rows with tabs between the fields. */
export interface TsvFormatOptions extends FileFormatOptions {
  /**
   * Whether and how fields are quoted.
   *
   * @default Quoting.DOUBLE_QUOTE
   */
  readonly quoting?: Quoting;

  /**
   * Lines that begin with this character are passed over, at the top of a file as between rows.
   *
   * @default - there are no comments
   */
  readonly comment?: string;

  /**
   * Lines before the header that are passed over, 0 to 1,000.
   *
   * @default 0
   */
  readonly preambleLines?: number;

  /**
   * Names of the columns, in the order of the fields, of files whose first row is no header.
   *
   * @default - the first row is the header
   */
  readonly header?: string[];

  /**
   * What happens to rows with fewer or more fields than the header.
   *
   * @default RaggedRows.REJECT
   */
  readonly raggedRows?: RaggedRows;
}

/** A file of comma-separated rows, or separated by something else. */
export interface CsvFormatOptions extends TsvFormatOptions {
  /**
   * What separates the fields.
   *
   * @default Delimiter.COMMA
   */
  readonly delimiter?: Delimiter;
}
