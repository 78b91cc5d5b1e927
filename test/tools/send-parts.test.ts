import { createHash } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { FileRefusedError, sendParts } from '../../tools/client';
import { withFile } from '../support/ingest';

const PART_SIZE = 1000;
const CONTENT = Buffer.from(Array.from({ length: 100 * PART_SIZE + 7 }, (_, nth) => nth % 251));
const PART_COUNT = 101;

/** Takes parts as S3 does; `answer` says how it answers the nth request for a part. */
class PartServer {
  readonly parts = new Map<number, Buffer>();
  readonly requests = new Map<number, number>();
  private readonly server = http.createServer((request, response) => void this.take(request, response));

  constructor(private readonly answer: (partNumber: number, nth: number) => number = () => 200) {}

  async use(work: (server: this) => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    try {
      await work(this);
    } finally {
      this.server.closeAllConnections();
      this.server.close();
    }
  }

  async list() {
    const numbers = Array.from({ length: PART_COUNT }, (_, nth) => nth + 1);
    const uploaded = [...this.parts].map(([partNumber, { length }]) => ({ partNumber, etag: 'etag', size: length }));
    return { partSize: PART_SIZE, partCount: PART_COUNT, uploaded, missing: numbers.filter((number) => !this.parts.has(number)) };
  }

  async sign(partNumbers: readonly number[]) {
    const { port } = this.server.address() as AddressInfo;
    return partNumbers.map((partNumber) => ({ partNumber, url: `http://127.0.0.1:${port}/${partNumber}`, expiresAt: '' }));
  }

  get content(): Buffer {
    return Buffer.concat([...this.parts].sort(([a], [b]) => a - b).map(([, part]) => part));
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const partNumber = Number(request.url!.slice(1));
    const nth = (this.requests.get(partNumber) ?? 0) + 1;
    this.requests.set(partNumber, nth);
    const body = await buffer(request);
    const status = this.answer(partNumber, nth);
    if (status === 200) this.parts.set(partNumber, body);
    response.writeHead(status).end(status === 200 ? '' : '<Error><Code>SlowDown</Code></Error>');
  }
}

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('a file in parts arrives byte by byte, with progress up to its size', async () => {
  const progress: number[] = [];
  await new PartServer().use((server) => withFile(CONTENT, async (path) => {
    await sendParts(server, path, { onProgress: (sent) => progress.push(sent) });
    expect(sha(server.content)).toBe(sha(CONTENT));
  }));
  expect(progress).toHaveLength(PART_COUNT);
  expect(progress.at(-1)).toBe(CONTENT.length);
});

test('what has arrived is not sent again', async () => {
  await new PartServer().use((server) => withFile(CONTENT, async (path) => {
    for (const number of [1, 50, 101]) server.parts.set(number, CONTENT.subarray((number - 1) * PART_SIZE, number * PART_SIZE));
    await sendParts(server, path);
    expect([1, 50, 101].filter((number) => server.requests.has(number))).toEqual([]);
    expect(sha(server.content)).toBe(sha(CONTENT));
  }));
});

test('a part that fails is sent again while others arrive', async () => {
  const firstOfTen = (partNumber: number, nth: number) => (partNumber % 10 === 0 && nth === 1 ? 503 : 200);
  await new PartServer(firstOfTen).use((server) => withFile(CONTENT, async (path) => {
    await sendParts(server, path);
    expect(sha(server.content)).toBe(sha(CONTENT));
    expect(server.requests.get(10)).toBe(2);
  }));
});

test('when no part arrives any more, the error is that of S3, and a later call goes on', async () => {
  let broken = true;
  await new PartServer((partNumber) => (broken && partNumber > 60 ? 503 : 200)).use((server) => withFile(CONTENT, async (path) => {
    await expect(sendParts(server, path)).rejects.toEqual(new FileRefusedError(503, 'SlowDown'));
    broken = false;
    const before = new Map(server.requests);
    await sendParts(server, path);
    expect(sha(server.content)).toBe(sha(CONTENT));
    expect(server.requests.get(1)).toBe(before.get(1));
  }));
});

test('an aborted transfer ends with the reason', async () => {
  const abort = new AbortController();
  await new PartServer((partNumber) => {
    if (partNumber === 5) abort.abort();
    return 200;
  }).use((server) => withFile(CONTENT, async (path) => {
    await expect(sendParts(server, path, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  }));
});
