import { parse } from 'csv-parse/sync';
import { DuplicateKeysPolicy, RecordModel } from '../../../src/private/contract';
import { IngestWorld } from './ingest-world';

/** A reader looks at the first 64 KB before it gives the first row. */
const PADDING = '.'.repeat(1_000);
const ROWS = Array.from({ length: 150 }, (_, nth) => {
  const price = nth % 11 === 3 ? 'cheap' : String(nth);
  // Every 7th row has the key of the row five above it, which may still be on its way.
  const name = nth % 7 === 6 ? `drug ${nth - 5}` : `drug ${nth}`;
  return `${name},${price},"a ""quoted""\nnote ${nth}${PADDING}"`;
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

/** What must be in the table and among the rejects, by a parser that reads everything at once and the plainest possible rules. */
function reference(policy: DuplicateKeysPolicy) {
  const records: Record<string, Record<string, string>> = {};
  const rejects = [['name', 'price', 'note', 'row', 'column', 'code', 'message']];
  const rows = parse(FILE, { columns: true }) as Record<string, string>[];
  for (const [nth, row] of rows.entries()) {
    const key = `DRUG#${row.name}\0INFO`;
    const reject = (...reason: string[]) => rejects.push([...Object.values(row), String(nth + 1), ...reason]);
    if (!/^\d+$/.test(row.price)) reject('price', 'NOT_AN_INTEGER', "'price' must be a whole number such as 42, got 'cheap'");
    else if (policy === 'reject' && key in records) reject('', 'DUPLICATE_KEY', 'the row has the same key as an earlier row of the file');
    else records[key] = row;
  }
  const rejected = rejects.length - 1;
  return { records, rejects, counts: { total: rows.length, accepted: rows.length - rejected, rejected } };
}

/** A file with rejects and duplicate keys, in small reads, and an upload that waits for it. */
export function referenceWorld(policy: DuplicateKeysPolicy): IngestWorld {
  const world = new IngestWorld(model(policy)).put(FILE);
  world.chunkSize = 15_000;
  // Several checkpoints on the way.
  world.readMilliseconds = 500;
  world.writeMilliseconds = 1_500;
  return world;
}

/** The upload is complete, and everything is as if nothing had ever gone wrong. */
export function expectReference(world: IngestWorld, policy: DuplicateKeysPolicy): void {
  const { records, rejects, counts } = reference(policy);
  expect(world.upload).toMatchObject({ status: 'COMPLETED', counts, deadline: null, error: null });
  expect(world.upload.counts!.accepted + world.upload.counts!.rejected).toBe(world.upload.counts!.total);
  expect(world.table.records()).toEqual(records);
  expect(world.rejects.get(world.key)).toEqual(rejects);
  expect(world.work.get(world.upload.uploadId)).toMatchObject({ lease: null, checkpoint: null });
}
