import fc from 'fast-check';
import { UploadEnded } from '../../../../lambda-src/application/fan-out/fanned-out-upload';
import { Invoked } from '../../../../lambda-src/application/ingest/call-handler';
import { FunctionTransformer } from '../../../../lambda-src/application/transform/function-transformer';
import { ModuleTransformer } from '../../../../lambda-src/application/transform/module-transformer';
import { NewRowTransform, transformWith } from '../../../../lambda-src/application/transform/transform-rows';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { FirehoseEvent } from '../../../../lambda-src/domain/transform/firehose';
import { FanOutWorld } from '../../../support/fakes/fan-out-world';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { NUMBERED_NOTES, shuffled } from '../../../support/numbered-notes';
import { referenceRows } from '../../domain/fan-out/reference-rows';

/** Rows with line ends inside of quotes; every one that a number is missing of is rejected. */
function csv(rows: number, { isBad = (n: number) => n % 7 === 3, seed = 0 } = {}): Buffer {
  const lines = Array.from({ length: rows }, (_, nth) => {
    const n = nth + 1;
    const note = Array.from({ length: (n + seed) % 9 }, (__, line) => `${line} "quoted", é€😀`).join(['\n', '\r\n', '\r'][n % 3]);
    return `${isBad(n) ? `no ${n}` : n},"${note.replaceAll('"', '""')}"${['\n', '\r\n', '\n\n', '\r'][(n + seed) % 4]}`;
  });
  return Buffer.from(`n,note\n${lines.join('')}`);
}

/** What is in the table and among the rejects, if each file is read from its first byte to its last. */
function expected(world: FanOutWorld, files: readonly Buffer[]) {
  const records: Record<string, Record<string, string>> = {};
  const rejects = files.map((): string[][] => []);
  let row = 0;
  for (const [file, bytes] of files.entries()) {
    for (const [nth, { fields: [n, note] }] of referenceRows(bytes).slice(1).entries()) {
      row++;
      if (/^\d+$/.test(n)) records[`${world.upload.uploadId}#${row}\0RECORD`] = note === '' ? { n } : { n, note };
      else rejects[file].push([n, note, String(nth + 1), 'n', 'NOT_AN_INTEGER']);
    }
  }
  const rejected = rejects.flat().length;
  return { records, rejects, counts: { total: row, accepted: row - rejected, rejected } };
}

/** Numbers of the rows among the rejects, file by file. */
function listedRows(world: FanOutWorld): number[] {
  return world.upload.files.flatMap(({ key }) => world.rejects.get(key)?.slice(1).map((fields) => Number(fields.at(-4))) ?? []);
}

function expectExact(world: FanOutWorld, files: readonly Buffer[]): void {
  const { records, rejects, counts } = expected(world, files);
  expect(world.upload).toMatchObject({ status: 'COMPLETED', counts, error: null });
  expect(world.table.records()).toEqual(Object.fromEntries(Object.entries(records).sort(([a], [b]) => (a < b ? -1 : 1))));
  for (const [nth, { key }] of world.upload.files.entries()) {
    const stored = world.rejects.get(key);
    expect(stored?.slice(1).map((line) => line.slice(0, 5)) ?? []).toEqual(rejects[nth]);
  }
}

test('ranges in any order become the records, counts and rejects of the files read in one go', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(sizes, fc.integer({ min: 20, max: 3000 }), fc.nat(100), async (rows, rangeSize, seed) => {
    const files = rows.map((count, nth) => csv(count, { seed: seed + nth }));
    const world = await FanOutWorld.create(NUMBERED_NOTES, files);
    await world.execute({ rangeSize, order: shuffled(seed) });
    expectExact(world, files);
    expect(world.errors).toEqual([]);
    expect(world.rejects.segments.size).toBe(0);
  }), { numRuns: 60 });
});

test('whatever goes wrong at whichever call, the counts are exact', async () => {
  const files = [csv(60), csv(25, { seed: 3 })];
  const calls: string[] = [];
  const watched = await FanOutWorld.create(NUMBERED_NOTES, files);
  const invocations: Invocation[] = [];
  await watched.execute({ rangeSize: 1500, newInvocation: () => invocations[invocations.push(new Invocation()) - 1] });
  invocations.forEach((invocation) => calls.push(...invocation.calls));
  expectExact(watched, files);

  const longest = Math.max(...invocations.map((invocation) => invocation.calls.length));
  for (const fault of FAULTS) {
    for (let faultAt = 1; faultAt <= longest; faultAt++) {
      const world = await FanOutWorld.create(NUMBERED_NOTES, files);
      // Every other invocation comes to the fault.
      let started = 0;
      const newInvocation = () => new Invocation(started++ % 2 === 0 ? faultAt : Infinity, fault);
      await world.execute({ rangeSize: 1500, newInvocation, order: shuffled(faultAt) });
      expectExact(world, files);
    }
  }
}, 300_000);

test('of two invocations that work on one range only one counts, also when the other comes back after its lease', async () => {
  const files = [csv(120)];
  const world = await FanOutWorld.create(NUMBERED_NOTES, files);
  const { execution } = world.fanOut;
  const isDone = async () => (await world.ranges.find(execution, 0))!.isDone;
  let held = 0;
  world.onSend = async () => {
    if (held++ > 0) return;
    while (!await isDone()) await new Promise(setImmediate);
  };
  await world.execute({ rangeSize: 4000, times: 2, lease: 15_000 });
  expectExact(world, files);
  expect(world.errors.map(({ name }) => name)).toEqual(expect.arrayContaining(['RangeTaken', 'RangeLost']));
  // The one that was held finds the range done.
  expect((await world.ranges.find(execution, 0))!.lease).toBeNull();
});

test('a range goes on from its checkpoint where time was up', async () => {
  const files = [csv(2000)];
  const world = await FanOutWorld.create(NUMBERED_NOTES, files);
  // The beginning is read for the header again and again, which is most of it.
  world.readMilliseconds = 10;
  await world.execute({ rangeSize: 60_000, timeLimit: 900 });
  expect(world.errors).toEqual([]);
  expectExact(world, files);
  // Of every invocation but the last of a range something is said, and nothing twice.
  expect(world.progress.length).toBeGreaterThan(5);
  expect(world.progress.reduce((sum, { rows }) => sum + rows, 0)).toBe(2000);
  const bytes = world.progress.reduce((sum, progress) => sum + progress.bytes, 0);
  expect(Math.abs(bytes - files[0].length)).toBeLessThan(10);
});

test('an invocation that gets nothing done fails, instead of going on for ever', async () => {
  const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(400)]);
  world.readMilliseconds = 10_000;
  const upload = await world.execute({ rangeSize: 20_000, timeLimit: 4_000 });
  expect(upload).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_TIMED_OUT', message: expect.stringMatching(/; it can be processed again$/) as string } });
  expect(world.errors[0].name).toBe('OutOfTime');
});

describe('a file that is no CSV', () => {
  const before = csv(30).toString();

  test.each([
    ['a stray quote', `${before}1,5" disk\n${before.slice(7)}`, 'MALFORMED_CSV', 'is a quote in the middle of a field'],
    ['text behind a quote', `${before}1,"5" disk\n${before.slice(7)}`, 'MALFORMED_CSV', 'a closing quote must be followed by a comma'],
    ['a quote that is never closed', `${before}1,"5\n${'x,\n'.repeat(500)}`, 'UNTERMINATED_QUOTE', 'still open at the end'],
    ['a header without a column', before.replace('n,', 'm,'), 'MISSING_COLUMN', "'n'"],
    ['no rows and no header', '\n\n', 'EMPTY_FILE', 'must have a header'],
    ['bytes that are no text', Buffer.concat([Buffer.from(before), Buffer.from([0x31, 0x2C, 0xFF, 0x0A]), Buffer.from(before.slice(7))]), 'INVALID_ENCODING', ''],
  ])('fails with its code: %s', async (_case, content, code, message) => {
    for (const rangeSize of [50, 1000, 100_000]) {
      const world = await FanOutWorld.create(NUMBERED_NOTES, [Buffer.from(content)]);
      const upload = await world.execute({ rangeSize });
      expect(upload).toMatchObject({ status: 'FAILED', error: { code, message: expect.stringContaining(message) as string } });
      // All that is counted is there, and what is not counted is not.
      const { accepted, rejected } = upload.counts ?? { accepted: 0, rejected: 0 };
      expect([accepted, rejected]).toEqual([Object.keys(world.table.records()).length, listedRows(world).length]);
      if (upload.counts) expect(upload.counts.total).toBeGreaterThan(0);
    }
  });

  test.each([
    ['a stray quote', `${before}1,5" disk\n${before.slice(7)}`, 'MALFORMED_CSV'],
    ['a quote that is never closed', `${before}1,"5\n${'x,\n'.repeat(500)}`, 'UNTERMINATED_QUOTE'],
  ])('fails before a record is written, if all ranges together show it: %s', async (_case, content, code) => {
    for (const rangeSize of [50, 1000, 100_000]) {
      const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(20), Buffer.from(content)]);
      expect(await world.execute({ rangeSize })).toMatchObject({ status: 'FAILED', error: { code, message: expect.stringMatching(/^'file1': /) as string } });
      expect(world.table.records()).toEqual({});
      expect(world.progress).toEqual([]);
    }
  });

  test('is named among several', async () => {
    const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(10), Buffer.from('n,note\n1,5" disk\n')]);
    const { error } = await world.execute({ rangeSize: 100 });
    expect(error!.message).toMatch(/^'file1': byte 10 is a quote/);
  });
});

test('what ends the upload ends it once, and the ranges that come after it do nothing', async () => {
  const bad = Buffer.from('n,note\n1,"a"b\n2,c\n3,"d"e\n');
  const world = await FanOutWorld.create(NUMBERED_NOTES, [bad]);
  const first = await world.execute({ rangeSize: 8 });
  expect(first.error!.message).toContain('byte 11');
  const { revision } = world.work.get(first.uploadId);
  await world.execute({ rangeSize: 8 });
  expect(world.errors.at(-1)).toBeInstanceOf(UploadEnded);
  expect(world.work.get(first.uploadId).revision).toBe(revision);
});

test('a file that is replaced meanwhile fails the upload', async () => {
  const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(50)]);
  let started = 0;
  const upload = await world.execute({
    rangeSize: 1000,
    newInvocation: () => {
      if (started++ === 4) world.files.set(world.upload.files[0].key, { bytes: csv(51), contentType: 'text/csv' });
      return new Invocation();
    },
  });
  expect(upload).toMatchObject({ status: 'FAILED', error: { code: 'FILE_REPLACED' } });
});

test('so does one that is replaced when all of it was looked at: its other rows are not read from the new bytes', async () => {
  const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(200)]);
  world.onSend = async () => { world.files.set(world.upload.files[0].key, { bytes: csv(200, { isBad: () => false }), contentType: 'text/csv' }); };
  const upload = await world.execute({ rangeSize: 1000 });
  expect(upload).toMatchObject({ status: 'FAILED', error: { code: 'FILE_REPLACED' } });
  expect(Object.keys(world.table.records()).length).toBeLessThan(100);
});

test('a longer file than allowed fails before a record is written', async () => {
  const world = await FanOutWorld.create({ ...NUMBERED_NOTES, maxRows: 49 }, [csv(49), csv(50)]);
  expect(await world.execute({ rangeSize: 500 })).toMatchObject({ status: 'FAILED', error: { code: 'TOO_MANY_ROWS' } });
  expect(world.table.records()).toEqual({});
  const allowed = await FanOutWorld.create({ ...NUMBERED_NOTES, maxRows: 50 }, [csv(49), csv(50)]);
  expect(await allowed.execute({ rangeSize: 500 })).toMatchObject({ status: 'COMPLETED' });
});

describe('a transform', () => {
  /** A function of the user's that answers so. */
  const functionThat = (answer: (event: FirehoseEvent) => Invoked): NewRowTransform => transformWith(new FunctionTransformer({
    invoke: async (event) => answer(event as FirehoseEvent), newId: () => 'id', sleep: async () => undefined,
  }, { batchSize: 7, concurrency: 2, callMilliseconds: 10_000, region: 'x', arnOf: (key) => key }), NUMBERED_NOTES);
  const answering = (change: (data: string) => object): NewRowTransform => functionThat(({ records }) => (
    { payload: JSON.stringify({ records: records.map(({ recordId, data }) => ({ recordId, ...change(data) })) }) }
  ));
  const sameRows = answering((data) => ({ result: 'Ok', data }));

  test.each<[string, NewRowTransform]>([
    ['whose function fails at every attempt', functionThat(() => ({ errorType: 'ValueError', functionName: 'rows' }))],
    ['whose function answers what is no answer', answering(() => ({ result: 'Fine' }))],
    ['that cannot be loaded', transformWith(new ModuleTransformer(async () => { throw new UploadFailure('TRANSFORM_NOT_LOADED', 'no'); }), NUMBERED_NOTES)],
  ])('%s fails an upload as it does without a fan-out', async (_case, transform) => {
    const without = new IngestWorld(NUMBERED_NOTES).put(csv(50));
    without.transform = () => transform;
    await without.deliver({ isLast: true }).catch(() => undefined);
    expect(without.upload.status).toBe('FAILED');
    expect(without.upload.error!.code).toMatch(/TRANSFORM/);

    const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(50)]);
    world.transform = transform;
    expect(await world.execute({ rangeSize: 1000 })).toMatchObject({ status: 'FAILED', error: without.upload.error });
  });

  test('that failed is called again by an execution that is redriven', async () => {
    const files = [csv(80)];
    const world = await FanOutWorld.create(NUMBERED_NOTES, files);
    world.transform = functionThat(() => ({ errorType: 'ValueError' }));
    expect(await world.execute({ rangeSize: 800 })).toMatchObject({ status: 'FAILED', error: { code: 'TRANSFORM_UNAVAILABLE' } });
    world.transform = sameRows;
    await world.redrive({ rangeSize: 800 });
    expectExact(world, files);
  });

  test('that failed is not what an upload ends with whose last attempt was killed', async () => {
    const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(50)]);
    world.transform = functionThat(() => ({ errorType: 'ValueError' }));
    let started = 0;
    const newInvocation = () => new Invocation(started++ > 10 ? 4 : Infinity, 'killed');
    const upload = await world.execute({ rangeSize: 100_000, newInvocation });
    expect(world.errors.map(({ name }) => name)).toContain('AttemptFailed');
    expect(upload).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_FAILED' } });
  });
});

describe('rejects', () => {
  const bad = { isBad: (n: number) => n > 40 };

  test.each([
    [{ most: 10 }, 'COMPLETED'], [{ most: 9 }, 'FAILED'], [{ ratio: 0.2 }, 'COMPLETED'], [{ ratio: 0.19 }, 'FAILED'],
  ])('of %j of ten in fifty: %s', async (rejects, status) => {
    for (const rangeSize of [300, 100_000]) {
      const world = await FanOutWorld.create({ ...NUMBERED_NOTES, rejects }, [csv(50, bad)]);
      const upload = await world.execute({ rangeSize });
      expect(upload.status).toBe(status);
      const listed = world.rejects.get(upload.files[0].key)!.slice(1).map((fields) => Number(fields.at(-4)));
      if (status === 'COMPLETED') continue;
      expect(upload.error).toMatchObject({ code: 'TOO_MANY_REJECTS', message: expect.stringMatching(/; they are listed with their reasons$/) });
      // Of ranges that are still at work nobody knows how far they are; what is counted is listed.
      if (upload.counts) expect(upload.counts).toEqual({ total: 50, accepted: 40, rejected: listed.length });
      expect(listed).toEqual(Array.from({ length: 10 }, (_, nth) => 41 + nth));
    }
  });

  test('are only counted in a dry run, in which nothing is written', async () => {
    const files = [csv(50, bad)];
    const world = await FanOutWorld.create({ ...NUMBERED_NOTES, rejects: { most: 1 } }, files, { dryRun: true });
    expect(await world.execute({ rangeSize: 300 })).toMatchObject({ status: 'COMPLETED', counts: { total: 50, accepted: 40, rejected: 10 } });
    expect(world.table.records()).toEqual({});
    expect(world.rejects.get(world.upload.files[0].key)).toHaveLength(11);
  });
});

test('under other rules nobody goes on', async () => {
  const world = await FanOutWorld.create(NUMBERED_NOTES, [csv(50)]);
  const { ranges } = world;
  const find = ranges.find.bind(ranges);
  ranges.find = async (execution, nth) => {
    const found = await find(execution, nth);
    return found && { ...found, model: 'another' };
  };
  expect(await world.execute({ rangeSize: 500 })).toMatchObject({ status: 'FAILED', error: { code: 'SCHEMA_CHANGED' } });
});

test('an execution that has failed goes on where it was when it is redriven', async () => {
  const files = [csv(80)];
  const world = await FanOutWorld.create(NUMBERED_NOTES, files);
  let works = 8;
  const failing = await world.execute({ rangeSize: 800, newInvocation: () => new Invocation(works-- > 0 ? Infinity : 1) });
  expect(failing).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_FAILED' } });

  // What somebody starts who does not know of it waits.
  const invocations: Invocation[] = [];
  await world.execute({ rangeSize: 800 });
  expect(world.errors.at(-1)!.name).toBe('UploadPaused');

  await world.redrive({ rangeSize: 800, newInvocation: () => invocations[invocations.push(new Invocation()) - 1] });
  expectExact(world, files);
  expect(world.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
});

test('a range that comes before those that were redriven goes on, since the execution does', async () => {
  const files = [csv(80)];
  const world = await FanOutWorld.create(NUMBERED_NOTES, files);
  let works = 8;
  await world.execute({ rangeSize: 800, newInvocation: () => new Invocation(works-- > 0 ? Infinity : 1) });
  expect(world.upload).toMatchObject({ status: 'FAILED' });
  const { length } = world.errors;
  world.isRunning = true;
  await world.execute({ rangeSize: 800 });
  expectExact(world, files);
  expect(world.errors).toHaveLength(length);
});

test('that an execution has failed may be told when it has long been redriven', async () => {
  const files = [csv(80)];
  const world = await FanOutWorld.create(NUMBERED_NOTES, files);
  let works = 8;
  await world.execute({ rangeSize: 800, newInvocation: () => new Invocation(works-- > 0 ? Infinity : 1) });
  const told: boolean[] = [];
  world.isRunning = true;
  world.onSend = async () => { told.push(await world.tellEnd()); };

  await world.redrive({ rangeSize: 800 });
  expectExact(world, files);
  expect(new Set(told)).toEqual(new Set([false]));
});
