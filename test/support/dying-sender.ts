import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '../../tools/local-engine';

export interface PartToSend {
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

/** Sends parts of a file one after the other, in pieces, and kills itself when so many bytes are on their way. */
const SENDER = `
  const { openSync, readSync } = require('fs');
  const { request } = require('https');
  const { path, parts, lifetime } = JSON.parse(process.argv[1]);
  let left = lifetime;
  const file = openSync(path, 'r');
  const PIECE = 256 * 1024;
  const sendPart = ({ url, start, end }) => new Promise((resolve, reject) => {
    const client = url.startsWith('http:') ? require('http').request : request;
    const sent = client(url, { method: 'PUT', headers: { 'content-length': end - start } }, (response) => response.resume().on('end', resolve));
    sent.on('error', reject);
    let at = start;
    const next = () => {
      if (left === 0) process.kill(process.pid, 'SIGKILL');
      if (at === end) return sent.end();
      const piece = Buffer.alloc(Math.min(PIECE, end - at, left));
      readSync(file, piece, 0, piece.length, at);
      at += piece.length;
      left -= piece.length;
      sent.write(piece, next);
    };
    next();
  });
  (async () => { for (const part of parts) await sendPart(part); })();
`;

/** Has a process of its own send parts, which is killed once so many of their bytes are on their way, however fast it sends. */
export async function sendUntilKilled(path: string, parts: readonly PartToSend[], lifetime: number): Promise<void> {
  const child = spawn(process.execPath, ['-e', SENDER, JSON.stringify({ path, parts, lifetime })], { stdio: 'inherit', env: childEnvironment() });
  const [code, signal] = await once(child, 'exit') as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`the sender was not killed, but ended by itself with ${code}`);
}
