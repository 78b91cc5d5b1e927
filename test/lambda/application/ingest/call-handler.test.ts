import { LastAttemptFailed } from '../../../../lambda-src/application/ingest/process-upload';
import { objectKey } from '../../../../lambda-src/domain/uploads/object-key';
import { announcedFile } from '../../../../lambda-src/domain/uploads/upload';
import { etagOf, Handler, IngestWorld } from '../../../support/fakes/ingest-world';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const MODEL = recordModel({
  columns: [column('title', 'string', { required: true }), column('price', 'decimal'), column('owner', 'string')],
  keys: { partitionKey: '{title}', sortKey: '{fileName}#{row}' },
});

/** A world with one CSV file, on which a function works. */
function worldWith(handler: Handler): IngestWorld {
  const world = new IngestWorld(MODEL).put('hello');
  world.handler = handler;
  return world;
}

test('the function is told everything about the upload, and its result is kept', async () => {
  const events: unknown[] = [];
  const { uploadId } = anUpload(1);
  const files = ['photo', 'speech'].map((name) => announcedFile({
    name, fileName: `${name}.csv`, key: objectKey({ tenantId: 'acme', uploadId, fileName: `${name}.csv` }), contentType: 'text/csv',
  }));
  const world = new IngestWorld(MODEL, anUpload(1, { tenantId: 'acme', owner: 'ada', files, metadata: { language: 'hi' } }));
  world.handler = (event) => {
    events.push(event);
    return { result: { title: 'a vase', score: 0.5 } };
  };
  for (const { key } of files) {
    world.put(key, 'text/csv', key);
    await world.deliver({}, { key });
  }
  expect(await world.deliverJob()).toEqual({ outcome: 'completed', counts: null });
  expect(events).toEqual([{
    uploadId,
    tenantId: 'acme',
    owner: 'ada',
    dryRun: false,
    bucket: 'files',
    files: files.map(({ name, fileName, key, contentType }) => (
      { name, fileName, key, contentType, size: key.length, etag: etagOf(world.files.get(key)!) }
    )),
    metadata: { language: 'hi' },
    stage: null,
    state: null,
  }]);
  const size = files[0].key.length + files[1].key.length;
  expect(world.upload).toMatchObject({
    status: 'COMPLETED', result: { title: 'a vase', score: 0.5 }, counts: null, progress: { bytes: size, totalBytes: size }, deadline: null,
  });
});

test('records are typed, keyed and rejected like the rows of a file', async () => {
  const world = worldWith(() => ({
    result: null, records: [{ title: 'a', price: 1.5 }, { title: 'b', price: 'cheap' }, { price: 2 }, { title: 'a', owner: 'ada', price: null }],
  }));
  expect(await world.deliver()).toEqual({ outcome: 'completed', counts: { total: 4, accepted: 2, rejected: 2 } });
  expect(world.table.records()).toEqual({
    'a\u0000a.csv#1': { title: 'a', price: '1.5' }, 'a\u0000a.csv#4': { title: 'a', owner: 'ada' },
  });
  expect(world.rejects.get(world.key)!.map((line) => line.slice(3))).toEqual([
    ['row', 'column', 'code', 'message'],
    ['2', 'price', 'NOT_A_DECIMAL', "'price' must be a decimal number such as 12.5, got 'cheap'"],
    ['3', 'title', 'REQUIRED', "'title' must not be empty"],
  ]);
});

test('a text in a column of JSON is that text, and not what it would say as JSON', async () => {
  const world = new IngestWorld({ ...MODEL, columns: [...MODEL.columns!, column('more', 'json')] }).put('hello');
  world.handler = () => ({ result: null, records: [{ title: 'a', more: '1' }, { title: 'b', more: 1 }, { title: 'c', more: 'no JSON' }] });
  expect(await world.deliver()).toEqual({ outcome: 'completed', counts: { total: 3, accepted: 3, rejected: 0 } });
  expect(['a', 'b', 'c'].map((title, nth) => world.table.get(title, `a.csv#${nth + 1}`)!.more)).toEqual([{ S: '1' }, { N: '1' }, { S: 'no JSON' }]);
});

test('numbers are what they are, whatever form texts have', async () => {
  const columns = [...MODEL.columns!, column('net', 'decimal', { normalize: ['decimalComma'] }), column('pieces', 'integer')];
  const world = new IngestWorld({ ...MODEL, columns }).put('hello');
  world.handler = () => ({ result: null, records: [{ title: 'a', net: 1.234 }, { title: 'b', net: '1.234' }, { title: 'c', pieces: 1e21 }] });
  expect(await world.deliver()).toEqual({ outcome: 'completed', counts: { total: 3, accepted: 3, rejected: 0 } });
  const [a, b, c] = ['a', 'b', 'c'].map((title, nth) => world.table.get(title, `a.csv#${nth + 1}`)!);
  expect([a.net, b.net, c.pieces]).toEqual([{ N: '1.234' }, { N: '1234' }, { N: '1000000000000000000000' }]);
});

test('records are only checked when the upload is, and the function is told', async () => {
  const dryRuns: unknown[] = [];
  const upload = anUpload(1, { dryRun: true });
  const world = new IngestWorld(MODEL, upload).put('x');
  world.handler = ({ dryRun }) => {
    dryRuns.push(dryRun);
    return { result: 'seen', records: [{ title: 'a', price: 1.5 }, { title: 'b', price: 'cheap' }] };
  };
  expect(await world.deliver()).toMatchObject({ outcome: 'completed' });
  expect(dryRuns).toEqual([true]);
  expect(world.table.records()).toEqual({});
  expect(world.rejects.get(world.key)).toHaveLength(2);
  expect(world.upload).toMatchObject({
    status: 'COMPLETED', dryRun: true, result: 'seen', counts: { total: 2, accepted: 1, rejected: 1 },
  });
});

test('no records at all are no rows', async () => {
  expect(await worldWith(() => ({ result: 1, records: [] })).deliver()).toEqual({ outcome: 'completed', counts: { total: 0, accepted: 0, rejected: 0 } });
});

test('records of columns that the schema does not have fail the upload', async () => {
  const world = worldWith(() => ({ result: 1, records: [{ title: 'a', colour: 'red' }] }));
  expect(await world.deliver()).toEqual({ outcome: 'failed', code: 'UNKNOWN_COLUMN' });
});

describe('stages', () => {
  const STAGES: Record<string, unknown> = {
    null: { stage: 'listening', state: { words: 3 }, progress: { bytes: 1, totalBytes: 2 } },
    listening: { stage: 'writing', state: [1] },
    writing: { result: 'done', records: [{ title: 'a' }] },
  };

  test('the function is called again with what it said last, and clients see the stage only', async () => {
    const seen: unknown[] = [];
    const world = worldWith(({ stage, state }) => {
      seen.push([stage, state, world.upload.stage, world.upload.progress]);
      return STAGES[String(stage)];
    });
    expect(await world.deliver()).toMatchObject({ outcome: 'completed' });
    expect(seen).toEqual([
      [null, null, null, { bytes: 0, totalBytes: 0 }],
      ['listening', { words: 3 }, 'listening', { bytes: 1, totalBytes: 2 }],
      ['writing', [1], 'writing', { bytes: 1, totalBytes: 2 }],
    ]);
    expect(JSON.stringify(world.upload)).not.toContain('words');
  });

  test('a retry goes on at the stage that was reached', async () => {
    const stages: unknown[] = [];
    let broken = true;
    const world = worldWith(({ stage }) => {
      stages.push(stage);
      if (stage === 'writing' && broken) throw new TypeError('secret row contents');
      return STAGES[String(stage)];
    });
    await expect(world.deliver()).rejects.toThrow('the function failed with TypeError');
    expect(world.upload).toMatchObject({ status: 'PROCESSING', stage: 'writing' });
    broken = false;
    expect(await world.deliver()).toMatchObject({ outcome: 'completed' });
    expect(stages).toEqual([null, 'listening', 'writing', 'writing']);
  });

  test('when there is no time for another call, another invocation goes on', async () => {
    const world = worldWith(({ stage }) => {
      world.clock += 100_000;
      return STAGES[String(stage)];
    });
    world.callMilliseconds = 100_000;
    const due = () => ({ until: new Date(world.clock + 260_000), stopAt: new Date(world.clock + 250_000) });
    expect(await world.deliver(due())).toEqual({ outcome: 'queued' });
    expect(world.work.get(world.upload.uploadId)).toMatchObject({
      lease: null, upload: { status: 'PROCESSING', stage: 'writing', deadline: new Date(world.clock + 3600_000).toISOString() },
    });
    expect(world.jobs).toEqual([{
      uploadId: world.upload.uploadId, tenantId: '-', files: [{ name: 'file', key: world.key }], attempt: 1, continuation: 2,
    }]);
    expect(await world.deliverJob(due())).toMatchObject({ outcome: 'completed' });
  });

  test('one that never ends is stopped', async () => {
    let calls = 0;
    const world = worldWith(() => ({ stage: `${++calls}` }));
    expect(await world.deliver()).toEqual({ outcome: 'failed', code: 'INVALID_RESULT' });
    expect(calls).toBe(1000);
    expect(world.upload.error!.message).toBe('the function must come to an end within 1000 calls');
  });

  test.each(FAULTS)('whatever goes wrong, every stage is reached and the records are written once (%s)', async (fault) => {
    for (let faultAt = 1; ; faultAt++) {
      const world = worldWith(({ stage }) => STAGES[String(stage)]);
      const invocation = new Invocation(faultAt, fault);
      await Promise.race([world.deliver({}, { invocation }).catch(() => 'failed'), invocation.killed]);
      world.clock += 301_000;
      await world.deliverUntilDone();
      expect(world.upload).toMatchObject({ status: 'COMPLETED', result: 'done', counts: { total: 1, accepted: 1, rejected: 0 } });
      expect(Object.keys(world.table.records())).toEqual(['a\u0000a.csv#1']);
      if (!invocation.struck) return;
    }
  });
});

describe('failures', () => {
  test('the function may decide on one for good', async () => {
    const world = worldWith(() => ({ error: { code: 'NO_SPEECH', message: 'nothing is said' } }));
    expect(await world.deliver()).toEqual({ outcome: 'failed', code: 'NO_SPEECH' });
    expect(world.upload).toMatchObject({ status: 'FAILED', error: { code: 'NO_SPEECH', message: 'nothing is said' } });
    expect(await world.deliver()).toEqual({ outcome: 'skipped' });
  });

  test('an answer that is none fails at once: it would come again', async () => {
    expect(await worldWith(() => undefined).deliver()).toEqual({ outcome: 'failed', code: 'INVALID_RESULT' });
  });

  test('an error that it throws at the last attempt is shown by its type, and can be tried again from the beginning', async () => {
    const seen: unknown[] = [];
    let broken = true;
    const world = worldWith(({ stage }) => {
      seen.push(stage);
      if (stage === null) return { stage: 'late' };
      if (broken) throw new RangeError('secret row contents');
      return { result: 1 };
    });
    const last = world.deliver({ isLast: true });
    await expect(last).rejects.toBeInstanceOf(LastAttemptFailed);
    expect(world.upload).toMatchObject({
      status: 'FAILED', error: { code: 'HANDLER_FAILED', message: 'the function failed with RangeError; its log says why; it can be processed again' },
    });
    broken = false;
    expect(await world.deliver()).toMatchObject({ outcome: 'completed' });
    expect(seen).toEqual([null, 'late', null, 'late']);
  });

  test('a call that outlasts the invocation is out of time', async () => {
    const world = worldWith(() => ({ result: 1 }));
    const slow = { twist: () => ({ invoke: async () => { world.clock += 300_000; throw new Error('aborted'); } }) };
    await expect(world.deliver({ isLast: true }, slow)).rejects.toBeInstanceOf(LastAttemptFailed);
    expect(world.upload.error!.code).toBe('PROCESSING_TIMED_OUT');
  });

  test('a function that cannot be called is tried again', async () => {
    const world = worldWith(() => ({ result: 1 }));
    await expect(world.deliver({}, { twist: () => ({ invoke: async () => { throw new Error('throttled'); } }) })).rejects.toThrow('throttled');
    expect(await world.deliver()).toMatchObject({ outcome: 'completed' });
  });

  test('files are checked before it is called', async () => {
    const world = worldWith(() => { throw new Error('must not be called'); }).put('hello', 'image/png');
    expect(await world.deliver()).toEqual({ outcome: 'failed', code: 'CONTENT_TYPE_NOT_ALLOWED' });
  });
});
