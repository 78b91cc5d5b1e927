import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { S3RejectStore } from '../../../lambda-src/adapters/s3-reject-store';
import { RejectLog } from '../../../lambda-src/application/reject-log';
import { StoredRejects } from '../../../lambda-src/domain/checkpoint';
import { rejectRow } from '../../../lambda-src/domain/reject';
import { rejectsKey } from '../../../lambda-src/domain/rejects-key';
import { REJECT_SEGMENTS_PREFIX } from '../../../src/private/contract';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';

const KEY = 'uploads/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv';
const HEADER = ['name', 'a, "note"\nof mine'];
const REASON = ['row', 'column', 'code', 'message'];

let resources: EngineResources;
let client: S3Client;
let bucket: string;
let store: S3RejectStore;
beforeAll(async () => {
  await ensureEngine();
  const clients = awsClients();
  client = clients.s3;
  resources = new EngineResources(clients);
}, 120_000);
beforeEach(async () => {
  bucket = await resources.bucket();
  store = new S3RejectStore(client, bucket);
});
afterAll(async () => resources.remove());

const log = (fence = '1.0', stored: readonly StoredRejects[] = []) => new RejectLog(store, { fileKey: KEY, fence, stored });
const reject = (row: number, ...fields: string[]) => rejectRow(row, fields, 'WRONG_FIELD_COUNT', 'why');
const keys = async () => ((await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key!);
const unfinished = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
async function storedFile() {
  const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: rejectsKey(KEY) }));
  return { text: await Body!.transformToString(), ContentType };
}

test('rejects lie beside the uploads under the same name, and their segments where no file of an upload can be', () => {
  expect(rejectsKey(KEY)).toBe('rejects/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv');
  expect(REJECT_SEGMENTS_PREFIX).toBe('rejects/.segments/');
});

test('few rejects are one file, CSV by RFC 4180 that reads back as it was, whatever is in the fields', async () => {
  const rows = [['plain', 'x'], ['line\nend', 'carriage\rreturn'], ['both\r\n', '"quoted", twice'], ['', ' blanks '], ['ü', '💊'], ['=1+1', "'"]];
  const rejects = log();
  rows.forEach((fields, nth) => rejects.add(HEADER, reject(nth + 1, ...fields)));
  expect(await rejects.assemble()).toBe(true);
  expect(await keys()).toEqual([rejectsKey(KEY)]);
  const { text, ContentType } = await storedFile();
  expect(ContentType).toBe('text/csv; charset=utf-8');
  expect(text.split('\r\n').slice(0, 2)).toEqual(['name,"a, ""note""\nof mine",row,column,code,message', 'plain,x,1,,WRONG_FIELD_COUNT,why']);
  expect(parse(text)).toEqual([[...HEADER, ...REASON], ...rows.map((fields, nth) => [...fields, String(nth + 1), '', 'WRONG_FIELD_COUNT', 'why'])]);
});

test('none are no file', async () => {
  expect(await log().assemble()).toBe(false);
  expect(await keys()).toEqual([]);
});

test('those of several holders of the lease are one file in the order of the rows, and their segments can go', async () => {
  const first = log('1.0');
  first.add(HEADER, reject(1, 'a', 'ü'));
  first.add(HEADER, reject(2, 'b', 'ü'));
  await first.flush(1);
  await first.flush(2);
  // Of this one only the first segment is before the checkpoint.
  const second = log('5.0', first.stored);
  second.add(HEADER, reject(3, 'c', 'ü'));
  await second.flush();
  const named = second.stored;
  second.add(HEADER, reject(4, 'lost', 'ü'));
  await second.flush();
  const third = log('9.0', named);
  third.add(HEADER, reject(4, 'd', 'ü'));
  expect(await third.assemble()).toBe(true);
  expect(parse((await storedFile()).text)).toEqual([[...HEADER, ...REASON], ...['a', 'b', 'c', 'd'].map((name, nth) => (
    [name, 'ü', String(nth + 1), '', 'WRONG_FIELD_COUNT', 'why']
  ))]);
  expect(await keys()).toHaveLength(5);
  await store.deleteSegments(KEY, [{ fence: '1.0', number: 0 }, { fence: '1.0', number: 1 }, { fence: '5.0', number: 0 }, { fence: '7', number: 0 }]);
  await store.deleteSegments(KEY, []);
  expect(await keys()).toHaveLength(2);
});

test('who goes on and finds no more of them still has those before', async () => {
  const first = log('1.0');
  first.add(HEADER, reject(1, 'a', 'b'));
  await first.flush();
  expect(await log('2.0', first.stored).assemble()).toBe(true);
  expect(parse((await storedFile()).text)).toHaveLength(2);
});

test('many megabytes are put together in parts, and replace what was there', async () => {
  const before = log();
  before.add(HEADER, reject(1, 'old', 'old'));
  await before.assemble();
  const rejects = log('2.0');
  const note = 'ü'.repeat(50_000);
  for (let row = 1; row <= 150; row++) {
    rejects.add(HEADER, reject(row, `row ${row}`, note));
    if (rejects.isFull) await rejects.flush();
  }
  expect(rejects.stored).toEqual([{ fence: '2.0', segments: 1 }]);
  await rejects.assemble();
  const lines = parse((await storedFile()).text) as string[][];
  expect(lines.slice(1).map(([name]) => name)).toEqual(Array.from({ length: 150 }, (_, nth) => `row ${nth + 1}`));
  expect(lines.every((line) => line.length === 6)).toBe(true);
  expect(await unfinished()).toEqual([]);
}, 60_000);

test('a segment that is gone is an error, and leaves no file', async () => {
  await expect(log('2.0', [{ fence: '1.0', segments: 1 }]).assemble()).rejects.toThrow();
  expect(await keys()).toEqual([]);
  expect(await unfinished()).toEqual([]);
});

test('the file of an attempt under other rules can be removed, there or not', async () => {
  const rejects = log();
  rejects.add(HEADER, reject(1, 'a', 'b'));
  await rejects.assemble();
  await store.remove(KEY);
  await store.remove(KEY);
  expect(await keys()).toEqual([]);
});
