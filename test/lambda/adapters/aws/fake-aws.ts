import { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { AwsServer } from './aws-server';

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
export class FakeAws extends AwsServer {
  public readonly requests: ReceivedRequest[] = [];
  private readonly answers: FakeAnswer[] = [];

  public answer(...answers: FakeAnswer[]): void {
    this.requests.length = 0;
    this.answers.splice(0, Infinity, ...answers);
  }

  protected serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const { status = 200, headers: answered = {}, body = '', lost, hangs } = this.answers.length > 1 ? this.answers.shift()! : this.answers[0];
      if (lost) request.socket.destroy();
      else if (!hangs) response.writeHead(status, answered).end(body);
    });
  }
}
