import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse';
import { Job, measured } from './measured';

type Row = Readonly<Record<string, string>>;
type Item = Record<string, unknown>;

const TABLE = 'records';
const CATEGORIES = new Set(['tools', 'garden', 'kitchen', 'office', 'toys']);
const s3 = new S3Client({ forcePathStyle: true });
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** The same rules for all eight columns, by hand. */
function validate(row: Row): Item {
  const { sku, name, price, quantity, available, category, added_on: addedOn, note } = row;
  if (!/^P\d{8}$/.test(sku)) throw new Error(`bad sku ${sku}`);
  if (name.length < 3 || name.length > 100) throw new Error(`bad name ${name}`);
  if (!/^\d+(\.\d+)?$/.test(price) || Number(price) > 100_000) throw new Error(`bad price ${price}`);
  if (!/^\d+$/.test(quantity)) throw new Error(`bad quantity ${quantity}`);
  if (available !== 'true' && available !== 'false') throw new Error(`bad available ${available}`);
  if (!CATEGORIES.has(category)) throw new Error(`bad category ${category}`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(addedOn) || Number.isNaN(Date.parse(addedOn))) throw new Error(`bad added_on ${addedOn}`);
  if (note.length > 500) throw new Error(`bad note ${note}`);
  const item = { sku, name, price: Number(price), quantity: Number(quantity), available: available === 'true', category, added_on: addedOn };
  return note === '' ? item : { ...item, note };
}

/** What a table needs that finds records by their key, and lists them newest first. */
function withKeys(item: Item, row: number, uploadedAt: string): Item {
  const position = `${uploadedAt}#${String(row).padStart(9, '0')}`;
  return { pk: `PRODUCT#${item.sku as string}`, sk: 'INFO', list: String(row % 4), position, ...item };
}

async function send(items: readonly Item[]): Promise<void> {
  let requests: Record<string, object[]> = { [TABLE]: items.map((Item) => ({ PutRequest: { Item } })) };
  for (let attempt = 0; ; attempt++) {
    const { UnprocessedItems = {} } = await documents.send(new BatchWriteCommand({ RequestItems: requests }));
    if (!UnprocessedItems[TABLE]?.length) return;
    requests = UnprocessedItems;
    await new Promise((resolve) => { setTimeout(resolve, Math.random() * Math.min(5_000, 50 * 2 ** attempt)); });
  }
}

/** Reads the file as most people do, and keeps so many batches on their way. */
async function ingest({ bucket, key, concurrency = 1 }: Job): Promise<void> {
  const uploadedAt = new Date().toISOString();
  const underWay = new Set<Promise<void>>();
  let batch: Item[] = [];
  let rows = 0;
  const start = async () => {
    const sent = send(batch);
    batch = [];
    underWay.add(sent);
    void sent.then(() => underWay.delete(sent));
    if (underWay.size >= concurrency) await Promise.race(underWay);
  };
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const parser = (Body as Readable).pipe(parse({ columns: true, bom: true, trim: true, skip_empty_lines: true }));
  for await (const row of parser as AsyncIterable<Row>) {
    batch.push(withKeys(validate(row), ++rows, uploadedAt));
    if (batch.length === 25) await start();
  }
  if (batch.length > 0) await start();
  await Promise.all(underWay);
}

void measured(ingest);
