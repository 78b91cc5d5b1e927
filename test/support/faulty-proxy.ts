import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** A request to AWS on its way. */
export interface ProxiedRequest {
  /** Counts from 1. */
  readonly number: number;
  /** `PutItem`, `SendMessage`; of S3 `S3 GET`. */
  readonly operation: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: Buffer | Readable;
}

/**
 * What happens to a request: `forward` sends it on, with another body if one is given. Its answer, or one that was made up, goes
 * back; undefined: the connection is cut.
 */
export type Fault = (request: ProxiedRequest, forward: (body?: string) => Promise<ProxiedAnswer>) => Promise<ProxiedAnswer | undefined>;

export const PASS_ON: Fault = async (_, forward) => forward();

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect', 'content-length']);

/**
 * Stands between a function and AWS, and does to its requests what networks and services do. It signs those of this process's
 * credentials anew, so that a function may live in another time and a request may be changed; others go on as they are.
 */
export class FaultyProxy {
  public static async start(): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(process.env.AWS_ENDPOINT_URL!);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** Of every request; may be changed at any time. */
  public fault = PASS_ON;
  private readonly server: Server;
  private readonly agent: Agent;
  private requests = 0;

  private constructor(private readonly upstream: string) {
    this.agent = upstream.startsWith('https:') ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
    // Whoever was killed, or cut off, is no reason for the proxy to fail.
    this.server = createServer((request, response) => { this.take(request, response).catch(() => response.destroy()); });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests are counted anew. */
  public recount(): void {
    this.requests = 0;
  }

  public async stop(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming;
    const about = { number: ++this.requests, operation: operationOf(incoming), method, url, headers: incoming.headers };
    const request = { ...about, body: await bytesOf(incoming) };
    const answer = await this.fault(request, async (body) => this.forward(request, body === undefined ? request.body : Buffer.from(body)));
    if (!answer) {
      response.destroy();
      return;
    }
    const kept = Object.entries(answer.headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.has(name));
    const isBuffer = Buffer.isBuffer(answer.body);
    const length = isBuffer && method !== 'HEAD' ? (answer.body as Buffer).length : answer.headers['content-length'];
    const headers = { ...Object.fromEntries(kept), ...(length === undefined ? {} : { 'content-length': length }) } as Record<string, string>;
    response.writeHead(answer.status, headers);
    if (isBuffer) response.end(method === 'HEAD' ? undefined : answer.body);
    else await pipeline(answer.body, response);
  }

  private async forward({ method, url, headers }: ProxiedRequest, body: Buffer): Promise<ProxiedAnswer> {
    const target = new URL(url, this.upstream);
    const isOurs = headers.authorization?.includes(`Credential=${process.env.AWS_ACCESS_KEY_ID}/`) ?? false;
    const signed = isOurs ? await signedAnew(method, url, target.host, headers, body) : withoutHops(headers);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(this.upstream, { method, path: url, headers: { ...signed, 'content-length': body.length }, agent: this.agent });
    outgoing.end(body);
    const [answer] = await once(outgoing, 'response') as [IncomingMessage];
    return { status: answer.statusCode!, headers: answer.headers, body: await bytesOf(answer) };
  }
}

function operationOf({ method, headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? target.split('.').at(-1)! : `S3 ${method}`;
}

type Headers = Record<string, string>;

async function signedAnew(method: string, url: string, host: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Headers> {
  const [, accessKeyId, , region, service] = /Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const { authorization: _, 'x-amz-date': __, ...kept } = withoutHops(headers);
  const { pathname, search } = new URL(url, 'http://host');
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY! },
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
  const { headers: signed } = await signer.sign({
    method,
    protocol: 'https:',
    hostname: host,
    path: pathname,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: { ...kept, host },
    body,
  });
  return signed;
}

function withoutHops(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name))) as Headers;
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
