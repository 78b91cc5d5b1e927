import { hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Endpoint, hostOf, Service, serviceEndpoint } from './endpoint';
import { HttpAnswer } from './http-answer';
import { HttpConnections } from './http-connections';
import { credentials, region } from './runtime-environment';
import { Sha256 } from './sha256';

export interface PooledRequestsProps {
  /** Connections at the same time. */
  readonly connections: number;
  /** How long a connection may be silent while it waits for an answer. */
  readonly silenceMs?: number;
  readonly now?: () => number;
}

const LONGEST_SILENCE = 5_000;

/**
 * Signed requests to one service, for those who send thousands of them: what all have in common is made once, and connections
 * are kept.
 */
export class PooledRequests {
  private readonly signer: SignatureV4;
  private readonly connections: HttpConnections;
  private readonly endpoint: Endpoint;
  private readonly host: string;
  private readonly path: string;
  private readonly now: () => number;
  /** What the service's clock is ahead of ours. */
  private ahead = 0;

  constructor(service: Service, { connections, silenceMs = LONGEST_SILENCE, now = Date.now }: PooledRequestsProps) {
    this.endpoint = serviceEndpoint(service);
    this.host = hostOf(this.endpoint);
    this.path = `${this.endpoint.basePath}/`;
    this.now = now;
    this.signer = new SignatureV4({ service: service.name, region: region(), credentials, sha256: Sha256 });
    this.connections = new HttpConnections({ endpoint: this.endpoint, most: connections, silenceMs });
  }

  /** Rejects when there is no answer. */
  public async post(target: string, body: Uint8Array): Promise<HttpAnswer> {
    const { headers } = await this.signer.sign({
      method: 'POST',
      protocol: this.endpoint.protocol,
      hostname: this.endpoint.hostname,
      path: this.path,
      query: {},
      headers: {
        'host': this.host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        // Hashed at once, which is faster than as the signer does it.
        'x-amz-content-sha256': hash('sha256', body),
      },
    }, { signingDate: new Date(this.now() + this.ahead) });
    let head = `POST ${this.path} HTTP/1.1\r\ncontent-length: ${body.length}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    return this.connections.send(joined(`${head}\r\n`, body));
  }

  /** Goes by the service's clock from now on, as one of its answers tells it. */
  public setClock(answer: HttpAnswer): void {
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(theirs)) this.ahead = theirs - this.now();
  }

  /** Closes what connections are open. */
  public close(): void {
    this.connections.close();
  }
}

/** In one piece, which is sent with one call of the operating system. */
function joined(head: string, body: Uint8Array): Buffer {
  const request = Buffer.allocUnsafe(head.length + body.length);
  request.write(head, 'latin1');
  request.set(body, head.length);
  return request;
}
