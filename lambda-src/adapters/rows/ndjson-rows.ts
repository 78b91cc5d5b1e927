import { RecordModel } from '../../../src/private/contract';
import { BadRow, RowBatch } from '../../application/ingest/row-source';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { JsonBatches } from './json-batches';
import { JsonProblem } from './json-members';
import { RowText } from './json-row-text';

export interface JsonStart {
  /** Bytes of the text before the chunks: 0, or where a row ended. */
  readonly offset: number;
  /** Rows that begin there or later are left out. */
  readonly before: number;
  /** Whether the text's bytes are the object's: people are told of those. @default true */
  readonly isPlain?: boolean;
}

const LF = 0x0a;
const BLANK = /^[ \t\r]*$/;

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
  private readonly line = new RowText();

  /** @param at where the line begins that is being read */
  constructor(public readonly batches: JsonBatches, private at: number) {}

  /** Whether what follows is somebody else's. */
  public push(chunk: Buffer, before: number): boolean {
    let from = 0;
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      if (this.at >= before) return true;
      this.line.push(chunk.subarray(from, to));
      from = to + 1;
      this.finish(1);
    }
    this.line.push(chunk.subarray(from));
    return this.at >= before;
  }

  public end(before: number): void {
    if (this.at < before) this.finish(0);
  }

  private finish(lineEndBytes: number): void {
    const end = this.at + this.line.bytes + lineEndBytes;
    const row = this.line.end();
    if (row instanceof BadRow) this.add(row, end);
    else this.take(withoutMark(row, this.at), end);
    this.at = end;
  }

  private take(text: string, end: number): void {
    if (!BLANK.test(text)) this.add(text, end);
  }

  private add(row: string | BadRow, end: number): void {
    this.isEmpty = false;
    try {
      this.batches.add(row, end);
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error;
      this.batches.add(new BadRow(error.code, error.message, row as string), end);
    }
  }
}

function withoutMark(text: string, offset: number): string {
  return offset === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
}
