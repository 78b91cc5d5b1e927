import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { sendRequest } from './send-request';
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
  await sendRequest({ method: target.method, url: target.url, headers, body, signal: options.signal });
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
