import { hostOf, Service, serviceEndpoint } from './endpoint';
import { FixedSigner } from './fixed-signer';
import { HttpAnswer } from './http-answer';
import { HttpConnections } from './http-connections';

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
  private readonly signer: FixedSigner;
  private readonly connections: HttpConnections;
  private readonly now: () => number;
  /** What the service's clock is ahead of ours. */
  private ahead = 0;

  constructor(service: Service, { connections, silenceMs = LONGEST_SILENCE, now = Date.now }: PooledRequestsProps) {
    const endpoint = serviceEndpoint(service);
    this.now = now;
    this.signer = new FixedSigner({
      service: service.name, host: hostOf(endpoint), path: `${endpoint.basePath}/`, contentType: 'application/x-amz-json-1.0',
    });
    this.connections = new HttpConnections({ endpoint, most: connections, silenceMs });
  }

  /** Rejects when there is no answer. */
  public async post(target: string, body: Uint8Array): Promise<HttpAnswer> {
    const head = await this.signer.head(target, body, this.now() + this.ahead);
    return this.connections.send(joined(head, body));
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
