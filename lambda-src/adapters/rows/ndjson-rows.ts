import { RecordModel } from '../../../src/private/contract';
import { BadRow, RowBatch } from '../../application/ingest/row-source';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { JsonBatches, MAX_OBJECT_BYTES } from './json-batches';
import { JsonProblem } from './json-members';

export interface JsonStart {
  /** Bytes of the text before the chunks: 0, or where a row ended. */
  readonly offset: number;
  /** Rows that begin there or later are left out. */
  readonly before: number;
}

const LF = 0x0a;
const BLANK = /^[ \t\r]*$/;
/** Of a line that is too long, what a reject shows. */
const SHOWN_BYTES = 1000;

/**
 * The rows of a file with one object per line; blank lines are none. A line that is no object is a BadRow, however long it is: the
 * next one may be better.
 */
export async function* readNdjson(chunks: AsyncIterable<Buffer>, model: RecordModel, start: JsonStart): AsyncGenerator<RowBatch> {
  const lines = new Lines(new JsonBatches(model), start.offset);
  for await (const chunk of chunks) {
    const isDone = lines.push(chunk, start.before);
    yield* lines.batches.take();
    if (isDone) return;
  }
  lines.end(start.before);
  yield* lines.batches.take();
  if (start.offset === 0 && lines.isEmpty) throw new UploadFailure('EMPTY_FILE', 'the file must have rows, but it is empty');
}

class Lines {
  public isEmpty = true;
  private line: Buffer[] = [];
  private lineBytes = 0;

  /** @param at where the line begins that is being read */
  constructor(public readonly batches: JsonBatches, private at: number) {}

  /** Whether what follows is somebody else's. */
  public push(chunk: Buffer, before: number): boolean {
    let from = 0;
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      if (this.at >= before) return true;
      this.collect(chunk.subarray(from, to));
      from = to + 1;
      this.finish(1);
    }
    this.collect(chunk.subarray(from));
    return this.at >= before;
  }

  public end(before: number): void {
    if (this.at < before) this.finish(0);
  }

  /** Keeps no more of a line than may be needed. */
  private collect(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.lineBytes += bytes.length;
    if (this.lineBytes <= MAX_OBJECT_BYTES) this.line.push(bytes);
    else this.line = [Buffer.from(Buffer.concat([...this.line, bytes]).subarray(0, SHOWN_BYTES))];
  }

  private finish(lineEndBytes: number): void {
    const bytes = this.line.length === 1 ? this.line[0] : Buffer.concat(this.line);
    const end = this.at + this.lineBytes + lineEndBytes;
    if (this.lineBytes > MAX_OBJECT_BYTES) this.addTooLong(bytes, end);
    else this.take(withoutMark(bytes.toString(), this.at), end);
    this.at = end;
    this.line = [];
    this.lineBytes = 0;
  }

  private addTooLong(start: Buffer, end: number): void {
    this.isEmpty = false;
    const message = `a row must have at most ${MAX_OBJECT_BYTES} bytes, got ${this.lineBytes}`;
    this.batches.addBad(new BadRow('RECORD_TOO_LARGE', message, `${start.toString()}…`), end);
  }

  private take(text: string, end: number): void {
    if (BLANK.test(text)) return;
    this.isEmpty = false;
    try {
      this.batches.add(text, end);
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error;
      this.batches.addBad(new BadRow(error.code, error.message, text), end);
    }
  }
}

function withoutMark(text: string, offset: number): string {
  return offset === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
}
