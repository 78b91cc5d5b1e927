import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileRefusedError } from './errors';
import type { UploadTarget } from './types';

export interface SendFileOptions {
  /** Called with the bytes of the file that are on their way and its size. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Streams a file to S3 as the target says; it is never read into memory. */
export async function sendFile(target: UploadTarget, path: string, options: SendFileOptions = {}): Promise<void> {
  const { size } = await stat(path);
  const file = size === 0 ? Readable.from([]) : createReadStream(path).pipe(countBytes(size, options.onProgress));
  const { headers, body } = target.method === 'POST' ? form(target, path, file, size) : plain(target, file, size);

  const send = target.url.startsWith('https:') ? https.request : http.request;
  const request = send(target.url, { method: target.method, headers, signal: options.signal });
  const answered = answerOf(request);
  // S3 may refuse a file before it has all of it and close the connection; then its answer says why, not the broken pipe.
  const [sent, answer] = await Promise.allSettled([pipeline(body, request), answered]);
  if (answer.status === 'rejected') throw answer.reason;
  if (answer.value.status >= 300) throw new FileRefusedError(answer.value.status, answer.value.code);
  if (sent.status === 'rejected') throw sent.reason;
}

function plain(target: UploadTarget, file: Readable, size: number) {
  return { headers: { ...target.headers, 'content-length': size }, body: file };
}

/** A multipart/form-data body around the file, with a length that is known before the file is read. */
function form(target: UploadTarget, path: string, file: Readable, size: number) {
  const boundary = `----${randomUUID()}`;
  const fields = target.fields ?? {};
  const contentType = fields['Content-Type'] ?? 'application/octet-stream';
  const head = Buffer.from([
    ...Object.entries(fields).map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`),
    // S3 ignores every field after the file: it comes last.
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quote(basename(path))}"\r\nContent-Type: ${contentType}\r\n\r\n`,
  ].join(''));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    headers: {
      ...target.headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + size + tail.length,
    },
    body: Readable.from(concat(head, file, tail)),
  };
}

/** As the HTML standard escapes names in a form. */
function quote(name: string): string {
  return name.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

async function* concat(head: Buffer, file: Readable, tail: Buffer): AsyncGenerator<Buffer> {
  yield head;
  yield* file;
  yield tail;
}

function countBytes(total: number, onProgress: SendFileOptions['onProgress']): Transform {
  let sent = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress?.(sent, total);
      done(null, chunk);
    },
  });
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
