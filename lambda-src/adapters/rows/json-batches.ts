import { MAX_COLUMN_NAME, RecordModel } from '../../../src/private/contract';
import { BadRow, RowBatch, SourceRow } from '../../application/ingest/row-source';
import { takesJson } from '../../domain/columns/json-columns';
import { RowShapes } from '../../domain/records/row-shapes';
import { quote } from '../../domain/rejects/reject';
import { JsonProblem, readMembers } from './json-members';

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
  public add(row: string | BadRow, end: number): void {
    // It goes with any header, since it has no fields.
    if (row instanceof BadRow) return this.push(row, end, row.text);
    try {
      const { header, fields } = this.shapes.arrange(readMembers(row, this.staysJson));
      if (header !== this.header) this.begin(header);
      this.push(fields, end, row);
    } catch (error) {
      if (!(error instanceof JsonProblem) || error.isSyntax) throw error;
      this.push(new BadRow(error.code, error.message, row), end, row);
    }
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
