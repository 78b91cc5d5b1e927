import { RecordModel } from '../../../src/private/contract';
import { RowBatch } from '../../application/ingest/row-source';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { JsonBatches } from './json-batches';
import { JsonProblem } from './json-members';
import { RowText } from './json-row-text';
import { JsonStart } from './ndjson-rows';
import { byteOf, MAX_OPEN_BYTES } from './row-limits';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * What is expected next: the array; an element, or the end of an empty array; an element; what follows an element; nothing.
 * `nested`: the rest of an element that is a list or an object; `string`, `scalar`: of another one.
 */
type Place = 'array' | 'first' | 'element' | 'after' | 'end' | 'nested' | 'string' | 'scalar';

/** The rows of a file that is one array of objects. What is no object is a BadRow; where the array is broken nobody can go on. */
export async function* readJsonArray(chunks: AsyncIterable<Buffer>, model: RecordModel, start: JsonStart): AsyncGenerator<RowBatch> {
  const elements = new Elements(new JsonBatches(model), start);
  for await (const chunk of chunks) {
    const failure = failureOf(() => elements.push(chunk));
    // What is before it is no worse for it.
    yield* elements.batches.take();
    if (failure) throw failure;
    if (elements.isDone) return;
  }
  elements.end();
}

function failureOf(work: () => void): UploadFailure | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof UploadFailure) return error;
    throw error;
  }
}

/** Finds the elements of an array without looking at more of them than their brackets and strings. */
class Elements {
  /** What follows is somebody else's. */
  public isDone = false;
  private place: Place;
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  /** That which is being read. */
  private readonly element = new RowText();
  /** Where it begins. */
  private begin = 0;
  /** Where the chunk begins. */
  private offset: number;
  private isEmpty: boolean;

  constructor(public readonly batches: JsonBatches, private readonly start: JsonStart) {
    this.isEmpty = start.offset === 0;
    this.offset = start.offset;
    this.place = start.offset === 0 ? 'array' : 'after';
  }

  public push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.isDone) {
      if (this.place === 'nested' || this.place === 'string' || this.place === 'scalar') {
        const end = this.endOfElement(chunk, at);
        this.collect(chunk.subarray(at, end ?? chunk.length));
        at = end ?? chunk.length;
        if (end !== undefined) this.finish(this.offset + end);
      } else {
        at += this.step(chunk[at], this.offset + at);
      }
    }
    this.offset += chunk.length;
  }

  public end(): void {
    if (this.isEmpty) throw new UploadFailure('EMPTY_FILE', 'the file must have rows, but it is empty');
    if (this.place !== 'end') throw new UploadFailure('MALFORMED_JSON', `the file ends at ${this.nameOf(this.offset)}, before its array does`);
  }

  /** Goes over a byte between elements; 0: one begins with it. */
  private step(byte: number, position: number): 0 | 1 {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === BYTE_ORDER_MARK[position]) return 1;
    this.isEmpty = false;
    switch (this.place) {
      case 'array':
        if (byte !== OPENING_BRACKET) throw this.malformed(position, 'the file must be an array, which begins with [');
        this.place = 'first';
        return 1;
      case 'after':
        if (byte !== COMMA && byte !== CLOSING_BRACKET) throw this.malformed(position, 'a comma or the end of the array must follow an element');
        this.place = byte === COMMA ? 'element' : 'end';
        return 1;
      case 'end':
        throw this.malformed(position, 'nothing may follow the array');
      default:
        if (byte === CLOSING_BRACKET && this.place === 'first') {
          this.place = 'end';
          return 1;
        }
        if (position >= this.start.before) this.isDone = true;
        this.begin = position;
        this.place = byte === OPENING_BRACE || byte === OPENING_BRACKET ? 'nested' : byte === QUOTE ? 'string' : 'scalar';
        return 0;
    }
  }

  /** Where the element ends; undefined: not in this chunk. */
  private endOfElement(chunk: Buffer, from: number): number | undefined {
    return this.place === 'scalar' ? endOfScalar(chunk, from) : this.endOfNested(chunk, from);
  }

  /** Also of a string, which is nested nowhere. */
  private endOfNested(chunk: Buffer, from: number): number | undefined {
    let { depth, inString, isEscaped } = this;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inString = false;
        if (inString) continue;
      } else if (byte === QUOTE) {
        inString = true;
        continue;
      } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
        depth++;
      } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
        depth--;
      }
      if (depth > 0) continue;
      this.depth = 0;
      this.inString = this.isEscaped = false;
      return at + 1;
    }
    this.depth = depth;
    this.inString = inString;
    this.isEscaped = isEscaped;
    return undefined;
  }

  private collect(bytes: Buffer): void {
    this.element.push(bytes);
    if (this.element.bytes <= MAX_OPEN_BYTES) return;
    const where = this.nameOf(this.begin);
    throw new UploadFailure('ROW_TOO_LARGE', `an element must have at most ${MAX_OPEN_BYTES} bytes; the one at ${where} has more, or never ends`);
  }

  private finish(end: number): void {
    this.place = 'after';
    try {
      this.batches.add(this.element.end(), end);
    } catch (error) {
      throw error instanceof JsonProblem ? this.malformed(this.begin, error.message) : error;
    }
  }

  private malformed(position: number, why: string): UploadFailure {
    return new UploadFailure('MALFORMED_JSON', `the file is not JSON at ${this.nameOf(position)}: ${why}`);
  }

  private nameOf(position: number): string {
    return byteOf(position, this.start.isPlain ?? true);
  }
}

function endOfScalar(chunk: Buffer, from: number): number | undefined {
  const end = chunk.subarray(from).findIndex((byte) => byte === COMMA || byte === CLOSING_BRACKET || byte <= 0x20);
  return end < 0 ? undefined : from + end;
}
