import { createRecordBuilder } from '../../../lambda-src/domain/records/record-builder';
import { itemSize, WireItem } from '../../../lambda-src/domain/records/wire';
import { Attribute, RecordModel, SINGLE_TENANT } from '../../../src/private/contract';
import { Laboratory } from './laboratory';
import { Result, thousands } from './result';
import { sampleModel } from './sample';
import { Sizes } from './sizes';

const ROWS_OF_A_STATUS_WRITE = 5_000;
const SECONDS_OF_A_STATUS_WRITE = 5;
/** An upload begins and ends. */
const OTHER_STATUS_WRITES = 2;

const INDEXED: RecordModel = { ...sampleModel('reject'), indexes: [{ name: 'by-category', partitionKey: 'category', sortKey: 'added_on' }] };
const FIELDS = { sku: 'P00000001', name: 'oak table', price: '1', quantity: '1', available: 'true', category: 'tools', added_on: '2026-11-21', note: '' };

/** What is written besides what is in the file: attributes, entries of indexes, and the status of the upload. */
export async function writeUnits(laboratory: Laboratory, { file: bytes }: Sizes): Promise<Result[]> {
  const item = itemOfASample();
  const ours = Object.fromEntries(Object.entries(item).filter(([name]) => !Object.hasOwn(FIELDS, name)));
  const recent = [Attribute.LIST, Attribute.POSITION].every((name) => name in item) ? 1 : 0;
  const declared = INDEXED.indexes.filter(({ partitionKey, sortKey }) => partitionKey in item && sortKey! in item).length;
  const { rows, seconds, table: { statusWrites } } = await laboratory.run({ code: 'ours', bytes });
  const most = OTHER_STATUS_WRITES + Math.max(rows / ROWS_OF_A_STATUS_WRITE, seconds / SECONDS_OF_A_STATUS_WRITE);
  return [
    { what: '4. bytes of our own attributes in an item, with one index', wanted: 'at most 80', ours: String(itemSize(ours)), usual: '' },
    { what: '   entries in indexes: the recent index, and one that is declared', wanted: 'at most 2', ours: String(recent + declared), usual: '' },
    { what: `   status writes for ${thousands(rows)} rows in ${seconds.toFixed(0)} s`, wanted: `at most ${Math.floor(most)}`, ours: String(statusWrites), usual: '' },
  ];
}

function itemOfASample(): WireItem {
  const builder = createRecordBuilder(INDEXED, Object.keys(FIELDS), {
    uploadId: crypto.randomUUID(),
    uploadedAt: new Date().toISOString(),
    fileName: 'products.csv',
    keyNames: { partitionKey: Attribute.PARTITION_KEY, sortKey: Attribute.SORT_KEY },
    shards: 4,
    rowsBefore: 0,
    tenantId: SINGLE_TENANT,
    expiresAt: null,
  });
  const built = builder.build(1, Object.values(FIELDS));
  if ('code' in built) throw new Error(built.message);
  return JSON.parse(String(built.item)) as WireItem;
}
