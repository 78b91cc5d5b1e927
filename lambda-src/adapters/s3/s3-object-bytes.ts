import { IncomingMessage } from 'node:http';
import { ObjectBytes } from '../../application/ingest/object-bytes';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { AwsError } from '../aws/aws-error';
import { bucketEndpoint, Service } from '../aws/endpoint';
import { Silence } from '../aws/http-exchange';
import { isTransient } from '../aws/signed-requests';
import { noAnswer, streamedGet } from '../aws/streamed-get';
import { keyPath } from '../aws/uri';

export interface ReadingPorts {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Between 0 and 1, for the jitter. */
  readonly random: () => number;
  /** How long nothing may come while it is waited for. */
  readonly silenceMs: number;
}

const PORTS: ReadingPorts = {
  sleep: async (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
  random: Math.random,
  silenceMs: 20_000,
};

/** What opening an object brings along and keeps: most files are not larger, and of all others the beginning is read again and again. */
const HEAD_BYTES = 256 * 1024;

/** Attempts in a row that bring not one byte. S3 asks to slow down for seconds, not for minutes. */
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** What is known of an object after its first bytes. */
interface Opened {
  readonly size: number;
  readonly contentType: string;
  readonly etag: string;
}

/** Opens an object with one request. Throws UploadFailure when it is gone, or when it is not the one that the ETag names. */
export async function openObject(bucket: string, key: string, etag?: string, ports: ReadingPorts = PORTS): Promise<ObjectBytes> {
  const connection = new S3Reading(bucket, key, ports);
  let opened: Opened | undefined;
  const head: Buffer[] = [];
  for await (const chunk of connection.stream(0, HEAD_BYTES, etag, (facts) => { opened = facts; })) head.push(chunk);
  return new S3ObjectBytes(connection, opened!, Buffer.concat(head));
}

class S3ObjectBytes implements ObjectBytes {
  public readonly size: number;
  public readonly contentType: string;
  public readonly etag: string;

  constructor(private readonly reading: S3Reading, opened: Opened, private readonly head: Buffer) {
    this.size = opened.size;
    this.contentType = opened.contentType;
    this.etag = opened.etag;
  }

  public async* read(from: number, to = Infinity): AsyncGenerator<Buffer> {
    const end = Math.min(to, this.size);
    const inHead = this.head.subarray(from, Math.max(from, end));
    if (inHead.length > 0) yield inHead;
    const position = from + inHead.length;
    if (position < end) yield* this.reading.stream(position, end, this.etag);
  }
}

/** Reads one object, over as many requests as it takes. */
class S3Reading {
  constructor(private readonly bucket: string, private readonly key: string, private readonly ports: ReadingPorts) {}

  /** What is cut or stalls goes on at the byte it had come to, of the same version. */
  public async* stream(from: number, to: number, etag?: string, onOpened?: (facts: Opened) => void): AsyncGenerator<Buffer> {
    let version = etag;
    let end = to;
    let position = from;
    for (let attempt = 1; ;) {
      try {
        const { answer, ...opened } = await this.get(position, end, version);
        onOpened?.(opened);
        version = opened.etag;
        end = Math.min(to, opened.size);
        for await (const chunk of chunksOf(answer, this.ports.silenceMs)) {
          attempt = 1;
          const wanted = end - position;
          position += chunk.length;
          yield position > end ? chunk.subarray(0, wanted) : chunk;
          if (position > end) return;
        }
        if (position === end) return;
        // An answer that is complete and too short would come again and again.
        throw noAnswer(OPERATION, new Error(`the answer ended at byte ${position} of ${end}`));
      } catch (error) {
        if (!(error instanceof AwsError) || !isTransient(error) || attempt === MAX_ATTEMPTS) throw toFailure(error);
        await this.ports.sleep(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * this.ports.random());
        attempt++;
      }
    }
  }

  private async get(from: number, to: number, etag?: string): Promise<Opened & { readonly answer: IncomingMessage }> {
    try {
      return factsOf(await this.send(etag, { range: `bytes=${from}-${to - 1}` }), from);
    } catch (error) {
      // Of an object without bytes no range can be had.
      if (from > 0 || !(error instanceof AwsError) || error.status !== 416) throw error;
      return factsOf(await this.send(etag), from);
    }
  }

  private async send(etag?: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
    return streamedGet({
      service: Service.S3,
      operation: OPERATION,
      endpoint: bucketEndpoint(this.bucket),
      method: 'GET',
      path: keyPath(this.key),
      headers: { ...headers, ...(etag === undefined ? {} : { 'if-match': `"${etag}"` }) },
    }, this.ports.silenceMs);
  }
}

const OPERATION = 'GetObject';

/** Nobody may take one part of an object for another: a proxy that knows no ranges, say, begins at the start. */
function factsOf(answer: IncomingMessage, from: number): Opened & { readonly answer: IncomingMessage } {
  const { headers, statusCode } = answer;
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '');
  const [start, size] = statusCode === 206 && range ? [Number(range[1]), Number(range[2])] : [0, Number(headers['content-length'])];
  if (start !== from || !Number.isSafeInteger(size)) {
    answer.destroy();
    throw new Error(`S3 was asked for an object from byte ${from} on, and answered with ${headers['content-range'] ?? 'all of it'}`);
  }
  return { answer, size, contentType: headers['content-type'] ?? '', etag: (headers.etag ?? '').replaceAll('"', '') };
}

/** The body of an answer, read only as it is asked for; the connection is closed when the consumer stops before the end. */
async function* chunksOf(answer: IncomingMessage, silenceMs: number): AsyncGenerator<Buffer> {
  const arrivals = new Arrivals(answer, silenceMs);
  try {
    for (;;) {
      const chunk = answer.read() as Buffer | null;
      if (chunk !== null) yield chunk;
      else if (answer.readableEnded) return;
      else await arrivals.next();
    }
  } catch (error) {
    throw noAnswer(OPERATION, error);
  } finally {
    if (!answer.complete || !answer.readableEnded) answer.destroy();
  }
}

/** Waits for a stream: one listener for all of its chunks, and one timer. */
class Arrivals {
  private wake: (() => void) | undefined;
  private failure: Error | undefined;

  constructor(private readonly answer: IncomingMessage, private readonly silenceMs: number) {
    const wake = () => this.wake?.();
    const fail = (error: Error) => {
      this.failure ??= error;
      wake();
    };
    answer.on('readable', wake).on('end', wake).on('error', fail);
    answer.on('close', () => (answer.readableEnded ? wake() : fail(new Error('the connection was cut'))));
    if (answer.errored) this.failure = answer.errored;
  }

  public async next(): Promise<void> {
    if (this.failure) throw this.failure;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(() => {
        this.failure = new Silence(this.silenceMs);
        resolve();
      }, this.silenceMs);
    });
    clearTimeout(timer);
    this.wake = undefined;
    if (this.failure && this.answer.readableLength === 0) throw this.failure;
  }
}

function toFailure(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.status === 404 && error.code === 'NoSuchKey') return new UploadFailure('FILE_NOT_FOUND', 'the file was deleted before it was processed');
  if (error.status === 412) {
    return new UploadFailure('FILE_REPLACED', 'the file was replaced before it was processed; start a new upload for the new one');
  }
  return error;
}
