export type ColumnType =
  | 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'
  | 'uuid' | 'email' | 'uri'
  /** A set of texts, and whatever JSON can say: neither can be a key. */
  | 'stringSet' | 'json';

/** One declared column. Bounds are numbers for numeric columns and ISO strings for dates and timestamps. */
export interface ColumnModel {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  /** Used where the field is empty or the column is absent; in the form a CSV would have it. */
  readonly default?: string;
  /** Texts that count as no value, as a field has them but for white space around them. */
  readonly nullValues?: readonly string[];
  /** Inclusive bounds, as text of the column's own type. */
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expression that the whole value must match. */
  readonly pattern?: string;
  readonly allowed?: readonly string[];
  /** Whether a value may be an allowed one in another case, and is then kept as that one is written. */
  readonly ignoreCase?: boolean;
  /** What separates the texts of a set. */
  readonly separator?: string;
  /** Words for true and for false, in any case, besides `true` and `false`; absent: the usual ones. */
  readonly trueValues?: readonly string[];
  readonly falseValues?: readonly string[];
  /** Schemes that a URI may have, in lower case; absent: any. */
  readonly schemes?: readonly string[];
  /** Other names that the header may have for it. */
  readonly aliases?: readonly string[];
  /** What is done to a field before it is looked at, in this order. */
  readonly normalize?: readonly NormalizerModel[];
  /**
   * Forms of a date or timestamp, in Unicode's letters (UTS 35), or `iso`, of a timestamp also `epoch_second` or `epoch_millis`; absent:
   * ISO 8601. The first that fits counts.
   */
  readonly formats?: readonly string[];
  /** IANA name of the zone of timestamps that have none of their own; absent: UTC. */
  readonly timeZone?: string;
  /** Template that the value is made of, instead of a field of the file. */
  readonly computed?: string;
  /** Whether no other row of the upload may have the value. */
  readonly unique?: boolean;
}

export type NormalizerModel = 'trim' | 'lowerCase' | 'upperCase' | 'collapseSpaces' | 'decimalComma' | 'thousandsSeparators';

export type EncodingModel = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';
export type RaggedRowsPolicy = 'reject' | 'fill' | 'fit';

/** How a file's text is made of rows. */
export type FormatModel = CsvModel | JsonModel;

export interface CsvModel {
  readonly kind: 'csv';
  /** One character; null: detected, of comma, semicolon, tab and bar. */
  readonly delimiter: string | null;
  /** null: fields are never quoted. */
  readonly quote: string | null;
  /** What stands before a quote inside a quoted field; the quote itself, usually. */
  readonly escape: string;
  /** Lines that begin with it are passed over. */
  readonly comment: string | null;
  /** Lines before the header that are passed over. */
  readonly preambleLines: number;
  /** Names of the columns of a file without a header; null: the first row is the header. */
  readonly header: readonly string[] | null;
  /** Rows with fewer or more fields than the header: rejected; filled with empty fields if shorter; or cut as well if longer. */
  readonly raggedRows: RaggedRowsPolicy;
  /** null: as the byte order mark says, or UTF-8. */
  readonly encoding: EncodingModel | null;
}

export interface JsonModel {
  /** One object per line, or one array of objects. */
  readonly kind: 'ndjson' | 'json';
  readonly encoding: EncodingModel | null;
}

/** CSV as RFC 4180 has it. */
export const CSV: CsvModel = {
  kind: 'csv',
  delimiter: ',',
  quote: '"',
  escape: '"',
  comment: null,
  preambleLines: 0,
  header: null,
  raggedRows: 'reject',
  encoding: null,
};

/** How many rejected rows an upload may have; absent members: any number. `dryFirst`: nothing is written before all rows are known. */
export interface RejectPolicyModel {
  readonly most?: number;
  /** Of all rows, 0 to 1. */
  readonly ratio?: number;
  readonly dryFirst?: boolean;
}

/** How large a packed file may become. */
export interface UnpackingModel {
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** Unpacked bytes per packed byte, beyond the first megabyte. */
  readonly maxRatio: number;
}

export const UNPACKING: UnpackingModel = { maxBytes: 50 * 1024 ** 3, maxRatio: 250 };

export type UnknownColumnsPolicy = 'fail' | 'ignore' | 'keep';
export type DuplicateKeysPolicy = 'reject' | 'last-wins' | 'unchecked';

export interface IndexModel {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
}

/** Everything that turns rows into records. */
export interface RecordModel {
  /** null: any CSV; every column of the file is kept as a string. */
  readonly columns: readonly ColumnModel[] | null;
  readonly unknownColumns: UnknownColumnsPolicy;
  /** What becomes of rows whose fields are all empty; absent: they are rows like any others. */
  readonly emptyRows?: 'skip';
  readonly keys: { readonly partitionKey: string; readonly sortKey: string };
  readonly duplicateKeys: DuplicateKeysPolicy;
  readonly indexes: readonly IndexModel[];
  /** Most rows of one file; absent: no limit. */
  readonly maxRows?: number;
  /** Whether keys begin with the tenant. */
  readonly tenancy?: boolean;
  /** What files may be; of several, the name of a file decides, then its content type. Absent: CSV. */
  readonly formats?: readonly FormatModel[];
  /** Absent: UNPACKING. */
  readonly unpacking?: UnpackingModel;
  /** Whether names in a header match a column in any case and with any white space, `_` and `-`. */
  readonly looseHeader?: boolean;
  /** Absent: any number of rejects. */
  readonly rejects?: RejectPolicyModel;
  /** What turns rows into other rows first: a file beside the function's code, or a function. */
  readonly transform?: 'module' | 'function';
  /** Of the module: with another one, rows become others. */
  readonly transformDigest?: string;
}

/** What a client must say about an upload. */
export interface UploadModel {
  /** null: any metadata. */
  readonly metadata: readonly ColumnModel[] | null;
}
