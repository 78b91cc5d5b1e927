import { parse } from 'csv-parse/sync';
import { DuplicateKeysPolicy, RecordModel } from '../../../src/private/contract';
import { IngestWorld } from '../../support/fakes/ingest-world';
import { FAULTS, Fault, Invocation } from '../../support/fakes/invocation';
import { column, recordModel } from '../domain/record-models';

const ROWS = Array.from({ length: 90 }, (_, nth) => {
  const price = nth % 11 === 3 ? 'cheap' : String(nth);
  // Every 7th row has the key of the row five above it, which may still be on its way.
  const name = nth % 7 === 6 ? `drug ${nth - 5}` : `drug ${nth}`;
  return `${name},${price},"a ""quoted""\nnote ${nth}"`;
});
const FILE = ['name,price,note', ...ROWS].join('\n');

function model(duplicateKeys: DuplicateKeysPolicy): RecordModel {
  return recordModel({
    columns: [column('name', 'string', { required: true }), column('price', 'integer'), column('note', 'string')],
    keys: { partitionKey: 'DRUG#{name}', sortKey: 'INFO' },
    duplicateKeys,
  });
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

function world(policy: DuplicateKeysPolicy): IngestWorld {
  const made = new IngestWorld(model(policy)).put(FILE);
  made.chunkSize = 700;
  return made;
}

function expectReference(made: IngestWorld, policy: DuplicateKeysPolicy): void {
  const { records, counts } = reference(policy);
  expect(made.upload).toMatchObject({ status: 'COMPLETED', counts, deadline: null, error: null });
  expect(made.table.records()).toEqual(records);
  const lines = made.rejects.get(made.key)!;
  expect(lines).toHaveLength(counts.rejected + 1);
  expect(made.work.get(made.upload.uploadId).lease).toBeNull();
}

const cases = (['reject', 'last-wins'] as const).flatMap((policy) => FAULTS.map((fault): [DuplicateKeysPolicy, Fault] => [policy, fault]));

test.each(['reject', 'last-wins'] as const)('without faults the records are those of the reference (%s)', async (policy) => {
  const made = world(policy);
  await made.deliver();
  expectReference(made, policy);
  expect(made.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
});

test.each(cases)('after a fault at any call a new delivery completes the upload exactly (%s, %s)', async (policy, fault) => {
  for (let faultAt = 1; ; faultAt++) {
    const made = world(policy);
    const invocation = new Invocation(faultAt, fault);
    const first = made.deliver({}, { invocation }).then(() => 'done', () => 'failed');
    await Promise.race([first, invocation.killed]);
    if (!invocation.struck) {
      expect(faultAt).toBeGreaterThan(30);
      return;
    }
    await made.deliverUntilDone();
    expectReference(made, policy);
  }
});

test.each(cases)('two faulty deliveries one after the other do no more harm than one (%s, %s)', async (policy, fault) => {
  const calls = new Invocation();
  await world(policy).deliver({}, { invocation: calls });
  for (let faultAt = 1; faultAt <= calls.calls.length; faultAt += 3) {
    const made = world(policy);
    for (const at of [faultAt, calls.calls.length - faultAt]) {
      const invocation = new Invocation(at, fault);
      await Promise.race([made.deliver({}, { invocation }).catch(() => 'failed'), invocation.killed]);
      made.clock += 301_000;
    }
    await made.deliverUntilDone();
    expectReference(made, policy);
  }
});

test.each(FAULTS)('when the last attempt meets a fault anywhere, the upload ends, or the sweeper can end it (%s)', async (fault) => {
  for (let faultAt = 1; ; faultAt++) {
    const made = world('reject');
    const invocation = new Invocation(faultAt, fault);
    await Promise.race([made.deliver({ isLast: true }, { invocation }).catch(() => 'failed'), invocation.killed]);
    if (!invocation.struck) return;
    const { status, deadline, error } = made.upload;
    if (deadline === null) expect([status, error?.code]).toEqual(expect.arrayContaining([expect.stringMatching('COMPLETED|PROCESSING_FAILED')]));
    else expect(['PENDING', 'PROCESSING']).toContain(status);
    // Redriven from the dead-letter queue it is processed as if nothing had happened.
    made.clock += 301_000;
    await made.deliverUntilDone();
    expectReference(made, 'reject');
  }
});
