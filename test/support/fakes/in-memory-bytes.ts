import { Invocation } from './invocation';
import { ObjectBytes } from '../../../lambda-src/application/object-bytes';
import { UploadFailure } from '../../../lambda-src/domain/upload-failure';

/** One reading of an object, and what has become of it. */
export interface Reading {
  from: number;
  bytes: number;
  isOpen: boolean;
}

export interface BytesOptions {
  readonly contentType: string;
  readonly etag: string;
  /** What the bucket has under the key by now; undefined: nothing. */
  readonly current: () => { readonly bytes: Buffer; readonly etag: string } | undefined;
  readonly chunkSize: number;
  readonly invocation: Invocation;
  readonly onReading: (reading: Reading) => void;
  readonly onChunk: () => void;
}

/** The bytes of an object in memory, in pieces; whoever replaces or deletes it is found out with the next request. */
export class InMemoryBytes implements ObjectBytes {
  public readonly contentType: string;
  public readonly etag: string;

  constructor(private readonly content: Buffer, private readonly options: BytesOptions) {
    this.contentType = options.contentType;
    this.etag = options.etag;
  }

  public get size(): number {
    return this.content.length;
  }

  public async* read(from: number, to = Infinity): AsyncGenerator<Buffer> {
    const { chunkSize, invocation, onReading, onChunk } = this.options;
    const reading = { from, bytes: 0, isOpen: true };
    onReading(reading);
    const end = Math.min(to, this.content.length);
    try {
      for (let at = from; at < end; at += chunkSize) {
        const chunk = await invocation.call('read', () => {
          this.check();
          return this.content.subarray(at, Math.min(end, at + chunkSize));
        });
        onChunk();
        reading.bytes += chunk.length;
        yield chunk;
      }
    } finally {
      reading.isOpen = false;
    }
  }

  private check(): void {
    const current = this.options.current();
    if (!current) throw new UploadFailure('FILE_NOT_FOUND', 'the file was deleted before it was processed');
    if (current.etag !== this.etag) throw new UploadFailure('FILE_REPLACED', 'the file was replaced before it was processed; start a new upload for the new one');
  }
}
