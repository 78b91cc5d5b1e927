import { parse } from 'csv-parse/sync';
import { IngestWorld } from './ingest-world';
import { DuplicateKeysPolicy, RecordModel } from '../../../src/private/contract';

const ROWS = Array.from({ length: 90 }, (_, nth) => {
  const price = nth % 11 === 3 ? 'cheap' : String(nth);
  // Every 7th row has the key of the row five above it, which may still be on its way.
  const name = nth % 7 === 6 ? `drug ${nth - 5}` : `drug ${nth}`;
  return `${name},${price},"a ""quoted""\nnote ${nth}"`;
});
const FILE = ['name,price,note', ...ROWS].join('\n');

function model(duplicateKeys: DuplicateKeysPolicy): RecordModel {
  return {
    columns: [
      { name: 'name', type: 'string', required: true }, { name: 'price', type: 'integer', required: false }, { name: 'note', type: 'string', required: false },
    ],
    unknownColumns: 'fail',
    keys: { partitionKey: 'DRUG#{name}', sortKey: 'INFO' },
    duplicateKeys,
    indexes: [],
  };
}

/** What must be in the table, by a parser that reads everything at once and the plainest possible rules. */
function reference(policy: DuplicateKeysPolicy) {
  const records: Record<string, Record<string, string>> = {};
  let rejected = 0;
  const rows = parse(FILE, { columns: true }) as Record<string, string>[];
  for (const row of rows) {
    const key = `DRUG#${row.name}\0INFO`;
    if (!/^\d+$/.test(row.price) || (policy === 'reject' && key in records)) rejected++;
    else records[key] = row;
  }
  return { records, counts: { total: rows.length, accepted: rows.length - rejected, rejected } };
}

/** A file with rejects and duplicate keys, in small reads, and an upload that waits for it. */
export function referenceWorld(policy: DuplicateKeysPolicy): IngestWorld {
  const world = new IngestWorld(model(policy)).put(FILE);
  world.chunkSize = 700;
  return world;
}

/** The upload is complete, and everything is as if nothing had ever gone wrong. */
export function expectReference(world: IngestWorld, policy: DuplicateKeysPolicy): void {
  const { records, counts } = reference(policy);
  expect(world.upload).toMatchObject({ status: 'COMPLETED', counts, deadline: null, error: null });
  expect(world.upload.counts!.accepted + world.upload.counts!.rejected).toBe(world.upload.counts!.total);
  expect(world.table.records()).toEqual(records);
  expect(world.rejects.get(world.key)).toHaveLength(counts.rejected + 1);
  expect(world.work.get(world.upload.uploadId).lease).toBeNull();
}
