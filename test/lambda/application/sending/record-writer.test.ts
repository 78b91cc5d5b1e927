import * as fc from 'fast-check';
import { RecordWriter, RecordWriterPorts } from '../../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../../lambda-src/application/sending/send-window';
import { BuiltRecord } from '../../../../lambda-src/domain/records/record-builder';
import { fakeRecord } from '../../../support/fakes/fake-record';
import { VirtualTime } from '../../../support/fakes/virtual-time';

const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', remember));
afterAll(() => process.off('unhandledRejection', remember));
afterEach(async () => {
  await new Promise(setImmediate);
  expect(unhandled.splice(0)).toEqual([]);
});

/** The nth record, under the key. */
function record(key: number, nth: number, size = 0): BuiltRecord {
  return fakeRecord(String(key), `{"value":{"N":"${nth}"}}${' '.repeat(size)}`);
}

const valueOf = ({ item }: BuiltRecord) => (JSON.parse(String(item)) as { value: { N: string } }).value.N;

/** A table that answers when it likes to, and holds the writer to its promises. */
class WatchedTable {
  public readonly values = new Map<string, string>();
  public most = 0;
  public sends = 0;
  public sizes: number[] = [];
  private readonly underWay = new Set<string>();
  private sending = 0;

  /** `takes` says how many records each send is taken of; later ones are taken as a whole. */
  constructor(private readonly wait: () => Promise<unknown>, private readonly takes: readonly number[] = []) {}

  public readonly send = async (records: readonly BuiltRecord[]): Promise<readonly BuiltRecord[]> => {
    const taken = Math.min(records.length, this.takes[this.sends++] ?? records.length);
    expect(records.length).toBeGreaterThan(0);
    expect(records.length).toBeLessThanOrEqual(25);
    this.sizes.push(records.length);
    for (const { key } of records) {
      expect(this.underWay.has(key)).toBe(false);
      this.underWay.add(key);
    }
    this.most = Math.max(this.most, ++this.sending);
    await this.wait();
    this.sending--;
    for (const [at, one] of records.entries()) {
      if (at < taken) this.values.set(one.key, valueOf(one));
      this.underWay.delete(one.key);
    }
    return records.slice(taken);
  };
}

const never = () => new Promise<void>(() => undefined);

const putAll = async (writer: RecordWriter, keys: readonly number[]): Promise<void> => {
  for (const [nth, key] of keys.entries()) {
    await writer.put(record(key, nth));
    writer.mark(nth + 1);
  }
  await writer.flush();
};

function writerOn({ sleep = async () => undefined, ...ports }: Partial<RecordWriterPorts>): RecordWriter {
  const window = new SendWindow({ now: () => performance.now(), sleep, random: Math.random });
  return new RecordWriter({ send: async () => [], sleep, window, ...ports });
}

const turn = () => new Promise<void>((resolve) => { setImmediate(resolve); });

/** A table whose answers come when the test gives them. */
function answeredTable() {
  const sent: string[][] = [];
  const answers: ((left: readonly number[]) => void)[] = [];
  const send = (records: readonly BuiltRecord[]) => new Promise<readonly BuiltRecord[]>((resolve) => {
    sent.push(records.map(valueOf));
    answers.push((left) => resolve(left.map((nth) => records[nth])));
  });
  return { sent, answers, send };
}

const manyKeys = fc.array(fc.nat({ max: 900 }), { maxLength: 900, size: 'max' });
const fewKeys = fc.array(fc.nat({ max: 30 }), { maxLength: 300, size: 'max' });
const takes = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 25 })), { maxLength: 19 });
const someRows = fc.integer({ min: 1, max: 60 });
const delays = fc.infiniteStream(fc.nat({ max: 300 }));

/** A table whose answers take as long as they like, in any order. */
function latentTable(delay: fc.Stream<number>, answers: readonly number[]) {
  const time = new VirtualTime();
  const table = new WatchedTable(() => time.sleep(delay.next().value!), answers);
  const { now, sleep } = time;
  const newWriter = () => new RecordWriter({ send: table.send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
  return { time, table, newWriter };
}

test('whatever the keys, the latencies and the unprocessed records: the table ends as the last write of each key', async () => {
  await fc.assert(fc.asyncProperty(fc.oneof(manyKeys, fewKeys), takes, delays, async (keys, answers, delay) => {
    const { time, table, newWriter } = latentTable(delay, answers);
    await time.run(putAll(newWriter(), keys));
    expect(Object.fromEntries(table.values)).toEqual(Object.fromEntries(keys.map((key, nth) => [String(key), String(nth)])));
    expect(table.most).toBeLessThanOrEqual(32);
  }), { numRuns: 100 });
});

test('of keys that are all different just those are held that the table does not have', async () => {
  await fc.assert(fc.asyncProperty(fc.nat({ max: 900 }), takes, delays, async (rows, answers, delay) => {
    const { time, table, newWriter } = latentTable(delay, answers);
    const writer = newWriter();
    await time.run((async () => {
      for (let nth = 0; nth < rows; nth++) {
        await writer.put(record(nth, nth));
        for (const one of [nth, Math.floor(nth / 2), 0, nth + 1]) {
          expect(writer.holds(record(one, 0))).toBe(one <= nth && !table.values.has(String(one)));
        }
      }
      await writer.flush();
    })());
    expect(table.values.size).toBe(rows);
  }), { numRuns: 50 });
});

test('a key is held from the moment it is put until the table has it', async () => {
  await fc.assert(fc.asyncProperty(fewKeys, takes, delays, async (keys, answers, delay) => {
    const { time, table, newWriter } = latentTable(delay, answers);
    const writer = newWriter();
    const last = new Map<number, string>();
    await time.run((async () => {
      for (const [nth, key] of keys.entries()) {
        await writer.put(record(key, nth));
        last.set(key, String(nth));
        for (const [one, value] of last) expect(writer.holds(record(one, 0)) || table.values.get(String(one)) === value).toBe(true);
      }
      await writer.flush();
      for (const key of keys) expect(writer.holds(record(key, 0))).toBe(false);
    })());
  }), { numRuns: 30 });
});

test('records whose keys have one hash are not taken for one another', async () => {
  const table = new WatchedTable(async () => undefined);
  const writer = writerOn({ send: table.send, sleep: never });
  const alike = (key: number) => ({ ...record(key, key), hash: 7 });
  for (let key = 0; key < 20; key++) {
    expect(writer.holds(alike(key))).toBe(false);
    await writer.put(alike(key));
    expect([writer.holds(alike(key)), writer.holds(alike(key + 1))]).toEqual([true, false]);
  }
  await writer.flush();
  expect(table.values.size).toBe(20);
  for (let key = 0; key < 20; key++) expect(writer.holds(alike(key))).toBe(false);
});

describe('what the table left', () => {
  test('goes before what has waited since', async () => {
    const { sent, answers, send } = answeredTable();
    const writer = writerOn({ send, sleep: never });
    for (let nth = 0; nth < 35; nth++) void writer.put(record(nth, nth));
    answers[0]([3, 4]);
    await turn();
    for (let nth = 35; nth < 48; nth++) void writer.put(record(nth, nth));
    expect(sent[1].slice(0, 4)).toEqual(['3', '4', '25', '26']);
  });

  test('gives way to a later record with its key, which goes alone', async () => {
    const { sent, answers, send } = answeredTable();
    const writer = writerOn({ send, sleep: never });
    for (let nth = 0; nth < 25; nth++) void writer.put(record(nth, nth));
    answers[0]([3]);
    await turn();
    void writer.put(record(3, 100));
    const flushed = writer.flush();
    await turn();
    expect(sent.slice(1)).toEqual([['100']]);
    answers[1]([]);
    await flushed;
  });
});

describe('the safe position', () => {
  test('does not wait for what has given way to a later record with its key', async () => {
    const writer = writerOn({ sleep: never });
    void writer.put(record(1, 1));
    writer.mark(1);
    expect(writer.safe).toBeUndefined();
    void writer.put(record(1, 2));
    expect(writer.safe).toBe(1);
  });

  test('lies behind nothing that is not in the table, or about to be replaced, and before nothing that is', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(manyKeys, fewKeys), takes, delays, someRows, async (keys, answers, delay, every) => {
      const { time, table, newWriter } = latentTable(delay, answers);
      const writer = newWriter();
      let checked = 0;
      const check = () => {
        const safe = writer.safe ?? 0;
        if (safe === checked) return;
        checked = safe;
        for (const [nth, key] of keys.slice(0, safe).entries()) {
          // In the table, or given way to a later one, which lies behind the mark.
          const isThere = Number(table.values.get(String(key)) ?? -1) >= nth;
          expect(isThere || keys.lastIndexOf(key) >= safe).toBe(true);
        }
      };
      await time.run((async () => {
        for (const [nth, key] of keys.entries()) {
          await writer.put(record(key, nth));
          if (nth % every === 0) writer.mark(nth + 1);
          check();
        }
        writer.mark(keys.length);
        await writer.flush();
      })());
      expect(writer.safe).toBe(keys.length);
    }), { numRuns: 40 });
  });

  test('is that of the slowest batch, however many later ones have arrived', async () => {
    const answers: (() => void)[] = [];
    const send = () => new Promise<BuiltRecord[]>((resolve) => answers.push(() => resolve([])));
    const writer = writerOn({ send, sleep: never });
    expect(writer.safe).toBeUndefined();
    for (let nth = 0; nth < 75; nth++) {
      void writer.put(record(nth, nth));
      writer.mark(nth + 1);
    }
    answers[1]();
    answers[2]();
    await new Promise(setImmediate);
    expect(writer.safe).toBeUndefined();
    answers[0]();
    await new Promise(setImmediate);
    expect(writer.safe).toBe(75);
    writer.mark(80);
    expect(writer.safe).toBe(80);
  });
});

describe('full', () => {
  test('put() makes its caller wait while as many requests are under way as may be, and a batch is ready', async () => {
    const answers: (() => void)[] = [];
    const send = () => new Promise<BuiltRecord[]>((resolve) => answers.push(() => resolve([])));
    const writer = writerOn({ send, sleep: never });
    for (let nth = 0; nth < 124; nth++) expect(writer.put(record(nth, nth))).toBeUndefined();
    let room = false;
    const full = writer.put(record(124, 124))!.then(() => { room = true; });
    await new Promise(setImmediate);
    expect([answers.length, room]).toEqual([4, false]);
    answers[2]();
    await full;
    // Two more for the one that was answered: slow start.
    expect(answers).toHaveLength(5);
    for (let nth = 125; nth < 150; nth++) expect(writer.put(record(nth, nth))).toBeUndefined();
    expect(answers).toHaveLength(6);
    const flushed = writer.flush();
    answers.forEach((answer) => answer());
    await flushed;
  });

  test('a request has 16 MB at most', async () => {
    const table = new WatchedTable(async () => undefined);
    const writer = writerOn({ send: table.send, sleep: never });
    for (let nth = 0; nth < 25; nth++) await writer.put(record(nth, nth, 3_000_000));
    await writer.flush();
    expect(table.sizes).toEqual([5, 5, 5, 5, 5]);
  });

  test('all requests together have no more than fits into memory', async () => {
    let most = 0;
    let underWay = 0;
    const time = new VirtualTime();
    const { now, sleep } = time;
    const send = async (records: readonly BuiltRecord[]) => {
      const size = records.reduce((sum, { item }) => sum + item.byteLength, 0);
      most = Math.max(most, underWay += size);
      await time.sleep(10);
      underWay -= size;
      return [];
    };
    const writer = new RecordWriter({ send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
    await time.run((async () => {
      for (let nth = 0; nth < 200; nth++) await writer.put(record(nth, nth, 400_000));
      await writer.flush();
    })());
    expect(most).toBeGreaterThan(10_000_000);
    expect(most).toBeLessThanOrEqual(24 * 1024 ** 2);
  });
});

describe('a record does not wait for ever', () => {
  test('in a batch that does not fill up', async () => {
    const time = new VirtualTime();
    const table = new WatchedTable(() => time.sleep(5));
    const { now, sleep } = time;
    const writer = new RecordWriter({ send: table.send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
    void writer.put(record(1, 1));
    await time.run(time.sleep(110));
    expect(table.values.get('1')).toBe('1');
    void writer.put(record(2, 2));
    await time.run(time.sleep(110));
    expect(table.sizes).toEqual([1, 1]);
  });

  test('when the table left it unprocessed and nothing follows', async () => {
    const time = new VirtualTime();
    const table = new WatchedTable(() => time.sleep(5), [3, 0, 1]);
    const { now, sleep } = time;
    const writer = new RecordWriter({ send: table.send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
    for (let nth = 0; nth < 25; nth++) void writer.put(record(nth, nth));
    writer.mark(25);
    await time.run(time.sleep(3_000));
    expect([table.values.size, writer.safe]).toEqual([25, 25]);
  });

  test('but batches are filled as long as rows come', async () => {
    const time = new VirtualTime();
    const table = new WatchedTable(() => time.sleep(5));
    const { now, sleep } = time;
    const writer = new RecordWriter({ send: table.send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
    await time.run((async () => {
      for (let nth = 0; nth < 1_000; nth++) {
        await writer.put(record(nth, nth));
        await time.sleep(1);
      }
      await writer.flush();
    })());
    expect(table.sizes).toEqual(Array(40).fill(25));
  });
});

test('what the table leaves goes together with what comes next', async () => {
  const time = new VirtualTime();
  const table = new WatchedTable(() => time.sleep(5), [20, 20, 20, 20]);
  const { now, sleep } = time;
  const writer = new RecordWriter<number>({ send: table.send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
  await time.run(putAll(writer, Array.from({ length: 1_000 }, (_, nth) => nth)));
  expect(table.values.size).toBe(1_000);
  expect(table.sends).toBeLessThanOrEqual(42);
});

describe('a send that fails', () => {
  const denied = new Error('denied');

  test('is told by the next put or by flush, whichever comes first, and by every one after it', async () => {
    await fc.assert(fc.asyncProperty(manyKeys, fc.nat({ max: 30 }), delays, async (keys, failsAt, delay) => {
      const time = new VirtualTime();
      const { now, sleep } = time;
      let sends = 0;
      const send = async () => {
        const fails = sends++ === failsAt;
        await sleep(delay.next().value!);
        if (fails) throw denied;
        return [];
      };
      const writer = new RecordWriter<number>({ send, sleep, window: new SendWindow({ now, sleep, random: Math.random }) });
      const outcome = await time.run(putAll(writer, keys).catch((error: unknown) => error));
      await time.run(writer.abandon());
      expect(outcome).toBe(sends > failsAt ? denied : undefined);
      if (outcome === undefined) return;
      expect(() => writer.put(record(1, 1))).toThrow(denied);
      await expect(writer.flush()).rejects.toBe(denied);
    }), { numRuns: 50 });
  });

  test('ends the waiting of whoever waits for the table', async () => {
    const sent: string[] = [];
    const send = async (records: readonly BuiltRecord[]) => {
      sent.push(records[0].key);
      if (sent.length === 4) throw denied;
      return records;
    };
    // Its pauses never end.
    const writer = writerOn({ send, sleep: never });
    for (let nth = 0; nth < 100; nth++) void writer.put(record(nth, nth));
    await expect(writer.flush()).rejects.toBe(denied);
    await writer.abandon();
    expect(sent).toEqual(['0', '25', '50', '75']);
  });
});

describe('abandon', () => {
  test('drops what waits, lets what is on its way arrive, and sends nothing any more', async () => {
    await fc.assert(fc.asyncProperty(manyKeys, takes, delays, async (keys, answers, delay) => {
      const { time, table, newWriter } = latentTable(delay, answers);
      const writer = newWriter();
      await time.run((async () => {
        for (const [nth, key] of keys.entries()) await writer.put(record(key, nth));
      })());
      const before = table.sends;
      await time.run(writer.abandon());
      await time.run(time.sleep(10_000));
      expect(table.sends).toBe(before);
    }), { numRuns: 50 });
  });

  test('ends when all that is on its way has arrived, and not before', async () => {
    const { answers, send } = answeredTable();
    const writer = writerOn({ send, sleep: never });
    for (let nth = 0; nth < 75; nth++) void writer.put(record(nth, nth));
    let isOver = false;
    const over = writer.abandon().then(() => { isOver = true; });
    for (const answer of answers) {
      await turn();
      expect(isOver).toBe(false);
      answer([1]);
    }
    await over;
    expect(answers).toHaveLength(3);
  });

  test('ends the waiting of whoever waits for the table, at once', async () => {
    const writer = writerOn({ send: answeredTable().send, sleep: never });
    for (let nth = 0; nth < 124; nth++) expect(writer.put(record(nth, nth))).toBeUndefined();
    const outcome = Promise.race([writer.put(record(124, 124))!.catch((error: unknown) => error), turn().then(turn)]);
    void writer.abandon();
    expect(await outcome).toEqual(new Error('the writer was abandoned'));
  });

  test('of a writer that never had anything ends at once', async () => {
    await expect(writerOn({}).abandon()).resolves.toBeUndefined();
  });
});
