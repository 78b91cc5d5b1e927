import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { LastAttemptFailed } from '../../../../lambda-src/application/ingest/process-upload';
import { RowTransformer, transformWith } from '../../../../lambda-src/application/transform/transform-rows';
import { CSV, EncodingModel, RecordModel } from '../../../../src/private/contract';
import { IngestWorld, Twist } from '../../../support/fakes/ingest-world';
import { NEVER, QueuedUpload, turns } from '../../../support/fakes/queued-upload';
import { column, recordModel } from '../../domain/records/record-models';

const ROWS = 600;
/** Names of which some come again, at once or much later. */
const nameOf = (nth: number) => (nth % 9 === 4 ? `n${nth - 1}` : nth % 7 === 6 ? `n${Math.floor(nth / 10)}` : `n${nth}`);
const FILE = `name,value\n${Array.from({ length: ROWS }, (_, nth) => `${nameOf(nth)},${nth}${'.'.repeat(1_000)}\n`).join('')}`;
const OWN_KEYS: Partial<RecordModel> = { columns: [column('name', 'string'), column('value', 'string')], keys: { partitionKey: '{row}', sortKey: 'X' } };
const KEYED: Partial<RecordModel> = { ...OWN_KEYS, keys: { partitionKey: 'N#{name}', sortKey: 'X' } };
const UNIQUE: Partial<RecordModel> = { ...OWN_KEYS, columns: [column('name', 'string', { unique: true }), column('value', 'string')] };
/** An eighth of a second for each of some forty pieces. */
const MILLISECONDS_TO_READ = 5_000;

function world(model: Partial<RecordModel>, file: Buffer | string = FILE): IngestWorld {
  const made = new IngestWorld(recordModel(model)).put(file);
  made.chunkSize = Math.ceil(Buffer.from(file as Buffer).length / 40);
  made.readMilliseconds = MILLISECONDS_TO_READ / 40;
  return made;
}

/** Lets one invocation after the other work for so long; returns how many there were. */
async function goOn(made: IngestWorld, workMilliseconds: number, isLast = false): Promise<number> {
  for (let nth = 1; ; nth++) {
    const delivery = { stopAt: new Date(made.clock + workMilliseconds), isLast: isLast && nth > 1 };
    const { outcome } = nth === 1 ? await made.deliver(delivery) : await made.deliverJob(delivery);
    if (outcome !== 'queued') return nth;
    if (nth === 100) throw new Error('it never ends');
  }
}

async function inOneGo(model: Partial<RecordModel>, file?: Buffer | string) {
  const made = world(model, file);
  expect(await made.deliver()).toMatchObject({ outcome: 'completed', counts: { total: ROWS } });
  return resultOf(made);
}

const resultOf = ({ upload: { status, counts }, table, rejects, key }: IngestWorld) => (
  { status, counts, records: table.records(), rejects: rejects.get(key) }
);
const checkpointOf = (made: IngestWorld) => made.work.get(made.upload.uploadId).checkpoint!;
const expectDone = async (made: IngestWorld, model: Partial<RecordModel>) => expect(resultOf(made)).toEqual(await inOneGo(model));

describe('a file with keys that rows may share', () => {
  test('that is too large to be read again in an invocation is done, and every duplicate is found', async () => {
    const made = world(KEYED);
    expect(await goOn(made, 2_000)).toBeLessThan(10);
    await expectDone(made, KEYED);
    expect(made.upload.counts!.rejected).toBeGreaterThan(100);
  });

  test('is read again in half of the time at most, and not at all once that was not enough', async () => {
    const made = world(KEYED);
    const from0: number[] = [];
    const asks: (true | undefined)[] = [];
    let outcome = 'queued';
    for (let nth = 0; outcome === 'queued'; nth++) {
      made.readings.length = 0;
      const delivery = { stopAt: new Date(made.clock + 3_000) };
      ({ outcome } = nth === 0 ? await made.deliver(delivery) : await made.deliverJob(delivery));
      from0.push(Math.max(0, ...made.readings.filter(({ from }) => from === 0).map(({ bytes }) => bytes)));
      if (outcome === 'queued') asks.push(checkpointOf(made).asksTable);
    }
    const most = made.chunkSize * 12;
    const gaveUp = asks.indexOf(true);
    expect(gaveUp).toBeGreaterThan(0);
    expect(asks).toEqual(asks.map((_, nth) => (nth < gaveUp ? undefined : true)));
    for (const bytes of from0.slice(1, gaveUp + 1)) expect(bytes).toBeLessThanOrEqual(most + made.chunkSize);
    // For the header alone.
    for (const bytes of from0.slice(gaveUp + 1)) expect(bytes).toBeLessThan(made.chunkSize * 6);
  });

  test('is not read again by another attempt either, when the one that gave that up got no further', async () => {
    const made = world(KEYED);
    expect(await made.deliver({ stopAt: new Date(made.clock + 3_000) })).toEqual({ outcome: 'queued' });
    const { at } = checkpointOf(made);
    await expect(made.deliverJob({ stopAt: new Date(made.clock + 1_000) })).rejects.toMatchObject({ name: 'OutOfTime' });
    expect(checkpointOf(made)).toMatchObject({ at: { offset: at.offset, counts: at.counts }, asksTable: true });
    made.readings.length = 0;
    expect(await made.deliverJob()).toMatchObject({ outcome: 'completed' });
    expect(Math.max(...made.readings.filter(({ from }) => from === 0).map(({ bytes }) => bytes))).toBeLessThan(made.chunkSize * 6);
    await expectDone(made, KEYED);
  });

  test('while replaying is quick, the table is only asked about what may be a duplicate', async () => {
    const made = world(KEYED);
    let asked = 0;
    const delivery = () => ({ stopAt: new Date(made.clock + 4_000) });
    const twist: Twist = ({ storedPosition }) => ({
      storedPosition: (record) => {
        asked++;
        return storedPosition(record);
      },
    });
    made.readMilliseconds = 10;
    expect(await made.deliver({ stopAt: new Date(made.clock + 250) }, { twist })).toEqual({ outcome: 'queued' });
    expect(await made.deliverJob(delivery(), { twist })).toMatchObject({ outcome: 'completed' });
    await expectDone(made, KEYED);
    expect(asked).toBeLessThan(ROWS / 2);
  });

  test('whatever goes wrong, and whenever the table comes to be asked, is done exactly', async () => {
    const expected = await inOneGo(KEYED);
    const faulty = turns(fc.oneof(NEVER, fc.integer({ min: 1, max: 40 })));
    const time = fc.integer({ min: 1_200, max: 6_000 });
    await fc.assert(fc.asyncProperty(time, fc.nat({ max: 300 }), faulty, async (workMilliseconds, writeMilliseconds, eventful) => {
      const made = world(KEYED);
      made.writeMilliseconds = writeMilliseconds;
      const upload = new QueuedUpload(made, workMilliseconds);
      await upload.run(eventful);
      expect(upload.hasEnded).toBe(true);
      if (made.upload.status === 'COMPLETED') expect(resultOf(made)).toEqual(expected);
      else expect(made.upload.error!.code).toMatch(/^PROCESSING_(FAILED|TIMED_OUT)$/);
    }), { numRuns: 80 });
  });
});

test.each<[string, EncodingModel, (text: string) => Buffer]>([
  ['UTF-16', 'utf-16le', (text) => Buffer.from(text, 'utf16le')],
  ['Latin-1', 'latin1', (text) => Buffer.from(text, 'latin1')],
])('a file in %s goes on where it was, as one in UTF-8 does', async (_, encoding, encode) => {
  const model = { ...OWN_KEYS, formats: [{ ...CSV, encoding }] };
  const made = world(model, encode(FILE.replaceAll('.', 'ü')));
  const plain = world(OWN_KEYS, FILE.replaceAll('.', 'ü'));
  expect(await goOn(made, 2_000)).toBeLessThan(12);
  await goOn(plain, 2_000);
  expect(resultOf(made)).toEqual(resultOf(plain));
});

test('where rows are transformed first, in other pieces than they are read, it does so, too', async () => {
  const model = { ...OWN_KEYS, formats: [{ ...CSV, encoding: 'utf-16le' as const }] };
  const made = world(model, Buffer.from(FILE, 'utf16le'));
  const same: RowTransformer = { batchSize: 7, concurrency: 2, transform: async (rows) => rows };
  made.transform = () => transformWith(same, made.model);
  expect(await goOn(made, 2_000)).toBeLessThan(12);
  expect(resultOf(made)).toEqual(await inOneGo(OWN_KEYS));
});

test('one that was begun without knowing where its text is in the object goes on as well, and knows it then', async () => {
  const model = { ...OWN_KEYS, formats: [{ ...CSV, encoding: 'utf-16le' as const }] };
  const made = world(model, Buffer.from(FILE, 'utf16le'));
  expect(await made.deliver({ stopAt: new Date(made.clock + 2_000) })).toEqual({ outcome: 'queued' });
  const found = made.work.get(made.upload.uploadId);
  const { anchor, ...at } = found.checkpoint!.at;
  expect(anchor).toEqual({ offset: expect.any(Number), byte: 2 * anchor!.offset });
  await made.work.save({ ...found, checkpoint: { ...found.checkpoint!, at } });
  expect(await made.deliverJob({ stopAt: new Date(made.clock + 4_000) })).toEqual({ outcome: 'queued' });
  expect(checkpointOf(made).at.anchor!.byte).toBeGreaterThan(anchor!.byte);
  expect(await made.deliverJob()).toMatchObject({ outcome: 'completed' });
  expect(resultOf(made)).toEqual(await inOneGo(OWN_KEYS));
});

describe('a file that must be gone over again each time', () => {
  /** Numbers that cannot be packed well. */
  const noise = `name,value\n${Array.from({ length: 30_000 }, (_, nth) => `n${nth},${Math.sin(nth)}\n`).join('')}`;

  test('is done when an invocation has the time for that', async () => {
    const made = world(OWN_KEYS, gzipSync(noise));
    // No time passes for what is refused.
    made.takes = (records) => records;
    expect(await goOn(made, MILLISECONDS_TO_READ * 1.3)).toBeGreaterThan(1);
    expect(made.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 30_000, accepted: 30_000 } });
  });

  test.each<[string, Partial<RecordModel>, string | Buffer, string]>([
    ['it is packed', OWN_KEYS, gzipSync(noise), 'the file is packed, and to unpack it again up to where work goes on takes longer than one invocation of the processor may: '
      + 'send it unpacked or in several files, or give the processor a longer timeout or more memory; it can be processed again'],
    ['its values must be unique', UNIQUE, FILE, 'keys or unique values are compared with those of all rows before, and to read these again takes longer than one '
      + 'invocation of the processor may: send the rows in several uploads, or give the processor a longer timeout or more memory; it can be processed again'],
    ['its keys are compared before any is written', { ...KEYED, rejects: { most: 600, dryFirst: true } }, FILE, 'keys or unique values are compared with those of all '
      + 'rows before, and to read these again takes longer than one invocation of the processor may: send the rows in several uploads, or give the processor a longer '
      + 'timeout or more memory; it can be processed again'],
  ])('fails as soon as that shows to take too long, and says what would help: %s', async (_, model, file, message) => {
    const made = world(model, file);
    await expect(goOn(made, MILLISECONDS_TO_READ * 0.7, true)).rejects.toBeInstanceOf(LastAttemptFailed);
    expect(made.upload).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_TIMED_OUT', message } });
    expect(made.jobs.length).toBeLessThan(3);
  });

  test('fails so, too, when it does not even come to where it was', async () => {
    const made = world(OWN_KEYS, gzipSync(noise));
    expect(await made.deliver({ stopAt: new Date(made.clock + 4_000) })).toEqual({ outcome: 'queued' });
    await expect(made.deliverJob({ stopAt: new Date(made.clock + 1_500), isLast: true })).rejects.toBeInstanceOf(LastAttemptFailed);
    expect(made.upload.error!.message).toMatch(/^the file is packed, /);
  });

  test('with unique values is done when there is the time', async () => {
    const made = world(UNIQUE);
    expect(await goOn(made, MILLISECONDS_TO_READ * 1.5)).toBeGreaterThan(1);
    expect(resultOf(made)).toEqual(await inOneGo(UNIQUE));
  });
});
