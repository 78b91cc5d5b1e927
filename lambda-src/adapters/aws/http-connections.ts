import { connect as connectPlain, isIP, OnReadOpts, Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { Endpoint } from './endpoint';
import { HttpAnswer, HttpAnswerReader } from './http-answer';

export interface HttpConnectionsProps {
  readonly endpoint: Endpoint;
  /** Connections at the same time; who comes later waits for one. */
  readonly most: number;
  /** How long one may be silent. */
  readonly silenceMs: number;
}

/** Most answers are far shorter, and those that list what was not taken are rare. */
const MEMORY_BYTES = 16 * 1024;

/** A request, and who waits for its answer. */
interface Exchange {
  readonly request: Uint8Array;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * HTTP/1.1 over connections that are kept, one request at a time on each. It knows what services of AWS answer with and no more:
 * the client of Node.js takes three times the CPU for a request of 25 records.
 */
export class HttpConnections {
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  private readonly waiting: Exchange[] = [];

  constructor(private readonly props: HttpConnectionsProps) {}

  /** Sends a request, head and body; rejects when there is no answer. */
  public send(request: Uint8Array): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => this.assign({ request, resolve, reject }));
  }

  public close(): void {
    for (const connection of this.all) connection.end();
  }

  private assign(exchange: Exchange): void {
    const idle = this.idle.pop();
    if (idle) {
      idle.begin(exchange);
    } else if (this.all.size < this.props.most) {
      const connection: Connection = new Connection(this.props, () => this.free(connection), () => this.forget(connection));
      this.all.add(connection);
      connection.begin(exchange);
    } else {
      this.waiting.push(exchange);
    }
  }

  private free(connection: Connection): void {
    const next = this.waiting.shift();
    if (next) connection.begin(next);
    else this.idle.push(connection);
  }

  private forget(connection: Connection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    const next = this.waiting.shift();
    if (next) this.assign(next);
  }
}

class Connection {
  private readonly socket: Socket;
  private readonly reader = new HttpAnswerReader();
  private exchange: Exchange | undefined;

  constructor({ endpoint, silenceMs }: HttpConnectionsProps, private readonly onFree: () => void, onEnd: () => void) {
    this.socket = open(endpoint, (chunk) => this.receive(chunk));
    this.socket.setNoDelay(true).setKeepAlive(true).setTimeout(silenceMs);
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('timeout', () => this.socket.destroy(new Error('the service does not answer')));
    this.socket.on('close', () => {
      const answer = this.reader.end();
      if (answer) this.answered(answer);
      this.fail(new Error('the connection was closed'));
      onEnd();
    });
  }

  public begin(exchange: Exchange): void {
    this.exchange = exchange;
    this.socket.ref();
    this.socket.write(exchange.request);
  }

  public end(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    const answer = this.exchange && this.reader.push(chunk);
    // What nobody asked for cannot be told from an answer to what comes next.
    if (!this.exchange || answer === null) this.socket.destroy(new Error('the service does not speak HTTP'));
    if (!answer) return;
    this.answered(answer);
    if (answer.isLast) {
      this.socket.destroy();
    } else {
      this.socket.unref();
      this.onFree();
    }
  }

  private answered(answer: HttpAnswer): void {
    this.exchange?.resolve(answer);
    this.exchange = undefined;
  }

  private fail(error: Error): void {
    this.exchange?.reject(error);
    this.exchange = undefined;
  }
}

/** @param receive is given what comes, in memory that is used again for what comes next: a stream's own for each piece is dearer */
function open({ protocol, hostname, port }: Endpoint, receive: (chunk: Buffer) => void): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(MEMORY_BYTES),
    callback(bytes, memory) {
      receive((memory as Buffer).subarray(0, bytes));
      return true;
    },
  };
  if (protocol === 'http:') return connectPlain({ host, port: port ?? 80, onread });
  const tls = { host, port: port ?? 443, servername: isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'], onread };
  return connectSecurely(tls);
}
