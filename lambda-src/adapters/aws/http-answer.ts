export interface HttpAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: string;
  /** No other can follow on the same connection. */
  readonly isLast: boolean;
}

/** Looked up when somebody asks: of most answers hardly any matters. */
export class HttpHeaders {
  /** @param lines status line and headers, without the empty line behind them */
  constructor(private readonly lines: string) {}

  /** @param name in small letters */
  public get(name: string): string | undefined {
    const pattern = PATTERNS.get(name) ?? new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*)`, 'i');
    PATTERNS.set(name, pattern);
    return pattern.exec(this.lines)?.[1].trimEnd();
  }
}

interface Head {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly isLast: boolean;
  readonly bodyAt: number;
}

const PATTERNS = new Map<string, RegExp>();

const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |\r|$)/;

/** Reads the answers of one connection (RFC 9112), to requests whose answers have bodies. */
export class HttpAnswerReader {
  private received: Buffer = Buffer.alloc(0);
  /** What follows that, of a long answer: put together once it is all there. */
  private pieces: Buffer[] = [];
  private missing = 0;
  private head: Head | undefined;

  /** The answer, if it is all there; null: it is none. The chunk's memory may be used for another one afterwards. */
  public push(chunk: Buffer): HttpAnswer | undefined | null {
    this.missing -= chunk.length;
    if (this.missing > 0) {
      this.pieces.push(Buffer.from(chunk));
      return undefined;
    }
    const isAll = this.received.length === 0;
    this.received = isAll ? chunk : Buffer.concat([this.received, ...this.pieces, chunk]);
    this.pieces = [];
    const answer = this.read();
    if (answer === undefined && isAll) this.received = Buffer.from(this.received);
    return answer;
  }

  private read(): HttpAnswer | undefined | null {
    while (this.head === undefined) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const head = readHead(this.received.toString('latin1', 0, end), end + 4);
      if (head === undefined) return null;
      // Such as 100 Continue: the answer itself follows.
      if (head.status < 200) this.received = this.received.subarray(end + 4);
      else this.head = head;
    }
    const { headers, bodyAt } = this.head;
    const length = headers.get('content-length');
    if (length === undefined) {
      const body = headers.get('transfer-encoding') && unchunked(this.received.subarray(bodyAt));
      return body === null ? null : body ? this.take(body, !this.received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) : undefined;
    }
    if (!/^\d+$/.test(length)) return null;
    const end = bodyAt + Number(length);
    this.missing = end - this.received.length;
    return this.missing > 0 ? undefined : this.take(this.received.subarray(bodyAt, end), this.missing < 0);
  }

  /** The connection has ended; so does an answer that does not say how long it is. */
  public end(): HttpAnswer | undefined {
    const { head } = this;
    if (!head || (head.headers.get('content-length') ?? head.headers.get('transfer-encoding')) !== undefined) return undefined;
    return this.take(this.received.subarray(head.bodyAt), true);
  }

  /** @param isFollowed by something that nobody asked for: what comes next could be taken for another answer */
  private take(body: Buffer, isFollowed: boolean): HttpAnswer {
    const { status, headers, isLast } = this.head!;
    this.head = undefined;
    this.received = Buffer.alloc(0);
    return { status, headers, body: body.toString(), isLast: isLast || isFollowed };
  }
}

function readHead(text: string, bodyAt: number): Head | undefined {
  const status = STATUS_LINE.exec(text);
  if (!status) return undefined;
  const headers = new HttpHeaders(text);
  const connection = headers.get('connection')?.toLowerCase() ?? (status[1] === '0' ? 'close' : '');
  return { status: Number(status[2]), headers, isLast: connection === 'close', bodyAt };
}

/** A body in chunks, put together; undefined: it is not all there, null: it is none. */
function unchunked(bytes: Buffer): Buffer | undefined | null {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = /^[\da-f]+/i.exec(bytes.toString('latin1', at, lineEnd));
    if (!size) return null;
    const start = lineEnd + 2;
    const end = start + parseInt(size[0], 16);
    if (end === start) return bytes.indexOf('\r\n\r\n', lineEnd) < 0 ? undefined : Buffer.concat(parts);
    if (bytes.length < end + 2) return undefined;
    parts.push(bytes.subarray(start, end));
    at = end + 2;
  }
}
