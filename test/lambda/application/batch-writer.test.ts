import * as fc from 'fast-check';
import { BatchWriter, BatchWriterPorts } from '../../../lambda-src/application/batch-writer';
import { BuiltRecord } from '../../../lambda-src/domain/record-builder';
import { WireItem, wireText } from '../../../lambda-src/domain/wire';

const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeAll(() => process.on('unhandledRejection', remember));
afterAll(() => process.off('unhandledRejection', remember));
afterEach(async () => {
  await new Promise(setImmediate);
  expect(unhandled.splice(0)).toEqual([]);
});

/** The nth record, under the key. */
function record(key: number, nth: number): BuiltRecord {
  return { key: String(key), item: { key: { S: String(key) }, value: { N: String(nth) } } };
}

const keyOf = (item: WireItem) => wireText(item.key);

/** A table that answers when the scheduler says so, and holds the writer to its promises. */
class WatchedTable {
  public readonly values = new Map<string, string>();
  public most = 0;
  public sends = 0;
  private readonly underWay = new Map<string, WireItem>();
  private sending = 0;

  /** `takes` says how many items each send is taken of; later ones are taken as a whole. */
  constructor(private readonly wait: () => Promise<unknown>, private readonly takes: readonly number[] = []) {}

  public readonly send = async (items: readonly WireItem[]): Promise<WireItem[]> => {
    const taken = Math.min(items.length, this.takes[this.sends++] ?? items.length);
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThanOrEqual(25);
    expect(new Set(items.map(keyOf)).size).toBe(items.length);
    for (const item of items) {
      // Either nothing with this key is on its way, or it is this very item, sent again.
      expect(this.underWay.get(keyOf(item)) ?? item).toBe(item);
      this.underWay.set(keyOf(item), item);
    }
    this.most = Math.max(this.most, ++this.sending);
    await this.wait();
    this.sending--;
    for (const item of items.slice(0, taken)) {
      this.values.set(keyOf(item), wireText(item.value));
      this.underWay.delete(keyOf(item));
    }
    return items.slice(taken);
  };
}

async function putAll(writer: BatchWriter, keys: readonly number[]): Promise<void> {
  for (const [nth, key] of keys.entries()) await writer.put(record(key, nth));
  await writer.flush();
}

const writerOn = (ports: Partial<BatchWriterPorts>) =>
  new BatchWriter({ send: async () => [], sleep: async () => undefined, random: Math.random, ...ports });

const manyKeys = fc.array(fc.nat({ max: 900 }), { maxLength: 900, size: 'max' });
const fewKeys = fc.array(fc.nat({ max: 30 }), { maxLength: 300, size: 'max' });
/** Fewer fruitless answers than the writer gives up after. */
const takes = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 25 })), { maxLength: 19 });

test('whatever the keys, the latencies and the unprocessed items: the table ends as the last write of each key', async () => {
  await fc.assert(fc.asyncProperty(fc.oneof(manyKeys, fewKeys), takes, fc.scheduler(), async (keys, answers, scheduler) => {
    const wait = () => scheduler.schedule(Promise.resolve());
    const table = new WatchedTable(wait, answers);
    const writer = writerOn({ send: table.send, sleep: async () => { await wait(); } });
    await scheduler.waitFor(putAll(writer, keys));
    expect(Object.fromEntries(table.values)).toEqual(Object.fromEntries(keys.map((key, nth) => [String(key), String(nth)])));
    expect(table.most).toBeLessThanOrEqual(16);
  }), { numRuns: 150 });
}, 60_000);

test('a key is held from the moment it is put until the table has it', async () => {
  await fc.assert(fc.asyncProperty(fewKeys, takes, fc.scheduler(), async (keys, answers, scheduler) => {
    const table = new WatchedTable(() => scheduler.schedule(Promise.resolve()), answers);
    const writer = writerOn({ send: table.send });
    const last = new Map<number, string>();
    await scheduler.waitFor((async () => {
      for (const [nth, key] of keys.entries()) {
        await writer.put(record(key, nth));
        last.set(key, String(nth));
        for (const [one, value] of last) expect(writer.holds(String(one)) || table.values.get(String(one)) === value).toBe(true);
      }
      await writer.flush();
      for (const key of keys) expect(writer.holds(String(key))).toBe(false);
    })());
  }), { numRuns: 30 });
}, 60_000);

test('16 batches are on their way at most, and then put() makes its caller wait', async () => {
  const answers: (() => void)[] = [];
  const writer = writerOn({ send: () => new Promise((resolve) => answers.push(() => resolve([]))) });
  for (let nth = 0; nth < 399; nth++) expect(writer.put(record(nth, nth))).toBeUndefined();
  let room = false;
  const full = writer.put(record(399, 399))!.then(() => { room = true; });
  await new Promise(setImmediate);
  expect([answers.length, room]).toEqual([16, false]);
  answers[7]();
  await full;
  const flushed = writer.flush();
  answers.forEach((answer) => answer());
  await flushed;
});

test('a record waits for one with its key, also while the writer is full and its batch fills up', async () => {
  const answers: (() => void)[] = [];
  const sent: string[][] = [];
  const send = (items: readonly WireItem[]) => {
    sent.push(items.map(keyOf));
    return new Promise<WireItem[]>((resolve) => answers.push(() => resolve([])));
  };
  const writer = writerOn({ send });
  for (let nth = 0; nth < 399; nth++) await writer.put(record(nth, nth));
  // 15 batches are on their way and 24 records wait: the next one fills the 16th batch, but must wait for the first.
  let done = false;
  const again = writer.put(record(0, 1000))!.then(() => { done = true; });
  answers[1]();
  await new Promise(setImmediate);
  expect([sent.length, done]).toEqual([15, false]);
  answers[0]();
  await again;
  expect(sent[15]).toEqual([...Array.from({ length: 24 }, (_, nth) => String(375 + nth)), '0']);
  answers.forEach((answer) => answer());
  await writer.flush();
});

describe('a send that fails', () => {
  const denied = new Error('denied');

  test('is told by the next put or by flush, whichever comes first, and by every one after it', async () => {
    await fc.assert(fc.asyncProperty(manyKeys, fc.nat({ max: 30 }), fc.scheduler(), async (keys, failsAt, scheduler) => {
      let sends = 0;
      const send = async () => {
        const fails = sends++ === failsAt;
        await scheduler.schedule(Promise.resolve());
        if (fails) throw denied;
        return [];
      };
      const writer = writerOn({ send });
      const outcome = await scheduler.waitFor(putAll(writer, keys).catch((error: unknown) => error));
      await scheduler.waitFor(writer.abandon());
      expect(outcome).toBe(sends > failsAt ? denied : undefined);
      if (outcome === undefined) return;
      expect(() => writer.put(record(1, 1))).toThrow(denied);
      await expect(writer.flush()).rejects.toBe(denied);
    }), { numRuns: 50 });
  });

  test('stops what waits to be sent again', async () => {
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => { wake = resolve; });
    const sent: string[] = [];
    const send = async (items: readonly WireItem[]) => {
      sent.push(keyOf(items[0]));
      if (sent.length > 1) throw denied;
      return [...items];
    };
    const writer = writerOn({ send, sleep: () => asleep });
    for (let nth = 0; nth < 50; nth++) await writer.put(record(nth, nth));
    const flushed = writer.flush();
    await expect(flushed).rejects.toBe(denied);
    wake();
    await writer.abandon();
    expect(sent).toEqual(['0', '25']);
  });
});

describe('abandon', () => {
  test('drops what waits, lets what is on its way arrive, and sends nothing any more', async () => {
    await fc.assert(fc.asyncProperty(manyKeys, takes, fc.scheduler(), async (keys, answers, scheduler) => {
      const wait = () => scheduler.schedule(Promise.resolve());
      const table = new WatchedTable(wait, answers);
      const writer = writerOn({ send: table.send, sleep: async () => { await wait(); } });
      await scheduler.waitFor((async () => {
        for (const [nth, key] of keys.entries()) await writer.put(record(key, nth));
      })());
      const before = table.sends;
      await scheduler.waitFor(writer.abandon());
      expect(table.sends).toBe(before);
      expect(scheduler.count()).toBe(0);
    }), { numRuns: 50 });
  });

  test('of a writer that never had anything ends at once', async () => {
    await expect(writerOn({}).abandon()).resolves.toBeUndefined();
  });
});

describe('a table that takes nothing', () => {
  const pausesWith = async (random: number) => {
    const pauses: number[] = [];
    const writer = writerOn({ send: async (items) => [...items], sleep: async (pause) => { pauses.push(pause); }, random: () => random });
    void writer.put(record(1, 1));
    await expect(writer.flush()).rejects.toThrow('the query table takes no more writes');
    return pauses;
  };

  test('is tried 20 times, with pauses that double up to five seconds', async () => {
    expect(await pausesWith(1)).toEqual([100, 200, 400, 800, 1600, 3200, ...Array<number>(13).fill(5000)]);
  });

  test('each pause is anything from nothing to its longest: full jitter', async () => {
    expect(await pausesWith(0)).toEqual(Array(19).fill(0));
    expect((await pausesWith(0.25)).slice(0, 3)).toEqual([25, 50, 100]);
  });

  test('as soon as it takes something, patience begins anew', async () => {
    const pauses: number[] = [];
    const answers = [25, 25, 25, 24, 24, 0];
    const send = async (items: readonly WireItem[]) => items.slice(0, answers.shift());
    const writer = writerOn({ send, sleep: async (pause) => { pauses.push(pause); }, random: () => 1 });
    await putAll(writer, Array.from({ length: 25 }, (_, nth) => nth));
    expect(pauses).toEqual([100, 200, 400, 50, 100]);
  });
});
