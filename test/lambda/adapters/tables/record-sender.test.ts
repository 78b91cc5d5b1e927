import { createHash } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Service } from '../../../../lambda-src/adapters/aws/endpoint';
import { PooledRequests } from '../../../../lambda-src/adapters/aws/pooled-requests';
import { RecordSender } from '../../../../lambda-src/adapters/tables/record-sender';
import { RecordWriter } from '../../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../../lambda-src/application/sending/send-window';
import { BuiltRecord, createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { WireItem } from '../../../../lambda-src/domain/records/wire';
import { ensureEngine } from '../../../../tools/local-engine';
import { EngineResources } from '../../../support/engine-resources';
import { awsClients } from '../../../support/local-engine';
import { anyCsv, itemOf, recordContext } from '../../domain/records/record-models';

const KEY_NAMES = { partitionKey: '_pk', sortKey: '_sk' };
const { build } = createRecordBuilder(
  anyCsv({ keys: { partitionKey: '{name}', sortKey: 'S' } }), ['name', 'note'], recordContext({ keyNames: KEY_NAMES }),
);
const record = (nth: number, note = 'é "quoted"') => build(nth, [`n${nth}`, note]) as BuiltRecord;
const records = [1, 2, 3].map((nth) => record(nth));

interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: { readonly RequestItems: Record<string, { PutRequest: { Item: WireItem } }[]> };
  readonly socket: Socket;
}

const ENVIRONMENT = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };

describe('a DynamoDB that answers as it likes', () => {
  const before = { ...process.env };
  let server: Server;
  let answer: (request: Request, response: ServerResponse, nth: number) => void;
  let requests: Request[];
  let pauses: number[];
  let pooled: PooledRequests;

  beforeEach(async () => {
    requests = [];
    pauses = [];
    server = createServer((request, response) => {
      void bodyOf(request).then((text) => {
        expect(request.headers['x-amz-content-sha256']).toBe(createHash('sha256').update(text).digest('hex'));
        requests.push({ headers: request.headers, body: JSON.parse(text) as Request['body'], socket: request.socket });
        answer(requests.at(-1)!, response, requests.length);
      });
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  afterEach(async () => {
    pooled.close();
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
    process.env = { ...before };
  });

  const sender = (props: Partial<ConstructorParameters<typeof PooledRequests>[1]> = {}) => {
    pooled = new PooledRequests(Service.DYNAMODB, { connections: 64, ...props });
    const sleep = async (milliseconds: number) => { pauses.push(milliseconds); };
    return new RecordSender('records', KEY_NAMES, { requests: pooled, sleep, random: () => 1 });
  };
  const say = (response: ServerResponse, body: object, status = 200, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body));
  };
  const fail = (response: ServerResponse, type: string, status = 400, headers = {}) => {
    say(response, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `about ${type}` }, status, headers);
  };
  const take = (response: ServerResponse) => say(response, { UnprocessedItems: {} });

  test('takes everything', async () => {
    answer = (_, response) => take(response);
    expect(await sender().send(records)).toEqual([]);
    expect(requests.map(({ body }) => body)).toEqual([{
      RequestItems: { records: records.map((one) => ({ PutRequest: { Item: itemOf(one) } })) },
    }]);
    expect(requests[0].headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.BatchWriteItem',
      'x-amz-security-token': 'token',
      'authorization': expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/dynamodb\/aws4_request, SignedHeaders=\S+host;/) as unknown,
    });
  });

  test('is sent many requests over one connection', async () => {
    answer = (_, response) => take(response);
    const one = sender({ connections: 1 });
    await Promise.all(Array.from({ length: 10 }, () => one.send(records)));
    expect(new Set(requests.map(({ socket }) => socket)).size).toBe(1);
  });

  test('gives back what it did not take, and that is sent again as it was', async () => {
    answer = ({ body: { RequestItems } }, response) => {
      const left = RequestItems.records.slice(1);
      say(response, { UnprocessedItems: left.length > 0 ? { records: left } : {} });
    };
    const one = sender();
    const left = await one.send(records);
    expect(left).toEqual(records.slice(1));
    expect(await one.send(left)).toEqual(records.slice(2));
    expect(requests[1].body.RequestItems.records).toEqual(left.map((each) => ({ PutRequest: { Item: itemOf(each) } })));
  });

  test('records of one partition are told apart by their sort keys', async () => {
    const ofOne = createRecordBuilder(anyCsv({ keys: { partitionKey: 'P', sortKey: '{name}' } }), ['name'], recordContext({ keyNames: KEY_NAMES }));
    const rows = ['a', 'b', 'c'].map((name, nth) => ofOne.build(nth + 1, [name]) as BuiltRecord);
    answer = ({ body: { RequestItems } }, response) => say(response, { UnprocessedItems: { records: RequestItems.records.slice(1, 2) } });
    expect(await sender().send(rows)).toEqual([rows[1]]);
  });

  test('gives something back in another form: better all of them twice than one not at all', async () => {
    answer = (_, response) => say(response, { UnprocessedItems: { records: [{ PutRequest: { Item: { _pk: { S: 'another' }, _sk: { S: 'S' } } } }] } });
    expect(await sender().send(records)).toEqual(records);
  });

  test.each([
    'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException',
  ])('%s is as if it took nothing', async (type) => {
    answer = (_, response) => fail(response, type);
    expect(await sender().send(records)).toEqual(records);
    expect(requests).toHaveLength(1);
  });

  test.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])('%s is an error, which says why', async (type) => {
    answer = (_, response) => fail(response, type);
    await expect(sender().send(records)).rejects.toMatchObject({
      name: 'AwsError', code: type, status: 400, message: `dynamodb BatchWriteItem failed: ${type} (400): about ${type}`,
    });
    expect(requests).toHaveLength(1);
  });

  test.each<[string, (response: ServerResponse, request: Request) => void]>([
    ['an error of its own', (response) => fail(response, 'InternalServerError', 500)],
    ['a proxy that is in the way', (response) => { response.writeHead(503).end('<html>'); }],
    ['a connection that is cut', (_, { socket }) => { socket.destroy(); }],
    ['an answer that is cut', (response, { socket }) => { response.writeHead(200, { 'content-length': '23' }).write('{"Unp', () => { socket.destroy(); }); }],
    ['an answer that does not come', () => undefined],
    ['an answer that does not end', (response) => { response.writeHead(200, { 'content-length': '23' }).write('{"Unp'); }],
  ])('%s is tried again, after a while', async (_, trouble) => {
    answer = (request, response, nth) => (nth < 3 ? trouble(response, request) : take(response));
    expect(await sender({ silenceMs: 1000 }).send(records)).toEqual([]);
    expect(requests).toHaveLength(3);
    expect(pauses).toEqual([100, 200]);
  });

  test('trouble that does not end is an error after eight attempts', async () => {
    answer = (_, response) => fail(response, 'InternalServerError', 500);
    await expect(sender().send(records)).rejects.toMatchObject({ code: 'InternalServerError', status: 500 });
    expect(requests).toHaveLength(8);
    requests.length = 0;
    answer = ({ socket }) => { socket.destroy(); };
    await expect(sender().send(records)).rejects.toMatchObject({ code: 'NetworkError', status: 0 });
    expect(requests).toHaveLength(8);
  });

  test('a clock that is wrong is set by theirs, once', async () => {
    const theirs = Date.UTC(2031, 4, 6, 7, 8, 9);
    answer = ({ headers }, response) => {
      if (String(headers['x-amz-date']).startsWith('20310506T0708')) take(response);
      else fail(response, 'InvalidSignatureException', 400, { date: new Date(theirs).toUTCString() });
    };
    const one = sender({ now: () => Date.UTC(2026, 0, 1) });
    expect(await one.send(records)).toEqual([]);
    expect(await one.send(records)).toEqual([]);
    expect(requests).toHaveLength(3);
    expect(pauses).toEqual([]);
  });

  test('a signature that is wrong for another reason is an error', async () => {
    answer = (_, response) => fail(response, 'InvalidSignatureException');
    await expect(sender().send(records)).rejects.toMatchObject({ code: 'InvalidSignatureException' });
    expect(requests).toHaveLength(2);
  });

  test('credentials may change while it runs', async () => {
    answer = (_, response) => take(response);
    const one = sender();
    await one.send(records);
    process.env.AWS_ACCESS_KEY_ID = 'AKID2';
    delete process.env.AWS_SESSION_TOKEN;
    await one.send(records);
    expect(requests.map(({ headers }) => [headers.authorization?.includes('AKID2/'), headers['x-amz-security-token']])).toEqual([[false, 'token'], [true, undefined]]);
  });

  test('whatever it does, a writer brings every record to it, and the last one of each key', async () => {
    const table = new Map<string, WireItem>();
    answer = ({ body: { RequestItems }, socket }, response, nth) => {
      if (nth % 7 === 0) return fail(response, 'ThrottlingException');
      if (nth % 11 === 0) return fail(response, 'InternalServerError', 500);
      const taken = nth % 5 === 0 ? RequestItems.records.slice(0, 13) : RequestItems.records;
      for (const { PutRequest: { Item } } of taken) table.set((Item._pk as { S: string }).S, Item);
      // Written, but nobody hears of it.
      if (nth % 13 === 0) return void socket.destroy();
      const left = RequestItems.records.slice(taken.length);
      return say(response, { UnprocessedItems: left.length > 0 ? { records: left } : {} });
    };
    const one = sender();
    const sleep = () => new Promise<void>((resolve) => { setImmediate(resolve); });
    const writer = new RecordWriter({
      send: (batch) => one.send(batch), sleep, window: new SendWindow({ now: () => performance.now(), sleep, random: () => 0 }),
    });
    const rows = Array.from({ length: 3_000 }, (_, nth) => record(nth % 2_500, `note ${nth}`));
    for (const row of rows) await writer.put(row);
    await writer.flush();
    expect(table).toEqual(new Map(rows.map((row) => [row.partitionKey, itemOf(row)])));
  });

  test('the position of a stored record is asked for until it is told', async () => {
    answer = (_, response, nth) => (nth === 1 ? fail(response, 'ThrottlingException') : say(response, { Item: { _pos: { S: 'there' } } }));
    expect(await sender().storedPosition(records[0])).toBe('there');
    expect(requests[1].body).toMatchObject({ TableName: 'records', Key: { _pk: { S: 'n1' }, _sk: { S: 'S' } }, ConsistentRead: true });
  });
});

describe('on the local engine', () => {
  let resources: EngineResources;
  let client: DynamoDBClient;
  let table: string;
  beforeAll(async () => {
    await ensureEngine();
    const all = awsClients();
    client = all.dynamodb;
    resources = new EngineResources(all);
    table = await resources.table(['_pk', '_sk']);
  }, 120_000);
  afterAll(async () => resources.remove());

  const stored = async (key: string) => (await client.send(new GetItemCommand({ TableName: table, Key: { _pk: { S: key }, _sk: { S: 'S' } } }))).Item;

  test('records arrive as they were sent, and later ones replace earlier ones', async () => {
    const sender = new RecordSender(table, KEY_NAMES);
    expect(await sender.send(records)).toEqual([]);
    expect(await sender.send([record(1, 'later\n')])).toEqual([]);
    expect(await stored('n1')).toEqual(itemOf(record(1, 'later\n')));
    expect(await stored('n2')).toEqual(itemOf(records[1]));
  });

  test('the position of a stored record is known, and that there is none', async () => {
    const sender = new RecordSender(table, KEY_NAMES);
    await sender.send([record(4)]);
    expect(await sender.storedPosition(record(4))).toBe(record(4).position);
    expect(await sender.storedPosition(record(6))).toBeUndefined();
  });

  test('what is no item is an error that says so', async () => {
    const sender = new RecordSender(table, KEY_NAMES);
    await expect(sender.send([records[0], records[0]])).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
