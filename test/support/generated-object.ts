import { Readable } from 'node:stream';
import { Fault } from './faulty-proxy';

const PIECE = 64 * 1024;

export interface GeneratedObject {
  readonly size: number;
  readonly contentType: string;
  /** The bytes from a position on; what is more than asked for is cut off. */
  readonly bytesAt: (position: number) => Buffer;
}

/** Answers for S3 with an object that is nowhere, of any size: what is asked for of it is made then. */
export function generatedObject({ size, contentType, bytesAt }: GeneratedObject): Fault {
  return async ({ operation, url, headers }, forward) => {
    if (operation !== 'S3 GET' || !url.includes('/uploads/')) return forward();
    const [from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '')?.slice(1) ?? ['0', ''];
    const start = Number(from);
    const end = Math.min(size, to === '' ? size : Number(to) + 1);
    const range = headers.range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` };
    return {
      status: headers.range === undefined ? 200 : 206,
      headers: { ...range, 'content-length': end - start, 'content-type': contentType, 'etag': '"generated"' },
      body: Readable.from(pieces(start, end, bytesAt), { objectMode: false, highWaterMark: PIECE }),
    };
  };
}

function* pieces(start: number, end: number, bytesAt: (position: number) => Buffer): Generator<Buffer> {
  for (let position = start; position < end;) {
    const piece = bytesAt(position).subarray(0, Math.min(PIECE, end - position));
    yield piece;
    position += piece.length;
  }
}
