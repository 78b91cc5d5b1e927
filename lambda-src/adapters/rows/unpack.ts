import { createGunzip, createZstdDecompress, constants, Gunzip, ZstdDecompress } from 'node:zlib';
import { UnpackingModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { isZstdMagic, ZstdFrames } from './zstd-frames';

export type Packing = 'gzip' | 'zstd';

/** How many of a file's first bytes tell whether it is packed. */
export const MAGIC_BYTES = 4;

/** Of what comes out at once. */
const CHUNK_BYTES = 64 * 1024;
/** Files this small may be as uniform as they like. */
const RATIO_FREE_BYTES = 1024 * 1024;
/** 2^27: what decoders must hold to go back in the text, 128 MB at most. `zstd` itself takes no more unless it is told to. */
const WINDOW_LOG_MAX = 27;

export function packingOf(head: Buffer): Packing | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return isZstdMagic(head) ? 'zstd' : null;
}

/** Of what goes in at once: no more is counted than what comes out soon. */
const SLICE_BYTES = 16 * 1024;

/**
 * The text of a packed file, and how many packed bytes are gone into it. Throws UploadFailure when it is damaged, or becomes too large;
 * what is too large is never held.
 */
export async function* unpack(
  chunks: AsyncIterable<Buffer>, packing: Packing, limits: UnpackingModel, onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  let packed = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      packed += chunk.length;
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        onBytes(slice.length);
        yield slice;
      }
    }
  };
  let unpacked = 0;
  for await (const chunk of packing === 'gzip' ? gunzip(counted()) : unzstd(counted())) {
    unpacked += chunk.length;
    if (unpacked > limits.maxBytes) {
      throw new UploadFailure('UNPACKED_TOO_LARGE', `the file must have at most ${limits.maxBytes} bytes when it is unpacked, but it has more`);
    }
    if (unpacked - RATIO_FREE_BYTES > limits.maxRatio * packed) {
      throw new UploadFailure('COMPRESSION_RATIO_TOO_HIGH', `the file must not become more than ${limits.maxRatio} times larger when it is unpacked`);
    }
    yield chunk;
  }
}

function gunzip(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  return decoded(chunks, createGunzip({ chunkSize: CHUNK_BYTES }), 'gzip');
}

function unzstd(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const frames = async function* (): AsyncGenerator<Buffer> {
    const cut = new ZstdFrames();
    for await (const chunk of chunks) yield* cut.push(chunk);
    cut.end();
  };
  const params = { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX };
  return decoded(frames(), createZstdDecompress({ chunkSize: CHUNK_BYTES, params }), 'zstd');
}

async function* decoded(chunks: AsyncGenerator<Buffer>, decoder: Gunzip | ZstdDecompress, packing: Packing): AsyncGenerator<Buffer> {
  const feeder = new Feeder(chunks, decoder);
  const feeding = feeder.run();
  try {
    yield* decoder as AsyncIterable<Buffer>;
    await feeding;
    await feeder.refuseRemains();
  } catch (error) {
    throw feeder.failure ?? toFailure(error, packing);
  } finally {
    decoder.destroy();
    // It may still be waiting for bytes that nobody wants any more.
    chunks.return(undefined).catch(() => undefined);
  }
}

/** Writes to a decoder as it takes it, and knows what it has not taken: a decoder that has come to an end says nothing of what is left. */
class Feeder {
  /** What went wrong with the bytes themselves. */
  public failure: unknown;
  /** Chunks that the decoder may not have taken yet, and where in the stream they begin. */
  private readonly given: Buffer[] = [];
  private givenFrom = 0;
  private givenBytes = 0;
  private isOver = false;

  constructor(private readonly chunks: AsyncGenerator<Buffer>, private readonly decoder: Gunzip | ZstdDecompress) {
    const over = () => { this.isOver = true; };
    decoder.once('end', over).once('error', over).once('close', over);
  }

  public async run(): Promise<void> {
    try {
      while (!this.isOver) {
        const next = await this.chunks.next();
        if (next.done) break;
        this.give(next.value);
        if (this.isOver) break;
        if (!this.decoder.write(next.value)) await this.room();
      }
      this.decoder.end();
    } catch (error) {
      this.failure = error;
      this.decoder.destroy(error as Error);
    }
  }

  /** Gzip files may be padded with zeros, as on tapes. Anything else behind the end would be lost without a word. */
  public async refuseRemains(): Promise<void> {
    const given = Buffer.concat(this.given);
    let remains: Buffer = given.subarray(given.length - (this.givenBytes - this.decoder.bytesWritten));
    for (;;) {
      if (remains.some((byte) => byte !== 0)) {
        throw new UploadFailure('INVALID_COMPRESSION', 'the file is damaged: its gzip data is followed by something else');
      }
      const next = await this.chunks.next();
      if (next.done) return;
      remains = next.value;
    }
  }

  private give(chunk: Buffer): void {
    const taken = this.decoder.bytesWritten;
    while (this.given.length > 0 && this.givenFrom + this.given[0].length <= taken) this.givenFrom += this.given.shift()!.length;
    this.given.push(chunk);
    this.givenBytes += chunk.length;
  }

  private async room(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        for (const event of ROOM) this.decoder.off(event, done);
        resolve();
      };
      for (const event of ROOM) this.decoder.on(event, done);
    });
  }
}

const ROOM = ['drain', 'end', 'error', 'close'] as const;

/** Those of zlib are known by their codes: `Z_…` and `ZSTD_…`. */
function toFailure(error: unknown, packing: Packing): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('Z')) return error;
  if (code === 'Z_BUF_ERROR') return new UploadFailure('INVALID_COMPRESSION', `the file is cut off: its ${packing} data ends too early`);
  return new UploadFailure('INVALID_COMPRESSION', `the file is damaged: its ${packing} data cannot be unpacked (${message})`);
}
