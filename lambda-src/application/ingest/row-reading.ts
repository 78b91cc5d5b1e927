import { RecordModel } from '../../../src/private/contract';
import { isEmptyRow } from '../../domain/records/empty-fields';
import { NamesFrom } from '../../domain/records/header';
import { ItemWriter } from '../../domain/records/item-writer';
import { BuiltRecord, createRecordBuilder, RecordBuilder, RecordContext } from '../../domain/records/record-builder';
import { Reject, RejectCode } from '../../domain/rejects/reject';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { DROPPED, RowTransform, TransformedBatch } from '../transform/row-transform';
import { BadRow, RowBatch, RowSource, SourceRow, Stretch } from './row-source';

export interface RecordRules {
  readonly model: RecordModel;
  readonly keyNames: RecordContext['keyNames'];
  readonly shards: number;
  /** How long records are kept from when their upload was complete; 0: for ever. */
  readonly retentionSeconds: number;
}

export interface ReadingJob {
  readonly upload: Upload;
  readonly file: UploadFile;
  readonly source: RowSource;
  readonly rules: RecordRules;
  /** Rows of the files before this one, after which the numbers in keys and positions go on. */
  readonly rowsBefore: number;
  /** What is done with rows before they are looked at. @default - nothing */
  readonly transform?: RowTransform;
}

export type Batch = RowBatch | TransformedBatch;

export interface ReadingPorts {
  readonly onBytes?: (bytes: number) => void;
  /** Called when the file gives its first rows, whatever is then done with them. */
  readonly arrived?: () => void;
}

/** Shapes of rows whose builders are kept: JSON has as many as its writer likes. */
const MOST_BUILDERS = 100;
/** Of a file that is no table, rejects show the rows themselves. */
const JSON_HEADER = ['record'];

/** Reads the rows of one file and turns them into records, under whatever headers they come. */
export class RowReading {
  private readonly builders = new Map<string, RecordBuilder | UploadFailure>();
  private lastHeader: readonly string[] | undefined;
  private lastBuilder: RecordBuilder | UploadFailure | undefined;
  private readonly item = new ItemWriter();
  private readonly skipsEmptyRows: boolean;

  constructor(private readonly job: ReadingJob) {
    this.skipsEmptyRows = job.rules.model.emptyRows === 'skip';
  }

  public batches(stretch: Stretch, { onBytes, arrived }: ReadingPorts = {}): AsyncIterable<Batch> {
    const { source, transform } = this.job;
    const rows = source.rows(stretch, onBytes);
    const told = arrived ? telling(rows, arrived) : rows;
    return transform ? transform(told, source) : told;
  }

  /** Throws UploadFailure if the header of a table is one that no row could have. */
  public checkHeader(batch: Batch): void {
    if (isObjects(batch) || 'results' in batch) return;
    const builder = this.builderOf(batch.header, batch);
    if (builder instanceof UploadFailure) throw builder;
  }

  /** The nth row of a batch, the given one of its file, as a record or as why it is none; null: it is left out. */
  public build(batch: Batch, nth: number, row: number): BuiltRecord | Reject | null {
    const result = 'results' in batch ? batch.results[nth] : batch.rows[nth];
    if (result === DROPPED) return null;
    if (result instanceof BadRow) return this.reject(batch, nth, { row, column: '', code: result.code, message: result.message });
    if (this.skipsEmptyRows && isFields(result) && isEmptyRow(result)) return null;
    const [header, fields] = isFields(result) ? [batch.header, result] : [result.header, result.fields];
    const builder = header === this.lastHeader ? this.lastBuilder! : this.builderOf(header, batch);
    if (builder instanceof UploadFailure) {
      return this.reject(batch, nth, { row, column: '', code: builder.code as RejectCode, message: builder.message });
    }
    const built = builder.build(row, fields);
    if ('code' in built && ('results' in batch || isObjects(batch))) return this.reject(batch, nth, built);
    return built;
  }

  /** A row of a batch as a reject, as it was in the file. */
  public reject(batch: Batch, nth: number, reason: Omit<Reject, 'fields'>): Reject {
    const { row, column, code, message } = reason;
    return { row, column, code, message, fields: isObjects(batch) ? [textOf(batch, nth)] : fieldsOf(batch.rows[nth]) };
  }

  /** The columns that rejects of the batch have. */
  public rejectHeader(batch: Batch): readonly string[] {
    return isObjects(batch) ? JSON_HEADER : batch.header;
  }

  private builderOf(header: readonly string[], batch: Batch): RecordBuilder | UploadFailure {
    if (header === this.lastHeader) return this.lastBuilder!;
    const shape = JSON.stringify(header);
    const builder = this.builders.get(shape) ?? this.newBuilder(header, namesFrom(batch));
    if (this.builders.size >= MOST_BUILDERS) this.builders.clear();
    this.builders.set(shape, builder);
    this.lastHeader = header;
    this.lastBuilder = builder;
    return builder;
  }

  private newBuilder(header: readonly string[], from: NamesFrom): RecordBuilder | UploadFailure {
    try {
      return createRecordBuilder(this.job.rules.model, header, { ...contextOf(this.job), namesFrom: from }, this.item);
    } catch (error) {
      if (error instanceof UploadFailure) return error;
      throw error;
    }
  }
}

function contextOf({ upload, file, source, rules, rowsBefore }: ReadingJob): RecordContext {
  const { uploadId, tenantId, metadata } = upload;
  const { keyNames, shards, retentionSeconds } = rules;
  const uploadedAt = upload.uploadedAt!;
  return {
    uploadId,
    tenantId,
    uploadedAt,
    metadata,
    fileName: file.fileName,
    keyNames,
    shards,
    rowsBefore,
    raggedRows: source.raggedRows,
    expiresAt: retentionSeconds === 0 ? null : Math.ceil(Date.parse(uploadedAt) / 1000) + retentionSeconds,
  };
}

/** The same for all batches of a file. */
function namesFrom(batch: Batch): NamesFrom {
  if ('results' in batch) return 'transform';
  return isObjects(batch) ? 'row' : 'header';
}

function isObjects(batch: Batch): boolean {
  return batch.texts !== undefined;
}

function isFields(row: object): row is readonly string[] {
  return Array.isArray(row);
}

function textOf(batch: Batch, nth: number): string {
  const row = batch.rows[nth];
  return row instanceof BadRow ? row.text : batch.texts![nth];
}

function fieldsOf(row: SourceRow): readonly string[] {
  return row instanceof BadRow ? [row.text] : row;
}

async function* telling(batches: AsyncIterable<RowBatch>, arrived: () => void): AsyncGenerator<RowBatch> {
  let hasArrived = false;
  for await (const batch of batches) {
    if (!hasArrived) arrived();
    hasArrived = true;
    yield batch;
  }
}
