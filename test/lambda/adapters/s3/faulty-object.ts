import { IncomingMessage, ServerResponse } from 'node:http';
import { AwsServer } from '../aws/aws-server';

/** What goes wrong with one request; nothing, if it is empty. */
export interface Fault {
  /** The answer is this error. */
  readonly status?: number;
  readonly code?: string;
  /** The connection is cut, or nothing comes any more, after so many bytes of the body. */
  readonly cutAfter?: number;
  readonly stallAfter?: number;
  /** The connection is cut before the answer begins. */
  readonly lost?: boolean;
  /** No answer. */
  readonly hangs?: boolean;
  /** All of the object, whatever was asked for. */
  readonly ignoresRange?: boolean;
  /** So many bytes less than were asked for, in an answer that is complete. */
  readonly short?: number;
}

/** One object in a server that speaks as much of S3 as a reader needs, and has the faults that it is told to have. */
export class FaultyObject extends AwsServer {
  public readonly ranges: string[] = [];
  public readonly ifMatch: (string | undefined)[] = [];
  public etag = 'etag-1';
  public bytes = Buffer.alloc(0);
  /** Open connections that wait for nothing. */
  public closed: Promise<void> = Promise.resolve();
  /** Bytes of bodies that the system has taken. */
  public sent = 0;
  private faults: Fault[] = [];
  private always: Fault = {};

  /** The object from now on, and what goes wrong with the next requests. */
  public put(bytes: Buffer | string, faults: readonly Fault[] = [], always: Fault = {}): void {
    this.bytes = Buffer.from(bytes as Buffer);
    this.faults = [...faults];
    this.always = always;
    this.etag = 'etag-1';
    this.ranges.length = this.ifMatch.length = this.sent = 0;
  }

  protected serve(request: IncomingMessage, response: ServerResponse): void {
    this.ranges.push(request.headers.range ?? '');
    this.ifMatch.push(request.headers['if-match']);
    this.closed = new Promise((resolve) => { response.once('close', () => resolve()); });
    const fault = this.faults.shift() ?? this.always;
    if (fault.lost) request.socket.destroy();
    else if (fault.status !== undefined) refuse(response, fault.status, fault.code ?? 'Whatever');
    else if (!fault.hangs) this.answer(response, fault);
  }

  private answer(response: ServerResponse, fault: Fault): void {
    const { range, 'if-match': ifMatch } = response.req.headers;
    if (ifMatch !== undefined && ifMatch !== `"${this.etag}"`) return refuse(response, 412, 'PreconditionFailed');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    const isRanged = first !== undefined && !fault.ignoresRange;
    const from = isRanged ? Number(first) : 0;
    if (isRanged && from >= this.bytes.length) return refuse(response, 416, 'InvalidRange');
    const to = isRanged ? Math.min(Number(last) + 1, this.bytes.length) : this.bytes.length;
    const body = this.bytes.subarray(from, to - (fault.short ?? 0));
    response.writeHead(isRanged ? 206 : 200, {
      'content-length': body.length,
      'content-type': 'text/csv',
      'etag': `"${this.etag}"`,
      ...(isRanged ? { 'content-range': `bytes ${from}-${to - 1}/${this.bytes.length}` } : {}),
    });
    if (fault.cutAfter !== undefined) response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
    else if (fault.stallAfter !== undefined) response.write(body.subarray(0, fault.stallAfter));
    else this.send(response, body);
  }

  private send(response: ServerResponse, body: Buffer): void {
    const piece = body.subarray(0, 64 * 1024);
    if (piece.length === 0) {
      response.end();
    } else {
      response.write(piece, () => {
        this.sent += piece.length;
        this.send(response, body.subarray(piece.length));
      });
    }
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}
