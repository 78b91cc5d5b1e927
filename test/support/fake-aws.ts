import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

export interface AwsCall {
  /** Such as `PutItem` or `PUT`. */
  readonly operation: string;
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface AwsAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers the calls that a function makes to DynamoDB, SQS and S3, and remembers them. */
export class FakeAws {
  public readonly calls: AwsCall[] = [];
  private readonly server: Server;

  constructor(public answer: (call: AwsCall) => AwsAnswer = () => ({})) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => this.serve(request, response, Buffer.concat(chunks).toString()));
    });
  }

  public async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  public stop(): void {
    this.server.close();
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private serve({ headers, method = '', url = '' }: IncomingMessage, response: ServerResponse, text: string): void {
    const target = headers['x-amz-target'];
    const isJson = typeof target === 'string';
    const call: AwsCall = {
      operation: isJson ? target.split('.')[1] : method,
      path: decodeURIComponent(url),
      input: isJson ? JSON.parse(text) as Record<string, unknown> : {},
    };
    this.calls.push(call);
    const { status = 200, headers: given = {}, body = isJson ? {} : '' } = this.answer(call);
    response.writeHead(status, { ...(isJson ? { 'content-type': 'application/x-amz-json-1.0' } : {}), ...given });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}
