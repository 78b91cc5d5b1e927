import { BatchWriter } from './batch-writer';
import { createDuplicateCheck } from './duplicate-check';
import { RecordModel } from '../../src/private/contract';
import { positionPrefix } from '../domain/position';
import { createRecordBuilder, RecordContext } from '../domain/record-builder';
import { Reject, rejectRow } from '../domain/reject';
import { UploadCounts } from '../domain/upload';
import { UploadFailure } from '../domain/upload-failure';
import { WireItem } from '../domain/wire';

export interface IngestPorts {
  /** The rows of the file, the header first. */
  readonly rows: AsyncIterable<readonly string[]>;
  readonly writer: BatchWriter;
  readonly storedPosition: (item: WireItem) => Promise<string | undefined>;
  readonly rejects: RejectSink;
  /** Called after every row; a promise is awaited. */
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

/** Turns every row of a file into a record or a reject, and counts both. */
export async function ingestRows(model: RecordModel, context: RecordContext, ports: IngestPorts): Promise<UploadCounts> {
  try {
    const counts = await takeRows(model, context, ports);
    await ports.writer.flush();
    await ports.rejects.close();
    return counts;
  } catch (error) {
    // Nothing may be on its way when the next attempt begins, and trouble on the way out must not hide why this one ended.
    await Promise.allSettled([ports.writer.abandon(), ports.rejects.discard()]);
    throw error;
  }
}

async function takeRows(model: RecordModel, context: RecordContext, ports: IngestPorts): Promise<UploadCounts> {
  const rows = ports.rows[Symbol.asyncIterator]();
  try {
    const { value: header, done } = await rows.next();
    if (done) throw new UploadFailure('EMPTY_FILE', 'the file must have a header, but it is empty');
    return await takeBody(model, header, { [Symbol.asyncIterator]: () => rows }, context, ports);
  } finally {
    // A header that is refused ends the reading, too.
    await rows.return?.();
  }
}

async function takeBody(
  model: RecordModel, header: readonly string[], rows: AsyncIterable<readonly string[]>, context: RecordContext, ports: IngestPorts,
): Promise<UploadCounts> {
  const { writer, rejects } = ports;
  const builder = createRecordBuilder(model, header, context);
  const isDuplicate = createDuplicateCheck(model, positionPrefix(context.uploadedAt, context.uploadId), {
    isPending: (key) => writer.holds(key),
    storedPosition: ports.storedPosition,
  });

  const counts = { total: 0, accepted: 0, rejected: 0 };
  const reject = (reason: Reject) => {
    counts.rejected++;
    return rejects.add(header, reason);
  };
  for await (const fields of rows) {
    const row = ++counts.total;
    const built = builder.build(row, fields);
    if (!('item' in built)) {
      await reject(built);
    } else if (await isDuplicate(built)) {
      await reject(rejectRow(row, fields, 'DUPLICATE_KEY', 'the row has the same key as an earlier row of the file'));
    } else {
      counts.accepted++;
      await writer.put(built);
    }
    await ports.onRow(counts);
  }
  return counts;
}
