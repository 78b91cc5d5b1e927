import { RecordModel } from '../../../src/private/contract';
import { columnNamer, namelessFrom } from '../../domain/records/header';
import { RowShapes } from '../../domain/records/row-shapes';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { RowResult, RowTexts, TransformFault } from '../../domain/transform/transform-result';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { BoundedCalls } from '../ingest/bounded-calls';
import { BadRow, RowBatch, RowSource } from '../ingest/row-source';
import { GivenRows, sizeOfBad } from './given-rows';
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

/** A row as it is given to be transformed, with its number in the file. */
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

type Schema = Pick<RecordModel, 'columns' | 'unknownColumns' | 'looseHeader' | 'emptyRows'>;

export type NewRowTransform = (job: TransformJob) => RowTransform;

/**
 * Has the rows of a file transformed. Batches are read ahead as long as there are calls to make, and come out in the order of the
 * file, whichever call was answered first.
 */
export function transformWith(transformer: RowTransformer, model: Schema): NewRowTransform {
  return (job) => (batches, source) => new Stream(transformer, job, model, source).run(batches);
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
  readonly given: GivenRows;
  readonly call: Call;
  /** Where its rows begin among those of the call, and how many it has there. */
  readonly from: number;
  readonly count: number;
  /** Size of those that nobody can transform. */
  readonly untouched: number;
}

/** A call is made before its rows have more, so that many long ones fit into memory, and into what Lambda takes. */
const MOST_CHARACTERS = 3_000_000;

class Stream {
  private readonly calls: BoundedCalls;
  private readonly abort = new AbortController();
  private rows: number;
  private readonly shapes: RowShapes;
  private readonly givenUnder = new WeakMap<readonly string[], GivenRows>();
  private namer: ((header: readonly string[]) => string[]) | undefined;
  private gathering: Call = { rows: [], characters: 0, isDone: false };
  /** Size of rows that nobody transforms, and that wait behind those of a call. */
  private untouched = 0;

  constructor(
    private readonly transformer: RowTransformer, private readonly job: TransformJob,
    private readonly model: Schema, private readonly source: Pick<RowSource, 'raggedRows'>,
  ) {
    this.shapes = new RowShapes(model);
    this.calls = new BoundedCalls(transformer.concurrency);
    this.rows = job.rowsBefore;
  }

  public async* run(batches: AsyncIterable<RowBatch>): AsyncGenerator<TransformedBatch> {
    const begun: Piece[] = [];
    let refusal: UploadFailure | undefined;
    try {
      for await (const batch of untilRefused(batches, (failure) => { refusal = failure; })) {
        begun.push(...this.begin(batch));
        while (begun.length > 0 && this.mayFinish(begun[0])) yield await this.finish(begun.shift()!);
      }
      this.call();
      while (begun.length > 0) yield await this.finish(begun.shift()!);
      if (refusal) throw refusal;
    } finally {
      // Nobody waits for what is still on its way.
      this.abort.abort();
    }
  }

  /** Cuts a batch where a call has enough rows: work can go on behind every one that is answered. */
  private begin(batch: RowBatch): Piece[] {
    const { batchSize } = this.transformer;
    const given = this.givenOf(batch);
    const pieces: Piece[] = [];
    let start = 0;
    let from = this.gathering.rows.length;
    let untouched = 0;
    const cut = (end: number) => {
      const call = this.gathering;
      pieces.push({ batch: sliceOf(batch, start, end), given, call, from, count: call.rows.length - from, untouched });
      start = end;
      untouched = 0;
    };
    for (const [nth, source] of batch.rows.entries()) {
      const row = ++this.rows;
      const call = this.gathering;
      const texts = given.fieldsOf(source);
      if (texts !== undefined) {
        call.rows.push({ row, names: given.names, texts });
        call.characters += given.sizeOf(texts);
      } else {
        const size = sizeOfBad(source);
        untouched += size;
        this.untouched += size;
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

  private async finish({ batch, given, call, from, count, untouched }: Piece): Promise<TransformedBatch> {
    this.untouched -= untouched;
    const results = count === 0 ? [] : await call.results!;
    let nth = from;
    return { ...batch, results: batch.rows.map((row) => given.problemOf(row) ?? this.rowOf(results[nth++])) };
  }

  private rowOf(result: RowResult): TransformedRow {
    if (result === null) return DROPPED;
    return result instanceof TransformFault ? new BadRow(result.code, result.message, '') : this.shapes.arrange(result);
  }

  /** Throws UploadFailure for a header that has a column twice. Of JSON each row has its own: then only the row is bad. */
  private givenOf({ header, texts }: RowBatch): GivenRows {
    const known = this.givenUnder.get(header);
    if (known) return known;
    const { model, source: { raggedRows = 'reject' } } = this;
    const isOfRow = texts !== undefined;
    const nameless = namelessFrom(header, model, isOfRow ? 'row' : 'header');
    const given = new GivenRows(header.length, this.namesOf(header, isOfRow), { raggedRows, nameless, skipsEmptyRows: model.emptyRows === 'skip' });
    this.givenUnder.set(header, given);
    return given;
  }

  private namesOf(header: readonly string[], isOfRow: boolean): readonly string[] | UploadFailure {
    this.namer ??= columnNamer(this.model, isOfRow ? 'row' : 'header');
    try {
      return this.namer(header);
    } catch (error) {
      if (isOfRow && error instanceof UploadFailure) return error;
      throw error;
    }
  }
}

/** Ends where the source has no more rows to give, whatever it says of those behind: those before come to their end first. */
async function* untilRefused(batches: AsyncIterable<RowBatch>, refused: (failure: UploadFailure) => void): AsyncGenerator<RowBatch> {
  try {
    yield* batches;
  } catch (error) {
    if (!(error instanceof UploadFailure)) throw error;
    refused(error);
  }
}

function sliceOf(batch: RowBatch, start: number, end: number): RowBatch {
  const { rows, ends, texts } = batch;
  if (start === 0 && end === rows.length) return batch;
  const slice = { ...batch, rows: rows.slice(start, end), ends: ends.slice(start, end) };
  return texts ? { ...slice, texts: texts.slice(start, end) } : slice;
}
