import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { bytesOf, FIRST_NUMBER, fileBytes, NOTE, TAIL } from './generated-file';

/** What the stand-in is told, as the JSON of its first argument. */
export interface StandInSetup {
  readonly rows: number;
  /** The item of the upload. */
  readonly upload: WireItem;
}

/** What it has seen, as it answers `GET /report`. */
export interface StandInReport {
  /** Rows that were written at least once. */
  readonly written: number;
  /** Writes of rows that had been written before. */
  readonly again: number;
  /** Rows that were none, or not as in the file, of those that were looked at. */
  readonly wrong: number;
  readonly lookedAt: number;
  /** Times that the status table was written. */
  readonly statusWrites: number;
  /** Bytes of the file that were read, up to what a connection holds. */
  readonly bytesRead: number;
  /** Inputs of executions that were started, and bodies of messages that were sent. */
  readonly executions: readonly string[];
  readonly messages: readonly string[];
  /** The upload's item, as it is now. */
  readonly upload: WireItem;
}

type Wire = Readonly<Record<string, unknown>>;
export type WireItem = Readonly<Record<string, Wire>>;

interface Conditional {
  readonly TableName: string;
  readonly Key?: WireItem;
  readonly Item?: WireItem;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Wire>>;
}

const setup = JSON.parse(process.argv[2]) as StandInSetup;
const size = fileBytes(setup.rows);
const written = new Uint8Array(setup.rows);
const seen = { written: 0, again: 0, wrong: 0, lookedAt: 0, statusWrites: 0, bytesRead: 0 };
const executions: string[] = [];
const messages: string[] = [];
const items = new Map<string, WireItem>([[setup.upload.uploadId.S as string, setup.upload]]);

const NUMBER = Buffer.from('"n":{"N":"');
const REQUESTS_BETWEEN_LOOKS = 200;
let requests = 0;

/** A bucket with one large file, a table that takes all rows and remembers their numbers, a status table, a queue and a state machine. */
const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    response.destroy();
  });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/report') {
    send(response, 200, { ...seen, executions, messages, upload: items.get(setup.upload.uploadId.S as string)! } satisfies StandInReport);
    return;
  }
  const operation = (request.headers['x-amz-target'] as string | undefined)?.split('.').at(-1) ?? `S3 ${request.method}`;
  if (operation === 'S3 GET') {
    sendRange(request, response);
    return;
  }
  const body = await bytesIn(request);
  switch (operation) {
    case 'BatchWriteItem': return send(response, 200, takeRows(body));
    case 'GetItem': return send(response, 200, { Item: items.get(keyIn(parsed(body).Key!)) });
    case 'PutItem': return put(parsed(body), response);
    // Shows how far a fan-out is.
    case 'UpdateItem': return send(response, 200, {});
    case 'SendMessage':
      messages.push((JSON.parse(body.toString()) as { MessageBody: string }).MessageBody);
      return send(response, 200, { MessageId: 'one' });
    case 'StartExecution':
      executions.push((JSON.parse(body.toString()) as { input: string }).input);
      return send(response, 200, { executionArn: 'arn', startDate: 0 });
    case 'ChangeMessageVisibility': return send(response, 200, {});
    default:
      // Rejects that may be there from earlier attempts are deleted.
      response.writeHead(operation === 'S3 DELETE' ? 204 : 501).end();
  }
}

function sendRange(request: IncomingMessage, response: ServerResponse): void {
  const [first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')!.slice(1).map(Number);
  const end = Math.min(size, last + 1);
  response.writeHead(206, {
    'content-length': end - first, 'content-range': `bytes ${first}-${end - 1}/${size}`, 'content-type': 'text/csv', 'etag': '"generated"',
  });
  Readable.from(counted(bytesOf(first, end)), { objectMode: false, highWaterMark: 256 * 1024 }).on('error', () => response.destroy()).pipe(response);
}

/** What is asked for and not taken is not read. */
function* counted(pieces: Iterable<Buffer>): Generator<Buffer> {
  for (const piece of pieces) {
    seen.bytesRead += piece.length;
    yield piece;
  }
}

function takeRows(body: Buffer): object {
  if (requests++ % REQUESTS_BETWEEN_LOOKS === 0) look(body);
  for (let at = body.indexOf(NUMBER); at >= 0; at = body.indexOf(NUMBER, at + NUMBER.length)) {
    const row = Number(body.toString('latin1', at + NUMBER.length, at + NUMBER.length + 8)) - FIRST_NUMBER;
    if (!(row >= 0 && row < setup.rows)) {seen.wrong++;} else if (written[row] === 1) {seen.again++;} else {
      written[row] = 1;
      seen.written++;
    }
  }
  return { UnprocessedItems: {} };
}

/** Compares all that a row has with the file. */
function look(body: Buffer): void {
  const { RequestItems } = JSON.parse(body.toString()) as { RequestItems: Record<string, { PutRequest: { Item: WireItem } }[]> };
  for (const { PutRequest: { Item: { note, tail } } } of Object.values(RequestItems).flat()) {
    seen.lookedAt++;
    if (note.S !== NOTE || tail.S !== TAIL) seen.wrong++;
  }
}

/** Of conditions, those that our code has: on the revision that it has read. */
function put({ Item, ConditionExpression = '', ExpressionAttributeValues }: Conditional, response: ServerResponse): void {
  const key = keyIn(Item!);
  const stored = items.get(key)?.revision?.N;
  const expected = ConditionExpression.includes('= :revision') ? ExpressionAttributeValues![':revision'].N : undefined;
  if (stored !== expected) return send(response, 400, { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' });
  seen.statusWrites++;
  items.set(key, Item!);
  return send(response, 200, {});
}

function keyIn(item: WireItem): string {
  return item.uploadId.S as string;
}

function parsed(body: Buffer): Conditional {
  return JSON.parse(body.toString()) as Conditional;
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(text) }).end(text);
}

async function bytesIn(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as { port: number }).port));
