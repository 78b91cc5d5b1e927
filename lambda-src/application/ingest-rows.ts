import { BatchWriter } from './batch-writer';
import { DuplicateCheck } from './duplicate-check';
import { RecordModel } from '../../src/private/contract';
import { createRecordBuilder, RecordBuilder, RecordContext } from '../domain/record-builder';
import { Reject, rejectRow } from '../domain/reject';
import { UploadCounts } from '../domain/upload';
import { UploadFailure } from '../domain/upload-failure';

export interface IngestPorts {
  /** The rows of the file, the header first. */
  readonly rows: AsyncIterable<readonly string[]>;
  readonly writer: BatchWriter;
  readonly isDuplicate: DuplicateCheck;
  readonly rejects: RejectSink;
  /** Called after every row, with what was counted in the files before as well; a promise is awaited. */
  readonly onRow: (counts: UploadCounts) => Promise<void> | undefined;
}

/** Where rejected rows are kept. */
export interface RejectSink {
  add(header: readonly string[], reject: Reject): Promise<void> | undefined;
  /** Resolves when all of them are stored. */
  close(): Promise<void>;
  /** Gives up what is not stored yet. */
  discard(): Promise<void>;
}

/** Turns every row of a file into a record or a reject, and counts both, on from those of the files before. */
export async function ingestRows(
  model: RecordModel, context: RecordContext, before: UploadCounts, ports: IngestPorts,
): Promise<UploadCounts> {
  try {
    const counts = await takeRows(model, context, before, ports);
    await ports.writer.flush();
    await ports.rejects.close();
    return counts;
  } catch (error) {
    // Nothing may be on its way when the next attempt begins, and trouble on the way out must not hide why this one ended.
    await Promise.allSettled([ports.writer.abandon(), ports.rejects.discard()]);
    throw error;
  }
}

async function takeRows(model: RecordModel, context: RecordContext, before: UploadCounts, ports: IngestPorts): Promise<UploadCounts> {
  const rows = ports.rows[Symbol.asyncIterator]();
  try {
    const { value: header, done } = await rows.next();
    if (done) throw new UploadFailure('EMPTY_FILE', 'the file must have a header, but it is empty');
    const builder = createRecordBuilder(model, header, context);
    return await takeBody(header, { [Symbol.asyncIterator]: () => rows }, builder, before, ports);
  } finally {
    // A header that is refused ends the reading, too.
    await rows.return?.();
  }
}

async function takeBody(
  header: readonly string[], rows: AsyncIterable<readonly string[]>, builder: RecordBuilder, before: UploadCounts,
  { writer, rejects, isDuplicate, onRow }: IngestPorts,
): Promise<UploadCounts> {
  const counts = { ...before };
  const reject = (reason: Reject) => {
    counts.rejected++;
    return rejects.add(header, reason);
  };
  for await (const fields of rows) {
    const row = ++counts.total - before.total;
    const built = builder.build(row, fields);
    if (!('item' in built)) {
      await reject(built);
    } else if (await isDuplicate(built)) {
      const scope = before.total > 0 ? 'upload' : 'file';
      await reject(rejectRow(row, fields, 'DUPLICATE_KEY', `the row has the same key as an earlier row of the ${scope}`));
    } else {
      counts.accepted++;
      await writer.put(built);
    }
    await onRow(counts);
  }
  return counts;
}
