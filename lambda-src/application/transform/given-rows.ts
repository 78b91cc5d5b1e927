import { RaggedRowsPolicy } from '../../../src/private/contract';
import { fits, fitted, wrongFieldCount } from '../../domain/records/ragged-rows';
import { RejectCode } from '../../domain/rejects/reject';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { BadRow, SourceRow } from '../ingest/row-source';

/** What a field takes besides its text. */
const CHARACTERS_OF_A_FIELD = 8;
/** What a row takes besides its fields. */
const CHARACTERS_OF_A_ROW = 100;

/** What a transform gets of the rows under one header: as many fields as that has, by the names that records have for them. */
export class GivenRows {
  public readonly names: readonly string[];
  private readonly refusal: UploadFailure | undefined;
  private readonly charactersOfNames: number;

  /** @param names why there are none: then there are no such rows */
  constructor(private readonly width: number, names: readonly string[] | UploadFailure, private readonly raggedRows: RaggedRowsPolicy) {
    this.names = names instanceof UploadFailure ? [] : names;
    this.refusal = names instanceof UploadFailure ? names : undefined;
    this.charactersOfNames = this.names.reduce((sum, { length }) => sum + length + CHARACTERS_OF_A_FIELD, 0);
  }

  /** undefined: nobody can transform the row. */
  public fieldsOf(row: SourceRow): readonly string[] | undefined {
    if (row instanceof BadRow || this.refusal) return undefined;
    return fitted(row, this.width, this.raggedRows);
  }

  /** Why nobody can transform the row; undefined: it has fields. */
  public problemOf(row: SourceRow): BadRow | undefined {
    if (row instanceof BadRow) return row;
    if (this.refusal) return new BadRow(this.refusal.code as RejectCode, this.refusal.message, '');
    return fits(row.length, this.width, this.raggedRows) ? undefined : new BadRow('WRONG_FIELD_COUNT', wrongFieldCount(row.length, this.width), '');
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
