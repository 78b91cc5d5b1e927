import { RecordModel } from '../../../src/private/contract';
import { RowShapes } from '../../domain/records/row-shapes';
import { listOf, quote } from '../../domain/rejects/reject';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { RowResult, RowTexts, TransformFault } from '../../domain/transform/transform-result';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { BoundedCalls } from '../ingest/bounded-calls';
import { BadRow, RowBatch, SourceRow } from '../ingest/row-source';
import { DROPPED, RowTransform, TransformedBatch, TransformedRow } from './row-transform';

/** The rows of one file, or of a stretch of it, that are to be transformed. */
export interface TransformJob {
  readonly upload: Upload;
  readonly file: UploadFile;
  /** Rows of the file before the first of them. */
  readonly rowsBefore: number;
  /** Milliseconds until work must stop. */
  readonly timeLeft: () => number;
}

/** A row below a header, with its number in the file. */
export interface NumberedRow extends RowTexts {
  /** The first row below the header is 1. */
  readonly row: number;
}

/** Port: what transforms rows. The same ones may come again, when work goes on from a checkpoint. */
export interface RowTransformer {
  /** Rows that are gathered for one call, at most; null: those that have been read together. */
  readonly batchSize: number | null;
  /** Calls at the same time at most. */
  readonly concurrency: number;
  /** A result for each row, in their order. */
  transform(rows: readonly NumberedRow[], job: TransformJob, signal: AbortSignal): Promise<readonly RowResult[]>;
}

export type NewRowTransform = (job: TransformJob) => RowTransform;

/**
 * Has the rows of a file transformed. Batches are read ahead as long as there are calls to make, and come out in the order of the
 * file, whichever call was answered first.
 */
export function transformWith(transformer: RowTransformer, model: Pick<RecordModel, 'columns' | 'looseHeader'>): NewRowTransform {
  return (job) => (batches) => new Stream(transformer, job, new RowShapes(model)).run(batches);
}

/** Rows of one call, of however many batches; `results` is there once it is made. */
interface Call {
  readonly rows: NumberedRow[];
  characters: number;
  results?: Promise<readonly RowResult[]>;
  isDone: boolean;
}

/** Some rows of a batch: those of one call, and those that nobody can transform. */
interface Piece {
  readonly batch: RowBatch;
  readonly call: Call;
  /** Where its rows begin among those of the call, and how many it has there. */
  readonly from: number;
  readonly count: number;
  /** Characters of those that nobody can transform. */
  readonly untouched: number;
}

/** A call is made before its rows have more, so that many long ones fit into memory, and into what Lambda takes. */
const MOST_CHARACTERS = 3_000_000;
/** What a row takes besides its text. */
const CHARACTERS_OF_A_ROW = 100;

class Stream {
  private readonly calls: BoundedCalls;
  private readonly abort = new AbortController();
  private rows: number;
  private header: readonly string[] = [];
  private names: readonly string[] = [];
  private gathering: Call = { rows: [], characters: 0, isDone: false };
  /** Characters of rows that nobody transforms, and that wait behind those of a call. */
  private untouched = 0;

  constructor(private readonly transformer: RowTransformer, private readonly job: TransformJob, private readonly shapes: RowShapes) {
    this.calls = new BoundedCalls(transformer.concurrency);
    this.rows = job.rowsBefore;
  }

  public async* run(batches: AsyncIterable<RowBatch>): AsyncGenerator<TransformedBatch> {
    const begun: Piece[] = [];
    try {
      for await (const batch of batches) {
        begun.push(...this.begin(batch));
        while (begun.length > 0 && this.mayFinish(begun[0])) yield await this.finish(begun.shift()!);
      }
      this.call();
      while (begun.length > 0) yield await this.finish(begun.shift()!);
    } finally {
      // Nobody waits for what is still on its way.
      this.abort.abort();
    }
  }

  /** Cuts a batch where a call has enough rows: work can go on behind every one that is answered. */
  private begin(batch: RowBatch): Piece[] {
    const { batchSize } = this.transformer;
    const names = this.namesOf(batch.header);
    const pieces: Piece[] = [];
    let start = 0;
    let from = this.gathering.rows.length;
    let untouched = 0;
    const cut = (end: number) => {
      const call = this.gathering;
      pieces.push({ batch: sliceOf(batch, start, end), call, from, count: call.rows.length - from, untouched });
      start = end;
      untouched = 0;
    };
    for (const [nth, texts] of batch.rows.entries()) {
      const row = ++this.rows;
      const call = this.gathering;
      if (isWhole(texts, batch.header)) {
        call.rows.push({ row, names, texts });
        call.characters += charactersOf(texts);
      } else {
        const characters = charactersOf(texts) + CHARACTERS_OF_A_ROW;
        untouched += characters;
        this.untouched += characters;
      }
      const isFull = call.rows.length === batchSize || call.characters >= MOST_CHARACTERS || this.tooManyWait;
      if (call.rows.length === 0 || !isFull) continue;
      cut(nth + 1);
      this.call();
      from = 0;
    }
    // A batch of no rows may bring a header.
    if (start < batch.rows.length || start === 0) cut(batch.rows.length);
    if (batchSize === null) this.call();
    return pieces;
  }

  /** What is done is handed on; what is not is waited for once no more calls can be made. */
  private mayFinish({ call, count }: Piece): boolean {
    // A call that is still being gathered would be waited for in vain.
    return count === 0 || call.isDone || (call.results !== undefined && (this.calls.areEnough || this.tooManyWait));
  }

  private get tooManyWait(): boolean {
    return this.untouched >= MOST_CHARACTERS;
  }

  /** Makes the call for the rows that were gathered. */
  private call(): void {
    const call = this.gathering;
    if (call.rows.length === 0) return;
    call.results = this.calls.make(async () => {
      try {
        return await this.transformer.transform(call.rows, this.job, this.abort.signal);
      } finally {
        call.isDone = true;
      }
    });
    this.gathering = { rows: [], characters: 0, isDone: false };
  }

  private async finish({ batch, call, from, count, untouched }: Piece): Promise<TransformedBatch> {
    const { header } = batch;
    this.untouched -= untouched;
    const results = count === 0 ? [] : await call.results!;
    let nth = from;
    return { ...batch, results: batch.rows.map((row) => (isWhole(row, header) ? this.rowOf(results[nth++]) : badRow(row, header))) };
  }

  private rowOf(result: RowResult): TransformedRow {
    if (result === null) return DROPPED;
    return result instanceof TransformFault ? new BadRow(result.code, result.message, '') : this.shapes.arrange(result);
  }

  /** Names as the user's code finds them: every column has one, and each another. */
  private namesOf(header: readonly string[]): readonly string[] {
    if (header === this.header) return this.names;
    const trimmed = header.map((name, position) => name.trim() || `column_${position + 1}`);
    const twice = trimmed.filter((name, position) => trimmed.indexOf(name) < position);
    if (twice.length > 0) throw new UploadFailure('DUPLICATE_COLUMN', `the header has ${listOf(twice.map(quote))} more than once`);
    this.header = header;
    this.names = trimmed;
    return trimmed;
  }
}

function sliceOf(batch: RowBatch, start: number, end: number): RowBatch {
  const { header, rows, ends, texts } = batch;
  if (start === 0 && end === rows.length) return batch;
  const slice = { header, rows: rows.slice(start, end), ends: ends.slice(start, end) };
  return texts ? { ...slice, texts: texts.slice(start, end) } : slice;
}

function charactersOf(row: SourceRow): number {
  if (row instanceof BadRow) return row.text.length;
  let characters = 0;
  for (const text of row) characters += text.length;
  return characters;
}

function isWhole(row: SourceRow, header: readonly string[]): row is readonly string[] {
  return !(row instanceof BadRow) && row.length === header.length;
}

function badRow(row: SourceRow, header: readonly string[]): BadRow {
  if (row instanceof BadRow) return row;
  const fields = header.length === 1 ? 'field' : 'fields';
  return new BadRow('WRONG_FIELD_COUNT', `the row must have ${header.length} ${fields} like the header, got ${row.length}`, '');
}
