import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileRefusedError } from './errors';

export interface SendRequest {
  readonly method: string;
  readonly url: string;
  /** With the length of the body, which is never read into memory. */
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: Readable;
  readonly signal?: AbortSignal;
}

/** Streams a body to S3; throws what S3 has against it. */
export async function sendRequest({ method, url, headers, body, signal }: SendRequest): Promise<void> {
  const send = url.startsWith('https:') ? https.request : http.request;
  const request = send(url, { method, headers, signal });
  const answered = answerOf(request);
  // S3 may refuse a file before it has all of it and close the connection; then its answer says why, not the broken pipe.
  const [sent, answer] = await Promise.allSettled([pipeline(body, request), answered]);
  if (answer.status === 'rejected') throw answer.reason;
  if (answer.value.status >= 300) throw new FileRefusedError(answer.value.status, answer.value.code);
  if (sent.status === 'rejected') throw sent.reason;
}

async function answerOf(request: http.ClientRequest): Promise<{ status: number; code: string }> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const code = /<Code>(\w+)<\/Code>/.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? response.statusMessage ?? 'Unknown';
  return { status: response.statusCode ?? 0, code };
}
