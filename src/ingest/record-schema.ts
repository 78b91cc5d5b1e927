import { validateNullTexts, withNullValues } from '../private/columns/null-rules';
import { Attribute, ColumnModel, EXPIRY_ATTRIBUTE, INDEX_PREFIX, KEY_VARIABLES } from '../private/contract';
import { looseName } from '../private/ingest/header-names';
import { firstDuplicate, invalid } from '../private/validation';
import { Column } from './column';
import { EmptyRows, HeaderMatching, UnknownColumns } from './policies';

/** Options of any schema. */
export interface AnySchemaOptions {
  /**
   * What happens to a row of which every field is empty, but for white space, as spreadsheets write them (`,,`). Blank lines of a CSV file
   * are no rows, whatever this says.
   *
   * @default EmptyRows.KEEP
   */
  readonly emptyRows?: EmptyRows;
}

/** Options of a schema that names its columns. */
export interface RecordSchemaOptions extends AnySchemaOptions {
  /**
   * What happens to a column of a file that the schema does not declare.
   *
   * @default UnknownColumns.FAIL
   */
  readonly unknownColumns?: UnknownColumns;

  /**
   * How the names in a file's header, or the members of an object of JSON, are compared with those of columns and their aliases.
   *
   * @default HeaderMatching.EXACT
   */
  readonly headerMatching?: HeaderMatching;

  /**
   * The `nullValues` of columns that name none themselves. Columns that are not declared keep such texts.
   *
   * @default - only an empty field is a missing value
   */
  readonly nullValues?: string[];
}

/** What a row of a file must look like. */
export class RecordSchema {
  /** Declared columns, each with its type and rules. Their order in the file does not matter. */
  public static of(columns: Column[], options: RecordSchemaOptions = {}): RecordSchema {
    if (columns.length === 0) {
      invalid('NO_COLUMNS', "'columns' must name at least one column, got none; use RecordSchema.any() for files of any shape");
    }
    const names = columns.map((column) => column.name);
    const twice = firstDuplicate(names);
    if (twice !== undefined) {
      invalid('DUPLICATE_COLUMN', `'columns' must not name a column twice, got '${twice}' more than once`);
    }
    const ours: readonly string[] = [...Object.values(Attribute), EXPIRY_ATTRIBUTE, ...KEY_VARIABLES];
    const shadow = names.find((name) => ours.includes(name) || name.startsWith(INDEX_PREFIX));
    if (shadow !== undefined) {
      invalid('RESERVED_COLUMN', `'columns' must not use a name of ours (${ours.join(', ')}, or one that begins with ${INDEX_PREFIX}), got '${shadow}'`);
    }
    if (names.includes('__proto__')) {
      invalid('RESERVED_COLUMN', "'columns' must not name a column that the AWS SDK cannot read back from a table, got '__proto__'");
    }
    validateNullTexts('the schema', options.nullValues);
    const models = columns.map((column) => withNullValues(column._toModel(), options.nullValues));
    if (models.every((column) => column.computed !== undefined)) {
      invalid('NO_COLUMNS', "'columns' must name at least one column of the file, got only computed ones");
    }
    const loose = options.headerMatching === HeaderMatching.LOOSE;
    validateNames(models, loose);
    return new RecordSchema(models, options.unknownColumns ?? UnknownColumns.FAIL, loose || undefined, skipsEmptyRows(options));
  }

  /**
   * Any columns: whatever the header names is kept, as text. Without a type an empty field is a text, too, and kept as the empty one;
   * so is null in JSON. Where a column is the key of an index, the record has no such attribute then.
   */
  public static any(options: AnySchemaOptions = {}): RecordSchema {
    return new RecordSchema(null, UnknownColumns.KEEP, undefined, skipsEmptyRows(options));
  }

  private constructor(private readonly columns: ColumnModel[] | null, private readonly unknownColumns: UnknownColumns,
    private readonly looseHeader?: true, private readonly emptyRows?: 'skip') {}

  /** @internal */
  public _toModel(): { columns: ColumnModel[] | null; unknownColumns: UnknownColumns; looseHeader?: true; emptyRows?: 'skip' } {
    return { columns: this.columns, unknownColumns: this.unknownColumns, looseHeader: this.looseHeader, emptyRows: this.emptyRows };
  }
}

function skipsEmptyRows({ emptyRows }: AnySchemaOptions): 'skip' | undefined {
  return emptyRows === EmptyRows.SKIP ? 'skip' : undefined;
}

/** No name in a header may stand for two columns. */
function validateNames(columns: readonly ColumnModel[], loose: boolean): void {
  const owners = new Map<string, ColumnModel>();
  for (const column of columns) {
    for (const name of [column.name, ...(column.aliases ?? [])]) {
      const form = loose ? looseName(name) : name;
      const owner = owners.get(form);
      if (owner !== undefined && owner !== column) {
        invalid('DUPLICATE_COLUMN', `'columns' must not share names or aliases${loose ? ', with HeaderMatching.LOOSE not even in another spelling' : ''}, got '${name}' of the column '${column.name}', which the column '${owner.name}' has`);
      }
      owners.set(form, column);
    }
  }
}
