import { RaggedRowsPolicy } from '../../../src/private/contract';
import { isEmptyRow, textWithoutName } from '../../domain/records/empty-fields';
import { fits, fitted, wrongFieldCount } from '../../domain/records/ragged-rows';
import { RejectCode } from '../../domain/rejects/reject';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { BadRow, SourceRow } from '../ingest/row-source';
import { DROPPED } from './row-transform';

/** What a field takes besides its text. */
const CHARACTERS_OF_A_FIELD = 8;
/** What a row takes besides its fields. */
const CHARACTERS_OF_A_ROW = 100;

/** What rows must be like, that a transform gets them. */
export interface GivenRules {
  readonly raggedRows: RaggedRowsPolicy;
  /** Where columns of the header begin that have no name and are none. */
  readonly nameless: number;
  readonly skipsEmptyRows: boolean;
}

/** What a transform gets of the rows under one header: as many fields as that has, by the names that records have for them. */
export class GivenRows {
  public readonly names: readonly string[];
  private readonly refusal: UploadFailure | undefined;
  private readonly charactersOfNames: number;

  /** @param names why there are none: then there are no such rows */
  constructor(private readonly width: number, names: readonly string[] | UploadFailure, private readonly rules: GivenRules) {
    this.names = names instanceof UploadFailure ? [] : names.slice(0, rules.nameless);
    this.refusal = names instanceof UploadFailure ? names : undefined;
    this.charactersOfNames = this.names.reduce((sum, { length }) => sum + length + CHARACTERS_OF_A_FIELD, 0);
  }

  /** undefined: nobody can transform the row. */
  public fieldsOf(row: SourceRow): readonly string[] | undefined {
    const { width, rules: { raggedRows, nameless } } = this;
    if (row instanceof BadRow || this.problemOf(row) !== undefined) return undefined;
    const fields = fitted(row, width, raggedRows);
    return nameless < width ? fields?.slice(0, nameless) : fields;
  }

  /** Why nobody can transform the row; undefined: it has fields. */
  public problemOf(row: SourceRow): BadRow | typeof DROPPED | undefined {
    const { width, refusal, rules: { raggedRows, nameless, skipsEmptyRows } } = this;
    if (row instanceof BadRow) return row;
    if (skipsEmptyRows && isEmptyRow(row)) return DROPPED;
    if (refusal) return new BadRow(refusal.code as RejectCode, refusal.message, '');
    if (!fits(row.length, width, raggedRows)) return new BadRow('WRONG_FIELD_COUNT', wrongFieldCount(row.length, width), '');
    const lost = textWithoutName(row, nameless, width);
    return lost === undefined ? undefined : new BadRow('UNKNOWN_COLUMN', lost, '');
  }

  /** About how much memory a row takes that is given with these fields: whoever gets it gets the names with it. */
  public sizeOf(fields: readonly string[]): number {
    return charactersIn(fields) + this.charactersOfNames;
  }
}

/** About how much memory a row takes that nobody transforms. */
export function sizeOfBad(row: SourceRow): number {
  return CHARACTERS_OF_A_ROW + (row instanceof BadRow ? row.text.length : charactersIn(row));
}

function charactersIn(fields: readonly string[]): number {
  let characters = 0;
  for (const text of fields) characters += text.length;
  return characters;
}
