import { GetObjectCommand } from '@aws-sdk/client-s3';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import { positionOf } from '../../lambda-src/domain/lists/position';
import { Upload } from '../../lambda-src/domain/uploads/upload';
import { Env } from '../../src/private/contract';
import { column, recordModel } from '../lambda/domain/records/record-models';
import { ProcessorStage } from './processor-stage';

const ROWS = 1_500;

const hasNoPrice = (row: number) => row % 40 === 7;
/** Five rows after another with its key; of one that was rejected the key is free. */
const repeatsKey = (row: number) => row % 50 === 11;

export const MODEL = recordModel({
  columns: [column('sku', 'string', { required: true }), column('price', 'decimal'), column('note', 'string')],
  keys: { partitionKey: '{uploadId}', sortKey: '{sku}' },
});

/** Some rows have no price, some the key of an earlier one, and some a note of several lines. */
export const FILE = ['sku,price,note\r\n', ...Array.from({ length: ROWS }, (_, nth) => {
  const row = nth + 1;
  const sku = `SKU-${String(repeatsKey(row) ? row - 5 : row).padStart(5, '0')}`;
  const note = row % 3 === 0 ? `"it is ""${row}"",\nin lines\r\n"` : 'ä€😀';
  return `${sku},${hasNoPrice(row) ? 'cheap' : row / 100},${note}\r\n`;
})].join('');

interface Fields {
  readonly sku: string;
  readonly price: string;
  readonly note: string;
}

/** What csv-parse makes of the file, and what has to become of each row. */
const REFERENCE = parse<Fields>(FILE, { columns: true }).map((fields, nth) => {
  const row = nth + 1;
  if (hasNoPrice(row)) return { row, fields, reason: { column: 'price', code: 'NOT_A_DECIMAL' } };
  if (repeatsKey(row) && !hasNoPrice(row - 5)) return { row, fields, reason: { column: '', code: 'DUPLICATE_KEY' } };
  return { row, fields };
});
const ACCEPTED = REFERENCE.filter(({ reason }) => !reason).sort((a, b) => (a.fields.sku < b.fields.sku ? -1 : 1));
const REJECTED = REFERENCE.filter(({ reason }) => reason);

/** Accounts for every row of the file: in the table as the reference has it, or among the rejects, and nothing else. */
export async function expectExact(stage: ProcessorStage, { uploadId }: Upload): Promise<void> {
  const { upload } = (await stage.work.find(uploadId))!;
  expect(upload).toMatchObject({
    status: 'COMPLETED', error: null, counts: { total: ROWS, accepted: ACCEPTED.length, rejected: REJECTED.length },
  });

  const records = (await recordsOf(stage, uploadId)).map(({ sku, price, note, _sk, _pos }) => ({ sku, price, note, _sk, _pos }));
  expect(records).toEqual(ACCEPTED.map(({ row, fields: { sku, price, note } }) => (
    { sku, price: Number(price), note, _sk: sku, _pos: positionOf({ at: upload.uploadedAt!, uploadId, row }) }
  )));

  const Key = upload.files[0].key.replace('uploads/', 'rejects/');
  const rejects = await stage.clients.s3.send(new GetObjectCommand({ Bucket: stage.environment[Env.BUCKET], Key }));
  const lines = parse<Record<string, string>>(await rejects.Body!.transformToString(), { columns: true });
  expect(lines.map(({ message: _, ...line }) => line))
    .toEqual(REJECTED.map(({ row, fields, reason }) => ({ ...fields, row: String(row), ...reason })));
}

/** Those of an upload whose id is their partition key. */
export async function recordsOf(stage: ProcessorStage, uploadId: string): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  const pages = paginateQuery({ client: stage.documents }, {
    TableName: stage.environment[Env.QUERY_TABLE],
    KeyConditionExpression: '#pk = :id',
    ExpressionAttributeNames: { '#pk': stage.environment[Env.QUERY_PARTITION_KEY] },
    ExpressionAttributeValues: { ':id': uploadId },
  });
  for await (const { Items = [] } of pages) records.push(...Items);
  return records;
}
