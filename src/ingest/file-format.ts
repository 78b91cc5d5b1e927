import { FormatModel } from '../private/contract';
import { validateCsv } from '../private/ingest/format-rules';
import { CsvFormatOptions, Delimiter, FileFormatOptions, Quoting, RaggedRows, TextEncoding, TsvFormatOptions } from './csv-options';

/**
 * What a file looks like inside. Of any format it may be packed with gzip or Zstandard (zstd), which is seen from its first bytes.
 *
 * Of several formats the end of a file's name decides (`.csv`, `.tsv` and `.tab`, `.ndjson` and `.jsonl`, `.json`, before a `.gz` or
 * `.zst`), then its content type, and else the first that is declared is taken.
 */
export class FileFormat {
  /**
   * Rows with a delimiter between the fields (RFC 4180). Blank lines are no rows. A row of more than 2,000,000 bytes or 100,000 fields is
   * rejected (`RECORD_TOO_LARGE`); a stray quote, or one that is never closed, fails the file, behind the rows before it.
   */
  public static csv(options: CsvFormatOptions = {}): FileFormat {
    const { delimiter = Delimiter.COMMA, quoting = Quoting.DOUBLE_QUOTE, encoding = TextEncoding.DETECTED } = options;
    return new FileFormat(validateCsv({
      kind: 'csv',
      delimiter: delimiter._character,
      quote: quoting._quote,
      escape: quoting._escape,
      comment: options.comment ?? null,
      preambleLines: options.preambleLines ?? 0,
      header: options.header ?? null,
      raggedRows: options.raggedRows ?? RaggedRows.REJECT,
      encoding: encoding._name,
    }));
  }

  /** Rows with tabs between the fields. */
  public static tsv(options: TsvFormatOptions = {}): FileFormat {
    return FileFormat.csv({ ...options, delimiter: Delimiter.TAB });
  }

  /**
   * One JSON object per line (NDJSON, JSON Lines), whose members are the columns; blank lines are no rows. A line that is none is rejected
   * (`MALFORMED_JSON`, `NOT_AN_OBJECT`), as is one of more than 2,000,000 bytes (`RECORD_TOO_LARGE`). Numbers keep all their digits; lists
   * and objects are for columns of sets and JSON, and are text anywhere else. null is a missing value.
   */
  public static ndjson(options: FileFormatOptions = {}): FileFormat {
    return FileFormat.ofJson('ndjson', options);
  }

  /**
   * A JSON array of objects, read as it comes: it may be as large as any file. An element of more than 2,000,000 bytes is rejected
   * (`RECORD_TOO_LARGE`); where the array is broken the file fails, behind the elements before that.
   */
  public static json(options: FileFormatOptions = {}): FileFormat {
    return FileFormat.ofJson('json', options);
  }

  private static ofJson(kind: 'ndjson' | 'json', { encoding = TextEncoding.DETECTED }: FileFormatOptions): FileFormat {
    return new FileFormat({ kind, encoding: encoding._name });
  }

  private constructor(private readonly model: FormatModel) {}

  /** @internal */
  public _toModel(): FormatModel {
    return this.model;
  }
}
