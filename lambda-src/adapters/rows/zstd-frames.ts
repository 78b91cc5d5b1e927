/* eslint-disable no-bitwise -- the format keeps its flags in bits */
import { UploadFailure } from '../../domain/rejects/upload-failure';

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Whether it is the beginning of a Zstandard frame, or of one that decoders skip; parallel compressors write such ones first. */
export function isZstdMagic(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && (MAGIC.equals(bytes.subarray(0, 4)) || isSkippable(bytes));
}

function isSkippable(magic: Uint8Array): boolean {
  return (magic[0] & 0xf0) === 0x50 && magic[1] === 0x2a && magic[2] === 0x4d && magic[3] === 0x18;
}

/** What comes next; a `field` is collected and looked at, anything else only counted. */
type Part = 'magic' | 'skippable size' | 'skipped' | 'descriptor' | 'header' | 'block header' | 'block' | 'checksum';
const FIELDS: Partial<Record<Part, number>> = { 'magic': 4, 'skippable size': 4, 'descriptor': 1, 'block header': 3 };

/**
 * Cuts a stream where Zstandard frames end (RFC 8878, section 3.1). Node.js's decoder goes on with another frame only if that comes
 * in a write of its own: of two frames in one write it loses the second without a word.
 */
export class ZstdFrames {
  private part: Part = 'magic';
  private left = 0;
  /** Behind the magic of a frame, and before its end. */
  private inFrame = false;
  private readonly field: number[] = [];
  private hasChecksum = false;
  private isLastBlock = false;

  /** Pieces of frames, none with bytes of two. */
  public* push(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let at = 0; at < chunk.length;) {
      const wasInFrame = this.inFrame;
      at += this.step(chunk, at);
      if (!wasInFrame && this.inFrame) {
        yield MAGIC;
        start = at;
      } else if (wasInFrame && !this.inFrame) {
        yield chunk.subarray(start, at);
      }
    }
    if (this.inFrame && start < chunk.length) yield chunk.subarray(start);
  }

  public end(): void {
    if (this.part === 'magic' && this.field.length === 0) return;
    throw new UploadFailure('INVALID_COMPRESSION', 'the file is cut off: its zstd data ends too early');
  }

  /** Takes bytes in that belong together, and says how many. */
  private step(chunk: Buffer, at: number): number {
    const size = FIELDS[this.part];
    let bytes = 1;
    if (size === undefined) {
      bytes = Math.min(this.left, chunk.length - at);
      this.left -= bytes;
    } else {
      this.field.push(chunk[at]);
      if (this.field.length === size) this.left = this.lookAt(Buffer.from(this.field.splice(0)));
    }
    while (this.left === 0 && FIELDS[this.part] === undefined) this.next();
    return bytes;
  }

  /** Takes a field in, and says how many bytes follow that are none. */
  private lookAt(field: Buffer): number {
    switch (this.part) {
      case 'magic':
        if (!isZstdMagic(field)) throw new UploadFailure('INVALID_COMPRESSION', 'the file is damaged: its zstd data is followed by something else');
        this.inFrame = !isSkippable(field);
        this.part = this.inFrame ? 'descriptor' : 'skippable size';
        return 0;
      case 'skippable size':
        this.part = 'skipped';
        return field.readUInt32LE();
      case 'descriptor':
        this.part = 'header';
        this.hasChecksum = (field[0] & 0x04) !== 0;
        return headerSize(field[0]);
      default: {
        const header = field.readUIntLE(0, 3);
        const isRun = ((header >> 1) & 3) === 1;
        this.isLastBlock = (header & 1) !== 0;
        this.part = 'block';
        return isRun ? 1 : header >> 3;
      }
    }
  }

  /** What follows something that has been passed. */
  private next(): void {
    switch (this.part) {
      case 'header':
        this.part = 'block header';
        break;
      case 'block':
        this.part = !this.isLastBlock ? 'block header' : this.hasChecksum ? 'checksum' : 'magic';
        this.left = this.part === 'checksum' ? 4 : 0;
        break;
      default:
        this.part = 'magic';
    }
    if (this.part === 'magic') this.inFrame = false;
  }
}

/** Bytes of a frame's header after its descriptor: window, dictionary, size of the content. */
function headerSize(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  return (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
}
