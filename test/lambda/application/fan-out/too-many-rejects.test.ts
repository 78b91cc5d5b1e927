import fc from 'fast-check';
import { EarlyEnd } from '../../../../lambda-src/application/fan-out/early-end';
import { RangeTaken } from '../../../../lambda-src/application/fan-out/range-store';
import { RecordModel } from '../../../../src/private/contract';
import { FanOutOptions, FanOutWorld } from '../../../support/fakes/fan-out-world';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { NUMBERED_NOTES, shuffled } from '../../../support/numbered-notes';

const atMost = (most: number): RecordModel => ({ ...NUMBERED_NOTES, rejects: { most } });

/** Rows of some ten bytes; every tenth is a bad one. */
function tenths(rows: number, from = 0): Buffer {
  const lines = Array.from({ length: rows }, (_, nth) => `${(nth + from) % 10 === 4 ? 'x' : nth + 1},note ${nth}\n`);
  return Buffer.from(`n,note\n${lines.join('')}`);
}

/** Numbers of the rows that are listed, by file. */
function listed(world: FanOutWorld): number[][] {
  return world.upload.files.map(({ key }) => world.rejects.get(key)?.slice(1).map((fields) => Number(fields.at(-4))) ?? []);
}

/** It has failed by its rejects; all that is counted is listed, or in the table. */
function expectRefused(world: FanOutWorld, most: number): void {
  const { status, error, counts } = world.upload;
  expect({ status, code: error?.code }).toEqual({ status: 'FAILED', code: 'TOO_MANY_REJECTS' });
  expect(error!.message).toMatch(/; they are listed with their reasons$/);
  expect(counts!.rejected).toBeGreaterThan(most);
  expect(listed(world).flat()).toHaveLength(counts!.rejected);
  for (const rows of listed(world)) expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
  expect(counts!.accepted + counts!.rejected).toBe(counts!.total);
  expect(Object.keys(world.table.records()).length).toBeGreaterThanOrEqual(counts!.accepted);
  const { lease, execution } = world.work.get(world.upload.uploadId);
  expect({ lease, execution }).toEqual({ lease: null, execution: null });
}

test('what all ranges have together ends the upload soon, though none of them has too many', async () => {
  const world = await FanOutWorld.create(atMost(20), [tenths(1_000)]);
  await world.execute({ rangeSize: 500 });
  expectRefused(world, 20);
  const { counts, error } = world.upload;
  // A range has four of them at most.
  expect(counts!.rejected).toBeLessThanOrEqual(24);
  expect(counts).toEqual({ total: counts!.total, accepted: Object.keys(world.table.records()).length, rejected: counts!.rejected });
  expect(error!.message).toBe(
    `${counts!.rejected} of ${counts!.total} rows were rejected, which is more than the 20 that the pipeline tolerates; they are listed with their reasons`,
  );
  expect(listed(world)).toEqual([Array.from({ length: counts!.rejected }, (_, nth) => 10 * nth + 5)]);
});

test('of several files all are counted and listed, and none is named', async () => {
  const world = await FanOutWorld.create(atMost(20), [tenths(100), tenths(130), tenths(1_000)]);
  await world.execute({ rangeSize: 500 });
  expectRefused(world, 20);
  expect(world.upload.error!.message).toMatch(/^2\d of \d+ rows were rejected/);
  const [first, second] = listed(world);
  expect(first).toEqual(Array.from({ length: 10 }, (_, nth) => 10 * nth + 5));
  expect(second.slice(0, 10)).toEqual(first);
});

test('one range that has too many alone ends the upload, with those of the others', async () => {
  const bad = Buffer.from(`n,note\n${'1,good\n'.repeat(30)}${'x,bad\n'.repeat(300)}`);
  const world = await FanOutWorld.create(atMost(20), [tenths(100), bad]);
  await world.execute({ rangeSize: 1_500 });
  expectRefused(world, 20);
  expect(world.upload.error!.message).toMatch(/^'file1': more rows were rejected than the pipeline tolerates, the last of them row 51: /);
  expect(world.upload.counts).toEqual({ total: 151, accepted: 120, rejected: 31 });
  expect(listed(world)[0]).toHaveLength(10);
  expect(listed(world)[1]).toEqual(Array.from({ length: 21 }, (_, nth) => 31 + nth));
});

test('ranges that are worked on at the same time end soon as well, and one of them says how', async () => {
  const some = fc.record({ seed: fc.nat(100), concurrency: fc.integer({ min: 2, max: 20 }), most: fc.integer({ min: 0, max: 60 }) });
  await fc.assert(fc.asyncProperty(some, async ({ seed, concurrency, most }) => {
    const world = await FanOutWorld.create(atMost(most), [tenths(600), tenths(400, seed)]);
    await world.execute({ rangeSize: 400, concurrency, order: shuffled(seed) });
    expectRefused(world, most);
    expect(world.upload.counts!.rejected).toBeLessThan(100);
    expect(world.errors.map(({ name }) => name).filter((name) => name !== 'RangeTaken' && name !== 'UploadFailed' && name !== 'UploadEnded')).toEqual([]);
  }), { numRuns: 60 });
});

test('long ranges say what they have while they are worked on', async () => {
  // Each of five ranges has some forty when it is done, and the first checkpoint of a range is a third of its way.
  const lines = Array.from({ length: 20_000 }, (_, nth) => `${nth % 100 === 4 ? 'x' : nth},note ${nth}\n`);
  const world = await FanOutWorld.create(atMost(50), [Buffer.from(`n,note\n${lines.join('')}`)]);
  world.readMilliseconds = 100;
  world.chunkSize = 1_000;
  await world.execute({ rangeSize: 68_000, concurrency: 5, timeLimit: 3_600_000 });
  expectRefused(world, 50);
  expect(world.upload.counts!.total).toBeLessThan(10_000);
});

test('a bucket that does not take the list is another attempt, at once', async () => {
  const world = await FanOutWorld.create(atMost(20), [tenths(1_000)]);
  const assemble = world.rejects.assemble.bind(world.rejects);
  let attempts = 0;
  world.rejects.assemble = async (...list) => {
    if (++attempts === 1) throw new Error('SlowDown');
    return assemble(...list);
  };
  await world.execute({ rangeSize: 500 });
  expect(world.errors.map(({ message }) => message)).toContain('SlowDown');
  expectRefused(world, 20);
  expect(world.upload.counts!.rejected).toBeLessThan(30);
});

describe('as many as are tolerated', () => {
  const files = () => [tenths(300), tenths(200)];
  const EXACTLY = 50;

  test.each([0, 5, 1_000, -1_000])('never fail the upload, even if adding up is wrong by %d', async (misadded) => {
    for (const concurrency of [1, 7]) {
      const world = await FanOutWorld.create(atMost(EXACTLY), files());
      world.misadded = misadded;
      await world.execute({ rangeSize: 400, concurrency });
      expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 500, accepted: 450, rejected: 50 }, error: null });
      expect(world.work.get(world.upload.uploadId).lease).toBeNull();
      expect(world.errors).toEqual([]);
    }
  });

  test('and one more always does', async () => {
    for (const misadded of [0, 1_000, -1_000]) {
      const world = await FanOutWorld.create(atMost(EXACTLY - 1), files());
      world.misadded = misadded;
      await world.execute({ rangeSize: 400 });
      expectRefused(world, EXACTLY - 1);
    }
  });

  test('what was added up wrongly is put right, so that nobody has to look again', async () => {
    const world = await FanOutWorld.create(atMost(EXACTLY), files());
    world.misadded = 1_000;
    const found: (number | undefined)[] = [];
    world.onSend = async () => { found.push(world.upload.progress.rejected); };
    await world.execute({ rangeSize: 400 });
    // Those of the ranges that were done by then.
    expect(new Set(found).size).toBeGreaterThan(5);
    expect(found.at(-1)).toBeGreaterThan(40);
    expect(found.at(-1)).toBeLessThanOrEqual(50);
  });
});

test('who looks whether there are too many loses nothing that others add meanwhile', async () => {
  const some = fc.record({ seed: fc.nat(100), concurrency: fc.integer({ min: 2, max: 20 }) });
  await fc.assert(fc.asyncProperty(some, async ({ seed, concurrency }) => {
    const world = await FanOutWorld.create(atMost(50), [tenths(300), tenths(200)]);
    world.misadded = 1_000;
    let looks = 0;
    const take = world.endRights.take.bind(world.endRights);
    world.endRights.take = async (...right) => {
      looks++;
      return take(...right);
    };
    world.onSend = async () => {
      const sum = (member: 'bytes' | 'rows' | 'rejected') => world.progress.reduce((all, progress) => all + progress[member], 0);
      const { bytes, rows = 0, rejected = 0 } = world.upload.progress;
      expect({ bytes, rows }).toEqual({ bytes: sum('bytes'), rows: sum('rows') });
      expect(rejected).toBeGreaterThanOrEqual(sum('rejected'));
    };
    await world.execute({ rangeSize: 400, concurrency, order: shuffled(seed) });
    expect(world.errors).toEqual([]);
    expect(looks).toBeGreaterThan(0);
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 500, accepted: 450, rejected: 50 } });
  }), { numRuns: 40 });
});

test('a right that could not be given back is still that of the same invocation, and of no other', async () => {
  const world = await FanOutWorld.create(atMost(20), [tenths(10)]);
  const { work: uploads, ranges, rejects, fanOut } = world;
  const endRights = { take: world.endRights.take, giveBack: async () => { throw new Error('the table is down'); } };
  const ports = { uploads, ranges, rejects, endRights, isRunning: async () => true, now: () => new Date(world.clock) };
  const until = new Date(world.clock + 60_000).toISOString();
  const range = {} as Parameters<EarlyEnd['show']>[0];
  const early = new EarlyEnd(fanOut, ports, { holder: 'a', until });
  await expect(early.endIfTooMany({ most: 20 })).rejects.toThrow('the table is down');
  await expect(new EarlyEnd(fanOut, ports, { holder: 'b', until }).show(range)).rejects.toThrow(RangeTaken);
  await expect(new EarlyEnd(fanOut, ports, { holder: 'b', until }).endIfTooMany({ most: 20 })).resolves.toBeUndefined();
  await expect(early.show(range)).resolves.toEqual({ total: 0, accepted: 0, rejected: 0 });
});

test('in a dry run there may be any number', async () => {
  const world = await FanOutWorld.create(atMost(3), [tenths(300)], { dryRun: true });
  expect(await world.execute({ rangeSize: 400 })).toMatchObject({ status: 'COMPLETED', counts: { total: 300, accepted: 270, rejected: 30 } });
});

test('whatever goes wrong at whichever call, what is counted is listed, and no upload fails that has no more than it may', async () => {
  const run = async (most: number, options: Partial<FanOutOptions> = {}) => {
    const world = await FanOutWorld.create(atMost(most), [tenths(40), tenths(30)]);
    await world.execute({ rangeSize: 120, concurrency: 3, ...options });
    return world;
  };
  const invocations: Invocation[] = [];
  await run(3, { newInvocation: () => invocations[invocations.push(new Invocation()) - 1] });
  const longest = Math.max(...invocations.map(({ calls }) => calls.length));
  expect(longest).toBeGreaterThan(12);
  for (const fault of FAULTS) {
    for (let faultAt = 1; faultAt <= longest; faultAt++) {
      for (const first of [0, 1]) {
        let started = first;
        const newInvocation = () => new Invocation(started++ % 2 === 0 ? faultAt : Infinity, fault);
        expectRefused(await run(3, { newInvocation, order: shuffled(faultAt) }), 3);
        expect((await run(7, { newInvocation, order: shuffled(faultAt) })).upload).toMatchObject({
          status: 'COMPLETED', counts: { total: 70, accepted: 63, rejected: 7 },
        });
      }
    }
  }
}, 120_000);
