import { ObjectBytes } from '../../../lambda-src/application/ingest/object-bytes';
import { Invocation } from './invocation';
import { etagOf, StoredFile } from './stored-file';

/** One reading of an object, and what has become of it. */
export interface Reading {
  from: number;
  bytes: number;
  isOpen: boolean;
}

export interface BytesOptions {
  /** Bytes that come at once. */
  readonly chunkSize: number;
  readonly invocation: Invocation;
  readonly onReading?: (reading: Reading) => void;
  readonly onChunk?: () => void;
  /** Called with every request; throws when the bucket has something else under the key by now, or nothing. */
  readonly check?: () => void;
}

/** The bytes of an object in memory, in pieces. */
export class InMemoryBytes implements ObjectBytes {
  public readonly contentType: string;
  public readonly etag: string;
  private readonly content: Buffer;

  constructor(file: StoredFile, private readonly options: BytesOptions) {
    this.content = file.bytes;
    this.contentType = file.contentType;
    this.etag = etagOf(file);
  }

  public get size(): number {
    return this.content.length;
  }

  public async* read(from: number, to = Infinity): AsyncGenerator<Buffer> {
    const { chunkSize, invocation, onReading, onChunk, check } = this.options;
    const reading = { from, bytes: 0, isOpen: true };
    onReading?.(reading);
    const end = Math.min(to, this.content.length);
    try {
      for (let at = from; at < end; at += chunkSize) {
        const chunk = await invocation.call('read', () => {
          check?.();
          return this.content.subarray(at, Math.min(end, at + chunkSize));
        });
        onChunk?.();
        reading.bytes += chunk.length;
        yield chunk;
      }
    } finally {
      reading.isOpen = false;
    }
  }
}
