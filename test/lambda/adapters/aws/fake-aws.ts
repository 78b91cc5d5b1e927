import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Nobody hears of it. */
  readonly lost?: boolean;
  /** Never comes. */
  readonly hangs?: boolean;
}

/** A server that gives the answers it is told to, one per request and the last one for all others, and remembers what it was asked. */
export class FakeAws {
  public readonly requests: ReceivedRequest[] = [];
  private readonly answers: FakeAnswer[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const { method = '', url = '', headers } = request;
        this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        const { status = 200, headers: answered = {}, body = '', lost, hangs } = this.answers.length > 1 ? this.answers.shift()! : this.answers[0];
        if (lost) request.socket.destroy();
        else if (!hangs) response.writeHead(status, answered).end(body);
      });
    });
  }

  public answer(...answers: FakeAnswer[]): void {
    this.requests.length = 0;
    this.answers.splice(0, Infinity, ...answers);
  }

  /** Starts it, and points what reads the environment at it. */
  public async start(): Promise<void> {
    await new Promise<void>((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    Object.assign(process.env, lambdaEnvironment(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

/** What Lambda sets. */
export function lambdaEnvironment(endpoint = ''): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'very secret',
    AWS_SESSION_TOKEN: 'session/token+==',
    AWS_ENDPOINT_URL: endpoint,
    ...Object.fromEntries(['S3', 'DYNAMODB', 'SQS', 'SECRETS_MANAGER'].map((service) => [`AWS_ENDPOINT_URL_${service}`, ''])),
  };
}
