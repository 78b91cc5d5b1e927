import { MAX_COLUMN_NAME, RecordModel } from '../../../src/private/contract';
import { BadRow, RowBatch, SourceRow } from '../../application/ingest/row-source';
import { takesJson } from '../../domain/columns/json-columns';
import { RowShapes } from '../../domain/records/row-shapes';
import { quote } from '../../domain/rejects/reject';
import { JsonProblem, readMembers } from './json-members';

/** More than a row can have whose record DynamoDB takes, even if all of its characters are escaped. */
export const MAX_OBJECT_BYTES = 2_000_000;

const MOST_ROWS = 1000;

/** Puts objects together that have the same members. */
export class JsonBatches {
  private readonly shapes: RowShapes;
  private readonly staysJson: (name: string) => boolean;
  private ready: RowBatch[] = [];
  private header: readonly string[];
  private rows: SourceRow[] = [];
  private ends: number[] = [];
  private texts: string[] = [];

  constructor(model: RecordModel) {
    this.shapes = new RowShapes(model, refuseNames);
    this.staysJson = takesJson(model);
    this.header = this.shapes.declared;
  }

  /** Throws JsonProblem for a text that is no JSON. What is no object, or none that can be kept, becomes a BadRow. */
  public add(text: string, end: number): void {
    try {
      const { header, fields } = this.shapes.arrange(readMembers(text, this.staysJson));
      if (header !== this.header) this.begin(header);
      this.push(fields, end, text);
    } catch (error) {
      if (!(error instanceof JsonProblem) || error.isSyntax) throw error;
      this.addBad(new BadRow(error.code, error.message, text), end);
    }
  }

  /** Goes with any header, since it has no fields. */
  public addBad(row: BadRow, end: number): void {
    this.push(row, end, row.text);
  }

  /** All rows since it was last called. */
  public take(): RowBatch[] {
    this.begin(this.header);
    return this.ready.splice(0);
  }

  private push(row: SourceRow, end: number, text: string): void {
    this.rows.push(row);
    this.ends.push(end);
    this.texts.push(text);
    if (this.rows.length === MOST_ROWS) this.begin(this.header);
  }

  private begin(header: readonly string[]): void {
    const { rows, ends, texts } = this;
    if (rows.length > 0) this.ready.push({ header: this.header, rows, ends, texts });
    this.header = header;
    this.rows = [];
    this.ends = [];
    this.texts = [];
  }
}

function refuseNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name.trim().length > MAX_COLUMN_NAME) {
      throw new JsonProblem('RESERVED_COLUMN', `the row has ${quote(name)}: the name of a column must have at most ${MAX_COLUMN_NAME} characters`);
    }
    if (seen.has(name)) throw new JsonProblem('DUPLICATE_COLUMN', `the row has ${quote(name)} more than once`);
    seen.add(name);
  }
}
