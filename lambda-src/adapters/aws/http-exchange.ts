import { Agent as HttpAgent, IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AwsRequest, pathAndQuery } from './aws-request';
import { hostOf } from './endpoint';

/** Connections outlive their requests: a TLS handshake costs as much as a megabyte. */
const AGENTS = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

export interface Patience {
  /** How long nothing may come before the answer begins. */
  readonly silenceMs?: number;
  /** Ends the exchange, whether the answer has begun or not. */
  readonly signal?: AbortSignal;
}

/** Nothing came for too long. */
export class Silence extends Error {
  constructor(silenceMs: number) {
    super(`nothing came for ${silenceMs} ms`);
  }
}

/**
 * Sends a request, and gives its answer once that has begun. By the HTTP client of Node.js: `fetch` takes twice the time to load, and
 * 8 MB more.
 */
export async function exchange(request: AwsRequest, headers: Record<string, string>, patience: Patience): Promise<IncomingMessage> {
  const { silenceMs, signal } = patience;
  const { endpoint, method, body } = request;
  const isTls = endpoint.protocol === 'https:';
  const agent = AGENTS[isTls ? 'https:' : 'http:'];
  return new Promise((resolve, reject) => {
    const sent = (isTls ? httpsRequest : httpRequest)({
      agent,
      hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint.port,
      method,
      path: pathAndQuery(request),
      // Compressed answers would cost time at both ends; not signed, as a proxy may change it.
      headers: { ...headers, 'host': hostOf(endpoint), 'accept-encoding': 'identity' },
      timeout: silenceMs,
      signal,
    });
    sent.once('timeout', () => sent.destroy(new Silence(silenceMs!)));
    sent.once('error', (error) => {
      // What happened to a kept connection, while Lambda had us frozen say, has happened to others: they would cost an attempt each.
      if (sent.reusedSocket) closeIdle(agent);
      reject(error);
    });
    // Without an error where the answer changes to another protocol.
    sent.once('close', () => reject(new Error('the connection was closed')));
    sent.once('response', (answer: IncomingMessage) => {
      // From here on whoever reads watches the time: a consumer that takes its own is no silence of the service.
      sent.setTimeout(0);
      // Reported where it is read, or to nobody.
      answer.on('error', () => undefined);
      resolve(answer);
    });
    sent.end(body);
  });
}

function closeIdle({ freeSockets }: HttpAgent): void {
  for (const sockets of Object.values(freeSockets)) sockets?.forEach((socket) => socket.destroy());
}
