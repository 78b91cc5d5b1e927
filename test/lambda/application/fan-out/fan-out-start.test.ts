import { FanOut } from '../../../../lambda-src/application/fan-out/fan-out';
import { LastAttemptFailed } from '../../../../lambda-src/application/ingest/process-upload';
import { Upload } from '../../../../lambda-src/domain/uploads/upload';
import { aRange } from '../../../support/contracts/range-store';
import { etagOf, IngestWorld, Twist } from '../../../support/fakes/ingest-world';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { anyCsv } from '../../domain/records/record-models';

type State = Awaited<ReturnType<FanOut['look']>>;

/** A fan-out that takes everything, unless the test says otherwise. */
function fanning({ takes = true } = {}) {
  const world = new IngestWorld(anyCsv()).put('name\na\n');
  const executions = new Map<string, State>();
  const taken: Upload[] = [];
  let isDown = false;
  const fanOut: FanOut = {
    takes: async (upload) => {
      taken.push(upload);
      return takes;
    },
    start: async (execution) => {
      if (isDown) throw new Error('Step Functions is down');
      if (!executions.has(execution)) executions.set(execution, 'running');
    },
    look: async (execution) => executions.get(execution) ?? 'missing',
  };
  const twist: Twist = () => ({ fanOut });
  return {
    world,
    executions,
    taken,
    twist,
    work: () => world.work.get(world.upload.uploadId),
    down: (is: boolean) => { isDown = is; },
  };
}

test('an upload is left to a fan-out once its files are known, and its messages have nothing left to do', async () => {
  const { world, executions, taken, twist, work } = fanning();
  expect(await world.deliver({}, { twist })).toEqual({ outcome: 'fanned out' });
  const arrival = { etag: etagOf(world.files.get(world.key)!) };
  expect(taken).toMatchObject([{ files: [{ size: 7, arrival }], progress: { totalBytes: 7 } }]);
  const { execution, lease, upload } = work();
  expect([...executions]).toEqual([[execution, 'running']]);
  expect(execution).toMatch(new RegExp(`^${upload.uploadId}-[0-9]+$`));
  expect({ lease, status: upload.status, deadline: upload.deadline }).toEqual({
    lease: null, status: 'PROCESSING', deadline: new Date(world.clock + 600_000).toISOString(),
  });
  const before = work();
  expect(await world.deliver({}, { twist })).toEqual({ outcome: 'fanned out' });
  expect(await world.deliverJob({}, { twist })).toEqual({ outcome: 'fanned out' });
  expect(work()).toEqual(before);
  expect(executions.size).toBe(1);
});

test('one that it does not take is worked on here, and one that goes on is not asked about', async () => {
  const { world, taken, twist } = fanning({ takes: false });
  world.put(`name\n${'a\n'.repeat(40_000)}`);
  world.writeMilliseconds = 100;
  expect(await world.deliver({ stopAt: new Date(world.clock + 5_000) }, { twist })).toEqual({ outcome: 'queued' });
  expect(taken).toHaveLength(1);
  world.takes = (records) => records;
  world.writeMilliseconds = 0;
  expect(await world.deliverJob({}, { twist })).toMatchObject({ outcome: 'completed', counts: { total: 40_000 } });
  expect(taken).toHaveLength(1);
});

test.each(FAULTS)('after a fault at any call it is started once: by the message, or by the sweeper (%s)', async (fault) => {
  for (let faultAt = 1; ; faultAt++) {
    const { world, executions, twist, work } = fanning();
    const invocation = new Invocation(faultAt, fault);
    const starting: Twist = (ports) => {
      const { fanOut } = twist(ports);
      return { fanOut: { ...fanOut!, start: (...started) => invocation.call('start', () => fanOut!.start(...started)) } };
    };
    await Promise.race([world.deliver({}, { invocation, twist: starting }).catch(() => 'failed'), invocation.killed]);
    world.clock += 301_000;
    if (faultAt % 2 === 0) {
      await world.deliver({}, { twist });
    } else {
      world.clock += 600_000;
      await world.sweep({ twist });
      if (work().execution === null) await world.deliver({}, { twist });
    }
    expect([...executions]).toEqual([[work().execution, 'running']]);
    expect(work().upload).toMatchObject({ status: 'PROCESSING' });
    if (!invocation.struck) return;
  }
});

test('what cannot be started at the last attempt fails, and is started under another name when it is redriven', async () => {
  const { world, executions, twist, down, work } = fanning();
  down(true);
  await expect(world.deliver({}, { twist })).rejects.toThrow('Step Functions is down');
  const first = work().execution;
  await expect(world.deliver({}, { twist })).rejects.toThrow('Step Functions is down');
  expect(work().execution).toBe(first);
  down(false);
  world.clock += 1;
  expect(await world.deliver({}, { twist })).toEqual({ outcome: 'fanned out' });
  expect([...executions.keys()]).toEqual([first]);

  const last = fanning();
  last.down(true);
  await expect(last.world.deliver({ isLast: true }, { twist: last.twist })).rejects.toBeInstanceOf(LastAttemptFailed);
  expect(last.work()).toMatchObject({ execution: null, upload: { status: 'FAILED', error: { code: 'PROCESSING_FAILED' } } });
});

describe('the sweeper', () => {
  const PAST = 601_000;

  test('leaves one alone that is under way, and asks again', async () => {
    const { world, twist, work } = fanning();
    await world.deliver({}, { twist });
    world.clock += PAST;
    expect(await world.sweep({ twist })).toEqual({ expired: 0, failed: 0, errors: [] });
    expect(work().upload).toMatchObject({ status: 'PROCESSING', deadline: new Date(world.clock + 600_000).toISOString() });
  });

  test('fails one that has ended without an end for its upload, and remembers it for whoever redrives it', async () => {
    const { world, executions, twist, work } = fanning();
    await world.deliver({}, { twist });
    const { execution } = work();
    executions.set(execution!, 'ended');
    world.clock += PAST;
    expect(await world.sweep({ twist })).toMatchObject({ failed: 1 });
    expect(work()).toMatchObject({
      execution, lease: null, upload: { status: 'FAILED', error: { code: 'PROCESSING_FAILED', message: 'the file was not processed to its end; it can be processed again' } },
    });
    // A message that comes again begins anew.
    await world.deliver({}, { twist });
    expect(work().execution).not.toBe(execution);
  });

  test('fails it with what a range could not get over: nobody may have heard that the execution has failed', async () => {
    const { world, executions, twist, work } = fanning();
    await world.deliver({}, { twist });
    const execution = work().execution!;
    const failure = { code: 'TRANSFORM_UNAVAILABLE', message: 'the function does not answer; it can be processed again' };
    for (let nth = 0; nth < 40; nth++) await world.ranges.save(aRange(nth, { execution, failure: nth === 37 ? failure : null }));
    executions.set(execution, 'ended');
    world.clock += PAST;
    expect(await world.sweep({ twist })).toMatchObject({ failed: 1, errors: [] });
    expect(work().upload).toMatchObject({ status: 'FAILED', error: failure });
  });

  test('fails one that nobody can ask about any more, since the pipeline fans nothing out now', async () => {
    const { world, twist, work } = fanning();
    await world.deliver({}, { twist });
    world.clock += PAST;
    expect(await world.sweep()).toMatchObject({ failed: 1 });
    expect(work().upload.error!.code).toBe('PROCESSING_FAILED');
  });
});
