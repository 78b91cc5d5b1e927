import { RecordWriter } from '../../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../../lambda-src/application/sending/send-window';
import { BuiltRecord } from '../../../../lambda-src/domain/records/record-builder';
import { fakeRecord } from '../../../support/fakes/fake-record';
import { VirtualTime } from '../../../support/fakes/virtual-time';

const LATENCY = 6;
/** Milliseconds' worth of its limit that a table saves up. */
const BURST = 100;

/** A table with a hard limit of records a second: what comes too fast is left unprocessed. */
class LimitedTable {
  public accepted = 0;
  public rejected = 0;
  private tokens = 0;
  private at = 0;

  constructor(private readonly time: VirtualTime, public limit: number, private readonly latency = LATENCY) {}

  public readonly send = async (records: readonly BuiltRecord[]): Promise<readonly BuiltRecord[]> => {
    await this.time.sleep(this.latency / 2);
    const now = this.time.now();
    this.tokens = Math.min(this.tokens + (now - this.at) * this.limit / 1000, Math.max(this.limit * BURST / 1000, 50));
    this.at = now;
    const taken = Math.min(records.length, Math.floor(this.tokens));
    this.tokens -= taken;
    this.accepted += taken;
    this.rejected += records.length - taken;
    await this.time.sleep(this.latency / 2);
    return records.slice(taken);
  };
}

const record = (nth: number) => fakeRecord(String(nth), `{"n":{"N":"${nth}"}}`);

async function writeAll(writer: RecordWriter, rows: number): Promise<void> {
  for (let nth = 0; nth < rows; nth++) await writer.put(record(nth));
  await writer.flush();
}

function world(limit: number, latency?: number) {
  const time = new VirtualTime();
  const table = new LimitedTable(time, limit, latency);
  const { now, sleep } = time;
  const window = new SendWindow({ now, sleep, random: () => 0.5 });
  const newWriter = () => new RecordWriter({ send: table.send, sleep, window });
  return { time, table, newWriter };
}

describe('a table with a hard limit', () => {
  test.each([[1_000, 20_000], [4_000, 80_000], [40_000, 400_000], [250, 5_000]])('of %i records a second is used up, and hardly asked for more', async (limit, rows) => {
    const { time, table, newWriter } = world(limit);
    await time.run(writeAll(newWriter(), rows));
    expect(table.accepted).toBe(rows);
    expect(rows / (time.now() / 1000) / limit).toBeGreaterThanOrEqual(0.97);
    expect(table.rejected / table.accepted).toBeLessThan(0.1);
  });

  test.each([[4_000, 1_000], [1_000, 4_000], [40_000, 400]])('that goes from %i to %i while records are on their way', async (before, after) => {
    const { time, table, newWriter } = world(before);
    const work = writeAll(newWriter(), before * 20 + after * 20);
    await time.run(work, 20_000);
    table.limit = after;
    await time.run(work);
    expect((before + after) * 20 / (before * 20 + after * (time.now() / 1000 - 20))).toBeGreaterThanOrEqual(0.97);
    expect(table.rejected / table.accepted).toBeLessThan(0.1);
  });

  test('that answers late', async () => {
    const { time, table, newWriter } = world(4_000, 50);
    await time.run(writeAll(newWriter(), 80_000));
    expect(80_000 / (time.now() / 1000) / 4_000).toBeGreaterThanOrEqual(0.97);
    expect(table.rejected / table.accepted).toBeLessThan(0.1);
  });

  test('shares it between several writers', async () => {
    const { time, table, newWriter } = world(4_000);
    await time.run(Promise.all([1, 2, 3].map(() => writeAll(newWriter(), 26_000))));
    expect(78_000 / (time.now() / 1000) / 4_000).toBeGreaterThanOrEqual(0.97);
    expect(table.rejected / table.accepted).toBeLessThan(0.1);
  });
});

test('a table without a limit is kept busy', async () => {
  const { time, table, newWriter } = world(1e9, 8);
  await time.run(writeAll(newWriter(), 300_000));
  expect(table.accepted / (time.now() / 1000)).toBeGreaterThan(90_000);
});

test('what has arrived makes room for others', () => {
  const window = new SendWindow({ now: () => 0, sleep: async () => undefined, random: () => 0.5 });
  const large = 14 * 1024 ** 2;
  for (let nth = 0; nth < 10; nth++) {
    const [small, first] = [window.tryEnter(1, 1_000)!, window.tryEnter(1, large)!];
    expect(first).toBeDefined();
    expect(window.tryEnter(1, large)).toBeUndefined();
    window.leave(first, 1);
    const second = window.tryEnter(1, large)!;
    expect(second).toBeDefined();
    window.leave(second, undefined);
    window.leave(small, 1);
  }
});

describe('a table that takes nothing', () => {
  const refusals = async (random: number) => {
    const time = new VirtualTime();
    const { now, sleep } = time;
    const sends: number[] = [];
    const send = async (records: readonly BuiltRecord[]) => {
      sends.push(now());
      return records;
    };
    const window = new SendWindow({ now, sleep, random: () => random });
    const newWriter = () => new RecordWriter({ send, sleep, window });
    const fail = async () => {
      const begun = now();
      await expect(time.run(writeAll(newWriter(), 100))).rejects.toThrow('the query table takes no more writes');
      return (now() - begun) / 1000;
    };
    return { fail, sends, send, time, newWriter };
  };

  test.each([[1, 71], [0.5, 36]])('is waited for as long as %d of the longest pauses, %d seconds, and then it is an error', async (random, seconds) => {
    const { fail } = await refusals(random);
    expect(Math.round(await fail())).toBe(seconds);
  });

  test('is asked less and less often', async () => {
    const { fail, sends } = await refusals(1);
    await fail();
    const pauses = sends.slice(1).map((at, nth) => at - sends[nth]).filter((pause) => pause > 0);
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, ...Array<number>(13).fill(5000)]);
  });

  test('a writer that comes later has patience of its own', async () => {
    const { fail } = await refusals(1);
    await fail();
    expect(await fail()).toBeGreaterThan(60);
  });

  test('and then something again is used up as if nothing had been', async () => {
    const { time, table, newWriter } = world(4_000);
    const work = writeAll(newWriter(), 80_000);
    await time.run(work, 5_000);
    table.limit = 0;
    await time.run(work, 15_000);
    table.limit = 4_000;
    const [before, again] = [table.accepted, time.now()];
    await time.run(work);
    // It may have asked just before, and then waits for five seconds at most.
    expect((80_000 - before) / ((time.now() - again) / 1000 - 5)).toBeGreaterThan(3_800);
  });
});
