import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { RecordSender } from '../../../lambda-src/adapters/record-sender';
import { WireItem } from '../../../lambda-src/domain/wire';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';

const KEY_NAMES = { partitionKey: 'pk', sortKey: 'sk' };
const item = (nth: number): WireItem => ({ pk: { S: `p${nth}` }, sk: { S: 's' }, _pos: { S: `position ${nth}` }, price: { N: '12345678901234567890.123456789' } });
const items = [1, 2, 3].map(item);

interface Request { readonly RequestItems: Record<string, unknown[]> }
interface Answer { readonly status?: number; readonly body: object }

describe('a DynamoDB that answers as a loaded one does', () => {
  let server: Server;
  let client: DynamoDBClient;
  let answer: (request: Request) => Answer;
  let requests: Request[];

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        requests.push(body);
        const { status = 200, body: answered } = answer(body);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answered));
      });
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      // The SDK's own pauses would only slow the test down.
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await new Promise((resolve) => { server.close(resolve); });
  });

  const sender = () => new RecordSender(client, 'records', KEY_NAMES);
  const error = (type: string, status = 400) => () => ({ status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type } });

  test('takes everything', async () => {
    answer = () => ({ body: { UnprocessedItems: {} } });
    expect(await sender().send(items)).toEqual([]);
    expect(requests).toEqual([{ RequestItems: { records: items.map((Item) => ({ PutRequest: { Item } })) } }]);
  });

  test('gives back what it did not take, as it was', async () => {
    answer = ({ RequestItems }) => ({ body: { UnprocessedItems: { records: RequestItems.records.slice(1) } } });
    const left = await sender().send(items);
    expect(left).toEqual(items.slice(1));
    // It can be sent again.
    expect(await sender().send(left)).toEqual(items.slice(2));
  });

  test.each(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])('%s is as if it took nothing', async (type) => {
    answer = error(type);
    expect(await sender().send(items)).toEqual(items);
  });

  test.each([['ValidationException', 400], ['AccessDeniedException', 400], ['InternalServerError', 500]])('%s is an error', async (type, status) => {
    answer = error(type, status);
    await expect(sender().send(items)).rejects.toMatchObject({ name: type });
  });
});

describe('on the local engine', () => {
  const clients = async () => {
    await ensureEngine();
    return awsClients();
  };
  let resources: EngineResources;
  let client: DynamoDBClient;
  let table: string;
  beforeAll(async () => {
    const all = await clients();
    client = all.dynamodb;
    resources = new EngineResources(all);
    table = await resources.table(['pk', 'sk']);
  }, 120_000);
  afterAll(async () => resources.remove());

  test('records arrive with all digits, and later ones replace earlier ones', async () => {
    const sender = new RecordSender(client, table, KEY_NAMES);
    expect(await sender.send(items)).toEqual([]);
    expect(await sender.send([{ ...item(1), _pos: { S: 'later' } }])).toEqual([]);
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'p1' }, sk: { S: 's' } } }));
    expect(Item).toEqual({ ...item(1), _pos: { S: 'later' } });
  });

  test('the position of a stored record is known, and that there is none', async () => {
    const sender = new RecordSender(client, table, KEY_NAMES);
    await sender.send([item(4), { pk: { S: 'p5' }, sk: { S: 's' } }]);
    expect(await sender.storedPosition(item(4))).toBe('position 4');
    expect(await sender.storedPosition(item(5))).toBeUndefined();
    expect(await sender.storedPosition(item(6))).toBeUndefined();
  });
});

async function bodyOf(request: IncomingMessage): Promise<Request> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return JSON.parse(body) as Request;
}
