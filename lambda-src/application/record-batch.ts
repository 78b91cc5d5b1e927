import { BatchWriter } from './batch-writer';
import { createDuplicateCheck, DuplicateCheck } from './duplicate-check';
import { ingestRows, RejectSink } from './ingest-rows';
import { ProgressReport } from './progress-report';
import { RecordModel } from '../../src/private/contract';
import { positionPrefix } from '../domain/position';
import { RecordContext } from '../domain/record-builder';
import { Upload, UploadCounts, UploadFile } from '../domain/upload';
import { WireItem } from '../domain/wire';

export interface RecordBatchPorts {
  readonly newWriter: () => BatchWriter;
  /** The position of the record that the table has under the item's key. */
  readonly storedPosition: (item: WireItem) => Promise<string | undefined>;
  readonly newRejectSink: (key: string) => RejectSink;
}

export interface RecordRules {
  readonly model: RecordModel;
  readonly keyNames: RecordContext['keyNames'];
  readonly shards: number;
  /** How long records are kept from when their upload was complete; 0: for ever. */
  readonly retentionSeconds: number;
}

/** The rows of one upload on their way into the table, from however many files: no key may be there twice. */
export class RecordBatch {
  private readonly writer: BatchWriter;
  private readonly isDuplicate: DuplicateCheck;
  private counts: UploadCounts = { total: 0, accepted: 0, rejected: 0 };

  constructor(
    private readonly upload: Upload, private readonly progress: ProgressReport,
    private readonly ports: RecordBatchPorts, private readonly rules: RecordRules,
  ) {
    const writer = ports.newWriter();
    this.writer = writer;
    this.isDuplicate = createDuplicateCheck(rules.model, positionPrefix(upload.uploadedAt!, upload.uploadId), {
      storedPosition: ports.storedPosition, isPending: (key) => writer.holds(key),
    });
  }

  /** Takes rows, the header first, in the name of a file; returns the counts of all that were taken so far. */
  public async take(file: UploadFile, rows: AsyncIterable<readonly string[]>): Promise<UploadCounts> {
    const { uploadId, tenantId, uploadedAt } = this.upload;
    const { model, keyNames, shards } = this.rules;
    const context: RecordContext = {
      uploadId,
      tenantId,
      uploadedAt: uploadedAt!,
      fileName: file.fileName,
      keyNames,
      shards,
      rowsBefore: this.counts.total,
      expiresAt: this.expiry(),
    };
    this.counts = await ingestRows(model, context, this.counts, {
      rows,
      writer: this.writer,
      isDuplicate: this.isDuplicate,
      rejects: this.ports.newRejectSink(file.key),
      onRow: (counts) => this.progress.row(counts),
    });
    return this.counts;
  }

  private expiry(): number | null {
    const { retentionSeconds } = this.rules;
    return retentionSeconds === 0 ? null : Math.ceil(Date.parse(this.upload.uploadedAt!) / 1000) + retentionSeconds;
  }
}
