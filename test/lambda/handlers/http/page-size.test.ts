import { Logger } from '@aws-lambda-powertools/logger';
import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { DynamoDb, toWire } from '../../../../lambda-src/adapters/aws/dynamodb';
import { RecordTable } from '../../../../lambda-src/adapters/tables/record-table';
import { toStatusItem } from '../../../../lambda-src/adapters/tables/status-item';
import { StatusTable } from '../../../../lambda-src/adapters/tables/status-table';
import { positionOf } from '../../../../lambda-src/domain/lists/position';
import { itemSize, WireItem, wireText } from '../../../../lambda-src/domain/records/wire';
import { callerReader } from '../../../../lambda-src/handlers/http/caller';
import { queryRoutes } from '../../../../lambda-src/handlers/http/query-routes';
import { httpHandler } from '../../../../lambda-src/handlers/http/router';
import { InMemoryUploads } from '../../../support/fakes/in-memory-uploads';
import { anUpload } from '../../../support/fakes/uploads';
import { HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

/** What Lambda answers with at most. */
const MAX_ANSWER_BYTES = 6_291_456;
/** What DynamoDB answers with at most. */
const MAX_READ_BYTES = 1024 * 1024;
const ROWS = 1000;
const SHARDS = 4;

const aPosition = (row: number) => positionOf({ at: '2026-01-01T00:00:00.000Z', uploadId: '00000000-0000-4000-8000-000000000001', row });

function record(row: number, columns: WireItem): WireItem {
  return {
    _pk: { S: 'ALL' },
    _sk: { S: String(row).padStart(4, '0') },
    _list: { S: String(row % SHARDS) },
    _pos: { S: aPosition(row) },
    kind: { S: 'all' },
    ...columns,
  };
}

/** DynamoDB's answer to a query: newest first in a shard of the recent index, otherwise by sort key; cut at 1 MB. */
function read(items: readonly WireItem[], input: QueryCommandInput) {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  const holds = (name: string, value: string) => (item: WireItem) => wireText(item[names[name]]) === values[value]?.S;
  const after = input.ExclusiveStartKey?._sk.S;
  const before = values[':before']?.S;
  const found = names['#list']
    ? items.filter(holds('#list', ':list')).filter((item) => before === undefined || wireText(item._pos) < before)
    : items.filter(names['#pk'] ? holds('#pk', ':pk') : holds('#key', ':key')).filter((item) => after === undefined || wireText(item._sk) > after);
  let bytes = 0;
  const limit = found.findIndex((item) => (bytes += itemSize(item)) > MAX_READ_BYTES);
  const count = Math.min(input.Limit!, limit < 0 ? found.length : limit);
  return { Items: found.slice(0, count), LastEvaluatedKey: count < found.length ? found[count - 1] : undefined };
}

const NOBODY_ASKS = { callerOf: callerReader({ source: 'single' }), getRejects: { run: jest.fn() } };

function apiOver(rows: readonly WireItem[]) {
  const newestFirst = [...rows].sort((a, b) => (wireText(a._pos) < wireText(b._pos) ? 1 : -1));
  const client = { call: async (_: string, input: QueryCommandInput) => read(newestFirst, input) } as unknown as DynamoDb;
  const recentIndex = { name: 'recent', shards: SHARDS };
  return httpHandler(queryRoutes({
    ...NOBODY_ASKS,
    uploads: new InMemoryUploads(),
    records: new RecordTable(client, { tableName: 'records', partitionKey: '_pk', sortKey: '_sk', recentIndex }),
    model: { columns: null, indexes: [{ name: 'by-kind', partitionKey: 'kind' }] },
    pageSize: ROWS,
  }), new Logger());
}

/** The items of all pages, and how many bytes each answer has on its way out of the function. */
async function allPages(handler: ReturnType<typeof httpHandler>, route: string, call: HttpCall) {
  const items: Record<string, unknown>[] = [];
  const sizes: number[] = [];
  for (let nextToken: string | null = ''; nextToken !== null;) {
    const query: Record<string, string> = { ...call.query, limit: String(ROWS), ...(nextToken === '' ? {} : { nextToken }) };
    const result = await handler(httpEvent(`GET ${route}`, { ...call, query }), LAMBDA_CONTEXT);
    sizes.push(Buffer.byteLength(JSON.stringify(result)));
    const page = JSON.parse(result.body!) as { items: Record<string, unknown>[]; nextToken: string | null };
    items.push(...page.items);
    nextToken = page.nextToken;
  }
  return { items, sizes };
}

const emptyColumns = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [(at + 36).toString(36), { S: '' }]));

describe.each<[string, WireItem]>([
  ['hundreds of empty columns', emptyColumns],
  ['quotes and newlines', { text: { S: '"\n'.repeat(2000) } }],
  ['control characters', { text: { S: '\u0001'.repeat(1900) } }],
  ['text that takes more bytes than characters', { text: { S: '語"'.repeat(900) } }],
])('records with %s', (_, columns) => {
  const handler = apiOver(Array.from({ length: ROWS }, (__, row) => record(row, columns)));

  test.each<[string, HttpCall]>([
    ['/records', {}],
    ['/records/{pk}', { params: { pk: 'ALL' } }],
    ['/records', { query: { index: 'by-kind', key: 'all' } }],
  ])('GET %s %j answers with pages that Lambda takes, and leaves nothing out', async (route, call) => {
    const { items, sizes } = await allPages(handler, route, call);
    expect(Math.max(...sizes)).toBeLessThan(MAX_ANSWER_BYTES);
    expect(sizes.length).toBeGreaterThan(1);
    expect(items.map((item) => Number(item._sk))).toEqual(Array.from({ length: ROWS }, (__, row) => row));
  });
});

test('a page is as large as an answer may be, but for some head-room', async () => {
  const handler = apiOver(Array.from({ length: ROWS }, (_, row) => record(row, emptyColumns)));
  const { sizes } = await allPages(handler, '/records', {});
  expect(sizes[0]).toBeGreaterThan(5_900_000);
});

test('uploads with metadata full of quotes are listed in pages that Lambda takes, and completely', async () => {
  const uploads = Array.from({ length: ROWS }, (_, nth) => anUpload(nth, { metadata: { note: '"'.repeat(2044) } }));
  const listed = uploads.map(toStatusItem).reverse();
  const client = {
    call: async (_: string, input: { Limit: number; ExpressionAttributeValues: Record<string, { S: string } | undefined> }) => {
      const [list, before] = [':list', ':before'].map((name) => input.ExpressionAttributeValues[name]?.S);
      const found = listed.filter((item) => item._list === list && (before === undefined || String(item._pos) < before));
      const Items = found.slice(0, Math.min(input.Limit, 300)).map(toWire);
      return { Items, LastEvaluatedKey: Items.length < found.length ? Items.at(-1) : undefined };
    },
  } as unknown as DynamoDb;
  const handler = httpHandler(queryRoutes({
    ...NOBODY_ASKS, uploads: new StatusTable(client, 'status'), records: {} as RecordTable, model: { columns: null, indexes: [] }, pageSize: ROWS,
  }), new Logger());
  const { items, sizes } = await allPages(handler, '/uploads', {});
  expect(Math.max(...sizes)).toBeLessThan(MAX_ANSWER_BYTES);
  expect(items.map((item) => item.uploadId)).toEqual(uploads.map(({ uploadId }) => uploadId).reverse());
});
