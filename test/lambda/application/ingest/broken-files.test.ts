import * as fc from 'fast-check';
import { RowTransformer, transformWith } from '../../../../lambda-src/application/transform/transform-rows';
import { FormatModel, RecordModel } from '../../../../src/private/contract';
import { FanOutWorld } from '../../../support/fakes/fan-out-world';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const NUMBERS = { columns: [column('n', 'integer')], unknownColumns: 'ignore' } as const;
const NDJSON: FormatModel = { kind: 'ndjson', encoding: null };
const JSON_ARRAY: FormatModel = { kind: 'json', encoding: null };

interface Broken {
  readonly model: RecordModel;
  readonly text: string | Buffer;
  readonly code: string;
}

/** Rows that are good or bad, then something behind which there are no rows, then others. */
const rows = fc.array(fc.constantFrom('1', '2', 'x', '"3"', '"y\nz"'), { maxLength: 40 });
const csv = fc.tuple(rows, fc.constantFrom(
  ['MALFORMED_CSV', '4" pipe'], ['MALFORMED_CSV', '"5"6'], ['UNTERMINATED_QUOTE', '"7'], ['INVALID_ENCODING', '\udcff'], ['NOT_A_TEXT_FILE', '\0'],
), rows).map(([before, [code, broken], after]): Broken => {
  const rest = code === 'UNTERMINATED_QUOTE' ? after.map((row) => row.replaceAll('"', '')) : after;
  // What is no text is found at once where it is at the beginning.
  const padding = broken === '\udcff' || broken === '\0' ? '\n'.repeat(66_000) : '';
  const text = ['n', ...before, padding + broken, ...rest].join('\n');
  return { model: recordModel(NUMBERS), code, text: Buffer.from(text.replace('\udcff', '\xff'), broken === '\udcff' ? 'latin1' : 'utf8') };
});
const elements = fc.array(fc.constantFrom('{"n":1}', '{"n":"x"}', '5', '{"n":2,"m":[1]}'), { maxLength: 20 });
const json = fc.tuple(elements, fc.constantFrom('{"n":01}', '{"n":1}{"n":2}', 'nul'), elements).map(([before, broken, after]): Broken => (
  { model: recordModel({ ...NUMBERS, formats: [JSON_ARRAY] }), code: 'MALFORMED_JSON', text: `[${[...before, broken, ...after].join(',')}]` }
));
const files = fc.oneof({ weight: 3, arbitrary: csv }, { weight: 1, arbitrary: json });

function outcomeOf({ upload, table, rejects, key }: IngestWorld): unknown {
  const records = Object.values(table.records());
  const { status, counts, error } = upload;
  return { status, counts, code: error?.code, records, rejects: rejects.get(key) };
}

/** Gathers rows of several pieces of the file, and changes nothing. */
const SAME: RowTransformer = { batchSize: 7, concurrency: 2, transform: async (given) => given };

async function inOneGo({ model, text }: Broken, chunkSize: number, dryRun: boolean, transformer?: RowTransformer): Promise<IngestWorld> {
  const world = new IngestWorld(model, anUpload(1, { dryRun })).put(text);
  if (transformer) world.transform = () => transformWith(transformer, model);
  world.chunkSize = chunkSize;
  await world.deliver();
  return world;
}

/** Invocations that have time for two pieces each. */
async function continued({ model, text }: Broken, chunkSize: number, dryRun: boolean): Promise<IngestWorld> {
  const world = new IngestWorld(model, anUpload(1, { dryRun })).put(text);
  world.chunkSize = chunkSize;
  world.readMilliseconds = 500;
  const delivery = () => ({ stopAt: new Date(world.clock + 60_000), until: new Date(world.clock + 65_000) });
  for (let { outcome } = await world.deliver(delivery()); outcome === 'queued';) {
    world.clock += 1000;
    ({ outcome } = await world.deliverJob(delivery()));
  }
  return world;
}

test('what precedes a broken place is counted, listed and written alike, however the file comes', async () => {
  let withRejects = 0;
  await fc.assert(fc.asyncProperty(files, fc.boolean(), fc.integer({ min: 1, max: 200 }), async (file, dryRun, size) => {
    const whole = await inOneGo(file, 1_000_000, dryRun);
    expect(whole.upload).toMatchObject({ status: 'FAILED', error: { code: file.code } });
    const { accepted, rejected, total } = whole.upload.counts ?? { accepted: 0, rejected: 0, total: 0 };
    expect(accepted + rejected).toBe(total);
    if (rejected > 0) withRejects++;
    const { length } = Buffer.from(file.text as string);
    const small = length > 10_000 ? 100 * size : size;
    const worlds = [
      await inOneGo(file, small, dryRun),
      await inOneGo(file, small, dryRun, SAME),
      await continued(file, Math.max(small, Math.ceil(length / 10)), dryRun),
    ];
    for (const world of worlds) {
      expect(outcomeOf(world)).toEqual(outcomeOf(whole));
    }
  }), { numRuns: 150 });
  expect(withRejects).toBeGreaterThan(20);
});

test('so that more rejects than are tolerated come before what is broken behind them', async () => {
  const text = `n\n${'x\n'.repeat(9)}1,5" pipe\n2\n`;
  for (const chunkSize of [1, 64 * 1024]) {
    const world = new IngestWorld(recordModel({ ...NUMBERS, rejects: { most: 5 } })).put(text);
    world.chunkSize = chunkSize;
    await world.deliver();
    expect(world.upload).toMatchObject({ error: { code: 'TOO_MANY_REJECTS' }, counts: { total: 6, accepted: 0, rejected: 6 } });
    expect(world.rejects.get(world.key)).toHaveLength(7);
  }
});

test('a fan-out fails with the same', async () => {
  await fc.assert(fc.asyncProperty(csv, fc.integer({ min: 5, max: 200 }), async (file, rangeSize) => {
    const bytes = Buffer.from(file.text as string);
    const world = await FanOutWorld.create(file.model, [bytes]);
    const { status, error } = await world.execute({ rangeSize: bytes.length > 10_000 ? 500 * rangeSize : rangeSize });
    expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code: file.code });
  }), { numRuns: 60 });
});

describe('a row of any size', () => {
  const large = 'x'.repeat(2_000_001);
  const fits = 'x'.repeat(1_900_000);
  const table = `n,note\n1,a\n2,${large}\n3,"${large.replaceAll('xx', 'x\n')}"\n4,${fits}\n5,b\n`;
  const objects = ['{"n":1,"note":"a"}', `{"n":2,"note":"${large}"}`, `{"n":3,"note":"${large}"}`, `{"n":4,"note":"${fits}"}`, '{"n":5,"note":"b"}'];
  const cases: readonly (readonly [string, Partial<RecordModel>, string])[] = [
    ['CSV', {}, table], ['NDJSON', { formats: [NDJSON] }, objects.join('\n')], ['a JSON array', { formats: [JSON_ARRAY] }, `[${objects.join(',')}]`],
  ];

  test.each(cases)('is a record, or a reject with a reason: %s', async (_, model, text) => {
    const world = new IngestWorld(recordModel({ ...NUMBERS, ...model })).put(text);
    await world.deliver();
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 5, accepted: 3, rejected: 2 } });
    expect(Object.keys(world.table.records())).toHaveLength(3);
    expect(world.rejects.get(world.key)!.slice(1).map((line) => line.slice(-4, -1))).toEqual([['2', '', 'RECORD_TOO_LARGE'], ['3', '', 'RECORD_TOO_LARGE']]);
    expect(JSON.stringify(world.rejects.get(world.key)).length).toBeLessThan(3_000);
  });

  test.each(cases.slice(0, 2))('keeps its number where ranges are cut: %s', async (_, model, text) => {
    const world = await FanOutWorld.create(recordModel({ ...NUMBERS, ...model }), [Buffer.from(text)]);
    world.chunkSize = 64 * 1024;
    expect(await world.execute({ rangeSize: 500_000 })).toMatchObject({ status: 'COMPLETED', counts: { total: 5, accepted: 3, rejected: 2 } });
    expect(world.rejects.get(world.upload.files[0].key)!.slice(1).map((line) => line.at(-4))).toEqual(['2', '3']);
  });

  test('fits into a record where its large columns are left out, and does not where they are not', async () => {
    const world = new IngestWorld(recordModel({ columns: [column('n', 'integer'), column('note', 'string')] })).put(`n,note\n1,a\n2,${fits}\n`);
    await world.deliver();
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 1, rejected: 1 } });
  });
});
