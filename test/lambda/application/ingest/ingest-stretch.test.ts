import { ingestStretch } from '../../../../lambda-src/application/ingest/ingest-stretch';
import { RejectLog } from '../../../../lambda-src/application/ingest/reject-log';
import { NO_CHECKS } from '../../../../lambda-src/application/ingest/row-checks';
import { RowBatch, RowSource } from '../../../../lambda-src/application/ingest/row-source';
import { Place, StretchJob, StretchPorts } from '../../../../lambda-src/application/ingest/stretch-job';
import { RecordWriter, RecordWriterPorts } from '../../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../../lambda-src/application/sending/send-window';
import { BuiltRecord } from '../../../../lambda-src/domain/records/record-builder';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { Checkpoint, startAt } from '../../../../lambda-src/domain/uploads/checkpoint';
import { transition } from '../../../../lambda-src/domain/uploads/upload';
import { InMemoryRejects } from '../../../support/fakes/in-memory-rejects';
import { InMemoryTable } from '../../../support/fakes/in-memory-table';
import { anUpload } from '../../../support/fakes/uploads';
import { anyCsv } from '../../domain/records/record-models';

const UPLOAD = transition(anUpload(1), 'UPLOADED', '2026-01-01T00:00:00.000Z');
const [FILE] = UPLOAD.files;
const MODEL = anyCsv({ keys: { partitionKey: '{name}', sortKey: 'INFO' }, duplicateKeys: 'last-wins' });
const never = () => new Promise<void>(() => undefined);

/** Batches of rows that are one byte long each. */
function source(...batches: readonly (readonly (readonly string[])[])[]): RowSource {
  return {
    async* rows({ from }) {
      let offset = 0;
      for (const rows of batches) {
        const ends = rows.map(() => ++offset);
        const first = ends.findIndex((end) => end > from);
        if (first >= 0) yield { header: ['name'], rows: rows.slice(first), ends: ends.slice(first) } satisfies RowBatch;
      }
    },
  };
}

function writerWith(send: RecordWriterPorts['send']): RecordWriter<Place> {
  const window = new SendWindow({ now: () => 0, sleep: never, random: () => 0.5 });
  return new RecordWriter<Place>({ send, window, sleep: never });
}

function made(job: Partial<StretchJob> = {}, ports: Partial<StretchPorts> = {}) {
  const table = new InMemoryTable();
  const saved: Checkpoint[] = [];
  const rejects = new InMemoryRejects();
  const log = new RejectLog(rejects, { fileKey: FILE.key, fence: 'us' });
  const writer = writerWith(async (records) => {
    table.write(records);
    return [];
  });
  const run = () => ingestStretch(
    { upload: UPLOAD, file: FILE, source: source([['a']]), rules: { model: MODEL, keyNames: { partitionKey: '_pk', sortKey: '_sk' }, shards: 4, retentionSeconds: 0 }, rowsBefore: 0, start: startAt(0), ...job },
    { writer, rejects: log, isDue: () => false, save: async (checkpoint) => { saved.push(checkpoint); }, timeLeft: () => 1, ...ports },
  );
  return { table, saved, rejects, log, writer, run };
}

const many = (count: number, row: (nth: number) => readonly string[] = (nth) => [`drug ${nth}`]) => Array.from({ length: count }, (_, nth) => row(nth));

/** A promise to be settled from outside. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => { open = resolve; });
  return { open, passed };
}

const turns = async () => {
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
};

test('a stretch in the middle of a file has the numbers of its rows there, in keys and in rejects', async () => {
  const { run, table, log, rejects } = made({
    source: source([['0'], ['1'], ['2', 'x'], ['3']]),
    rules: { model: anyCsv({ keys: { partitionKey: '{row}', sortKey: 'X' } }), keyNames: { partitionKey: '_pk', sortKey: '_sk' }, shards: 4, retentionSeconds: 0 },
    start: { offset: 2, counts: { total: 1, accepted: 1, rejected: 0 }, rejects: [] },
    rowsBefore: 100,
    rowsOfFileBefore: 10,
  });
  expect(await run()).toEqual({ done: true, at: { offset: 4, counts: { total: 3, accepted: 2, rejected: 1 }, rejects: [] } });
  await log.assemble();
  expect(rejects.get(FILE.key)![1].slice(0, 2)).toEqual(['2,x', '12']);
  expect(table.records()).toEqual({ '113\0X': { name: '3' } });
});

test('a checkpoint names what is in the table, and no reject behind it', async () => {
  const { open, passed } = gate();
  let sends = 0;
  const { run, saved, rejects } = made({ source: source(many(60, (nth) => (nth === 10 || nth === 55 ? ['x', 'y'] : [`${nth}`])), many(60), [['z']]) }, {
    writer: writerWith(async () => {
      // The second batch, of rows 27 to 51, takes longer than the others.
      if (++sends === 2) await passed;
      return [];
    }),
    isDue: () => true,
  });
  const running = run();
  await turns();
  expect(saved.length).toBeGreaterThan(0);
  for (const { offset, counts } of saved) expect([offset, counts]).toEqual([0, { total: 0, accepted: 0, rejected: 0 }]);
  expect(rejects.segments.size).toBe(0);
  open();
  expect((await running).at).toMatchObject({ offset: 121, counts: { total: 121, accepted: 119, rejected: 2 } });
});

test.each(['the next rows', 'what is known of a row'])('when time is up while it waits for %s, it stops where everything is safe', async (what) => {
  const { passed, open } = gate();
  let wake: () => void = () => undefined;
  let left = 1;
  const stalling: RowSource = {
    async* rows(stretch) {
      yield* source(many(200), many(100, (nth) => [`drug ${200 + nth}`])).rows(stretch);
      if (what === 'the next rows') await passed;
      yield* source(many(300), many(500)).rows({ from: 300 });
    },
  };
  const lookAhead = (some: readonly BuiltRecord[]) => (
    what !== 'the next rows' && some.some(({ key }) => key.includes('drug 299')) ? passed : undefined
  );
  const { run, table, log, saved } = made({ source: stalling }, {
    timeLeft: () => left,
    sleep: () => new Promise<void>((resolve) => { wake = resolve; }),
    checks: { ...NO_CHECKS, lookAhead },
  });
  const end = run();
  await turns();
  left = 0;
  wake();
  const { done, at } = await end;
  expect(done).toBe(false);
  const { length } = Object.keys(table.records());
  // What comes after that is for another invocation.
  open();
  await turns();
  expect(Object.keys(table.records())).toHaveLength(length);
  expect([at.offset % 100, at.offset >= 200, at.counts.accepted]).toEqual([0, true, at.offset]);
  expect([saved, log.stored]).toEqual([[], []]);
});

test('time that is up while it is said that a file is refused leaves no place to go on from, behind which rejects are stored', async () => {
  let wake: () => void = () => undefined;
  let left = 1;
  const { run, log } = made({ source: source(many(300, () => ['x', 'y'])), mostRejects: 150 }, {
    timeLeft: () => left,
    sleep: () => new Promise<void>((resolve) => { wake = resolve; }),
    refused: async () => {
      await log.flush();
      left = 0;
      wake();
      await turns();
    },
  });
  await expect(run()).rejects.toMatchObject({ code: 'TOO_MANY_REJECTS' });
});

test('when time is up nothing is sent any more, and what is safe is said', async () => {
  let left = 3;
  const { run, log, rejects } = made({ source: source(many(100, (nth) => (nth % 10 === 5 ? ['x', 'y'] : [`${nth}`])), many(100), many(100), many(100)) }, { timeLeft: () => left-- });
  const { done, at } = await run();
  expect(done).toBe(false);
  expect(at.counts.total).toBe(at.offset);
  expect(at.counts.rejected).toBe([...rejects.segments.values()].reduce((sum, { lines }) => sum + lines.split('\r\n').length - 1, 0));
  expect(at.rejects).toEqual(log.stored);
});

test('when time is up between two rows, it waits for what is on its way, and what waits is not sent', async () => {
  const { open, passed } = gate();
  const sent: number[] = [];
  let left = 1;
  let over = false;
  const { run } = made({ source: source(many(60), many(60)) }, {
    writer: writerWith(async (records) => {
      sent.push(records.length);
      left = 0;
      await passed;
      return records.slice(5);
    }),
    timeLeft: () => left,
  });
  const running = run().finally(() => { over = true; });
  await turns();
  expect([over, sent]).toEqual([false, [25, 25]]);
  open();
  expect(await running).toEqual({ done: false, at: { offset: 0, counts: { total: 0, accepted: 0, rejected: 0 }, rejects: [] } });
  await turns();
  expect(sent).toEqual([25, 25]);
});

describe('more rejects than memory holds', () => {
  const wide = many(80, () => ['x'.repeat(60_000), 'y']);

  test('are not stored before the records ahead of them, and nothing is read meanwhile', async () => {
    const { open, passed } = gate();
    let asked = 0;
    const reading: RowSource = {
      async* rows({ from }) {
        for (const batch of [many(30), wide, wide]) {
          asked++;
          yield { header: ['name'], rows: batch, ends: batch.map((_, nth) => from + 100 * asked + nth) };
        }
      },
    };
    const { run, rejects, log } = made({ source: reading }, {
      writer: writerWith(async () => {
        await passed;
        return [];
      }),
    });
    const running = run();
    await turns();
    expect([asked, rejects.segments.size]).toEqual([2, 0]);
    open();
    expect(await running).toMatchObject({ done: true, at: { counts: { total: 190, accepted: 30, rejected: 160 } } });
    expect(log.stored).toEqual([{ fence: 'us', segments: 2 }]);
  });

  test('are stored once, also when time is up meanwhile', async () => {
    const { open, passed } = gate();
    let wake: () => void = () => undefined;
    let left = 1;
    const { run, rejects } = made({ source: source(wide, wide) }, {
      timeLeft: () => left,
      sleep: () => new Promise<void>((resolve) => { wake = resolve; }),
    });
    const put = rejects.putSegment.bind(rejects);
    let underWay = 0;
    rejects.putSegment = async (...segment) => {
      expect(++underWay).toBe(1);
      await passed;
      await put(...segment);
      underWay--;
    };
    const running = run();
    await turns();
    left = 0;
    wake();
    await turns();
    open();
    const { done, at } = await running;
    expect(done).toBe(false);
    expect(at.counts.rejected).toBe([...rejects.segments.values()].reduce((sum, { lines }) => sum + lines.split('\r\n').length - 1, 0));
    expect(at.counts.rejected).toBeGreaterThan(0);
  });
});

test('time may also be up while a table that takes nothing is waited for', async () => {
  let left = 1;
  let wake: () => void = () => undefined;
  const sleep = () => new Promise<void>((resolve) => { wake = resolve; });
  const answers: (() => void)[] = [];
  const send = () => new Promise<never[]>((resolve) => { answers.push(() => resolve([])); });
  const { run } = made({ source: source(many(5_000)) }, { writer: writerWith(send), timeLeft: () => left, sleep });
  const running = run();
  await turns();
  answers[0]();
  await turns();
  wake();
  await turns();
  left = 0;
  wake();
  await turns();
  answers.forEach((answer) => answer());
  const { done, at } = await running;
  expect(done).toBe(false);
  expect(at.offset).toBeLessThan(5_000);
  expect(at.counts.accepted).toBe(at.offset);
});

describe('when an attempt ends early', () => {
  const broken: RowSource = {
    async* rows() {
      yield { header: ['name'], rows: many(30), ends: many(30).map((_, nth) => nth) };
      throw new UploadFailure('UNTERMINATED_QUOTE', 'a quoted field is still open');
    },
  };

  test('it waits for what is on its way, so that no late batch overwrites the next attempt', async () => {
    const { open, passed } = gate();
    let over = false;
    const { run } = made({ source: broken }, { writer: writerWith(() => passed.then(() => [])) });
    const ended = expect(run().finally(() => { over = true; })).rejects.toMatchObject({ code: 'UNTERMINATED_QUOTE' });
    await turns();
    expect(over).toBe(false);
    open();
    await ended;
  });

  test('it waits for that also when another attempt may do better', async () => {
    const { open, passed } = gate();
    let over = false;
    const lost: RowSource = {
      async* rows() {
        yield { header: ['name'], rows: many(30), ends: many(30).map((_, nth) => nth) };
        throw new Error('the connection was lost');
      },
    };
    const { run } = made({ source: lost }, { writer: writerWith(() => passed.then(() => [])) });
    const ended = expect(run().finally(() => { over = true; })).rejects.toThrow('the connection was lost');
    await turns();
    expect(over).toBe(false);
    open();
    await ended;
  });

  test('it does not send again what the table did not take', async () => {
    let sends = 0;
    const lost: RowSource = {
      async* rows() {
        yield { header: ['name'], rows: many(30), ends: many(30).map((_, nth) => nth) };
        throw new Error('the connection was lost');
      },
    };
    const { run } = made({ source: lost }, {
      writer: writerWith(async (records) => {
        sends++;
        return records;
      }),
    });
    await expect(run()).rejects.toThrow('the connection was lost');
    expect(sends).toBe(1);
  });

  test('for good, what was read before is written first, so that it can be counted', async () => {
    let written = 0;
    const refused: unknown[] = [];
    const { run } = made({ source: broken }, {
      refused: async (at) => { refused.push(at, written); },
      writer: writerWith(async (records) => {
        written += Math.ceil(records.length / 2);
        return records.slice(Math.ceil(records.length / 2));
      }),
    });
    await expect(run()).rejects.toMatchObject({ code: 'UNTERMINATED_QUOTE' });
    expect(refused).toEqual([{ offset: 29, counts: { total: 30, accepted: 30, rejected: 0 } }, 30]);
  });

  test.each<[string, (ports: { lost: () => Promise<never> }) => Partial<StretchPorts>, string[]]>([
    ['the header is refused', () => ({}), ['name', 'name']],
    ['a record cannot be written', ({ lost }) => ({ writer: writerWith(lost) }), ['name']],
    ['a checkpoint cannot be saved', ({ lost }) => ({ isDue: () => true, save: lost }), ['name']],
  ])('the reading ends, too: %s', async (_, ports, header) => {
    let ended = false;
    const reading: RowSource = {
      async* rows() {
        try {
          for (let nth = 0; ; nth++) yield { header, rows: many(300), ends: many(300).map((__, row) => nth * 300 + row) };
        } finally {
          ended = true;
        }
      },
    };
    const { run } = made({ source: reading }, ports({ lost: async () => { throw new Error('lost'); } }));
    await expect(run()).rejects.toThrow();
    expect(ended).toBe(true);
  });

  test('rejects that cannot be stored end the attempt', async () => {
    const lines = many(100, () => ['x'.repeat(60_000), 'y']);
    const { run, rejects } = made({ source: source(lines) });
    rejects.putSegment = async () => { throw new Error('S3 is down'); };
    await expect(run()).rejects.toThrow('S3 is down');
  });
});
