import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '../../tools/local-engine';

export interface PartToSend {
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

/** Sends parts of a file one after the other, in pieces, as over a slow line. */
const SENDER = `
  const { openSync, readSync } = require('fs');
  const { request } = require('https');
  const { path, parts } = JSON.parse(process.argv[1]);
  const file = openSync(path, 'r');
  const PIECE = 256 * 1024;
  const sendPart = ({ url, start, end }) => new Promise((resolve, reject) => {
    const client = url.startsWith('http:') ? require('http').request : request;
    const sent = client(url, { method: 'PUT', headers: { 'content-length': end - start } }, (response) => response.resume().on('end', resolve));
    sent.on('error', reject);
    let at = start;
    const next = () => {
      if (at >= end) return sent.end();
      const piece = Buffer.alloc(Math.min(PIECE, end - at));
      readSync(file, piece, 0, piece.length, at);
      at += piece.length;
      sent.write(piece, () => setTimeout(next, 10));
    };
    next();
  });
  (async () => { for (const part of parts) await sendPart(part); })();
`;

/** Has a process of its own send parts, and kills it after some time wherever it is then; true when it came to its end before. */
export async function sendUntilKilled(path: string, parts: readonly PartToSend[], milliseconds: number): Promise<boolean> {
  const child = spawn(process.execPath, ['-e', SENDER, JSON.stringify({ path, parts })], { stdio: 'inherit', env: childEnvironment() });
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const [code, signal] = await once(child, 'exit') as [number | null, string | null];
  clearTimeout(timer);
  if (code !== 0 && signal === null) throw new Error('the sender failed by itself');
  return code === 0;
}
