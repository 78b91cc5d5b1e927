import { AddressInfo, createServer, Socket } from 'node:net';
import { sampleBytes } from './sample';
import { StandInTable, TableRules } from './stand-in-table';

/** What the process is told, as the JSON of its first argument. */
export interface StandInRules extends TableRules {
  /** Bytes of the sample that are under each key. */
  readonly files: Readonly<Record<string, number>>;
  /** Status items as JSON, by the ids of their uploads. */
  readonly uploads: Readonly<Record<string, string>>;
}

interface Request {
  readonly head: string;
  readonly body: Buffer;
}

/** Where the counts are told, and where they begin anew. */
const COUNTS_PATH = '/counts';
const BEGIN_PATH = '/begin';

const HEAD_END = '\r\n\r\n';
const { files, uploads, ...rules } = JSON.parse(process.argv[2]) as StandInRules;
const table = new StandInTable(rules, new Map(Object.entries(uploads)));

/** Speaks just enough of HTTP to cost next to nothing: what is measured is who calls it. */
function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setNoDelay().on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let request = next(pending); request; request = next(pending)) {
      pending = pending.subarray(request.head.length + HEAD_END.length + request.body.length);
      void answer(socket, request);
    }
  });
}

function next(bytes: Buffer): Request | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const start = end + HEAD_END.length;
  const length = Number(header(head, 'content-length') ?? 0);
  return bytes.length < start + length ? undefined : { head, body: bytes.subarray(start, start + length) };
}

async function answer(socket: Socket, { head, body }: Request): Promise<void> {
  const target = header(head, 'x-amz-target');
  if (target !== undefined) {
    const text = target.startsWith('DynamoDB') ? table.answer(target.split('.')[1], body) : '{}';
    const isWrite = target.endsWith('BatchWriteItem');
    if (isWrite && rules.latencyMs) setTimeout(() => send(socket, text), rules.latencyMs);
    else send(socket, text);
    return;
  }
  const path = decodeURIComponent(head.split(' ')[1]).split('?')[0];
  const key = Object.keys(files).find((one) => path.endsWith(one));
  if (path === BEGIN_PATH) table.begin();
  if (path === COUNTS_PATH) send(socket, JSON.stringify(table.counts));
  else if (key !== undefined && head.startsWith('GET')) await sendFile(socket, files[key], header(head, 'range'));
  else send(socket, '');
}

function send(socket: Socket, text: string): void {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${Buffer.byteLength(text)}${HEAD_END}${text}`);
}

/** As S3 does, at the speed of the reader. */
async function sendFile(socket: Socket, size: number, range: string | undefined): Promise<void> {
  const [, first, last] = /bytes=(\d+)-(\d*)/.exec(range ?? '') ?? [];
  const from = Number(first ?? 0);
  const to = Math.min(size, last ? Number(last) + 1 : size);
  const status = range === undefined ? '200 OK' : `206 Partial Content\r\ncontent-range: bytes ${from}-${to - 1}/${size}`;
  socket.write(`HTTP/1.1 ${status}\r\netag: "sample"\r\ncontent-type: text/csv\r\nlast-modified: Sat, 21 Nov 2026 09:46:15 GMT\r\n`
    + `accept-ranges: bytes\r\ncontent-length: ${to - from}${HEAD_END}`);
  for (const block of sampleBytes(from, to)) {
    if (socket.destroyed) return;
    if (!socket.write(block)) await drained(socket);
  }
}

/** Never, once it is closed: nobody waits for that. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => { socket.once('drain', resolve); });
}

function header(head: string, name: string): string | undefined {
  return new RegExp(`\r\n${name}: *([^\r\n]*)`, 'i').exec(head)?.[1];
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
