import * as fc from 'fast-check';
import { mergePages, MergeRequest, Page, readSize } from '../../../../lambda-src/domain/lists/merge-pages';

/** A list over shards in memory, which counts what is read of it. */
class ShardedList {
  public reads = 0;
  public itemsRead = 0;
  public readonly shards: string[][];

  constructor(count: number, private readonly beforeRead: () => void = () => {}) {
    this.shards = Array.from({ length: count }, () => []);
  }

  public add(shard: number, position: string): void {
    this.shards[shard % this.shards.length].push(position);
  }

  public async page(request: Partial<MergeRequest<string>>): Promise<Page<string>> {
    return mergePages({
      shards: this.shards.length,
      limit: 10,
      readShard: async (shard, before, limit) => {
        this.beforeRead();
        const below = this.shards[shard].filter((one) => before === undefined || one < before).sort().reverse();
        const items = below.slice(0, limit).map((position) => ({ position, item: position }));
        this.reads++;
        this.itemsRead += items.length;
        // DynamoDB says that a shard ends only when it was asked for more than there was.
        return { items, exhausted: below.length < limit };
      },
      ...request,
    });
  }

  public async pages(request: Partial<MergeRequest<string>>, between: () => void = () => {}): Promise<Page<string>[]> {
    const pages: Page<string>[] = [];
    for (let before: string | null | undefined; before !== null; before = pages.at(-1)!.next) {
      pages.push(await this.page({ ...request, before }));
      between();
    }
    return pages;
  }
}

const position = (order: number) => String(order).padStart(6, '0');
/** For every item, in the order of time, the shard it is in. */
const placements = fc.array(fc.nat({ max: 63 }), { maxLength: 200 });
const shardCount = fc.integer({ min: 1, max: 8 });
const limit = fc.integer({ min: 1, max: 50 });

function listOf(shards: number, placed: number[]): ShardedList {
  const list = new ShardedList(shards);
  placed.forEach((shard, order) => list.add(shard, position(order)));
  return list;
}

test('the pages, put together, are the listing, and only the last may be short', async () => {
  await fc.assert(fc.asyncProperty(shardCount, placements, limit, async (shards, placed, size) => {
    const pages = await listOf(shards, placed).pages({ limit: size });
    expect(pages.flatMap((page) => page.items)).toEqual(placed.map((_, order) => position(order)).reverse());
    pages.slice(0, -1).forEach((page) => expect(page.items).toHaveLength(size));
    expect(pages).toHaveLength(Math.max(1, Math.ceil(placed.length / size)));
  }));
});

/** Items that are written one after the other: a shard and a place anywhere among, above or below 200 that were there before. */
const writes = fc.uniqueArray(fc.record({ shard: fc.nat({ max: 63 }), order: fc.integer({ min: 0, max: 2100 }) }), {
  selector: ({ order }) => order, maxLength: 200,
}).map((all) => all.filter(({ order }) => order % 10 !== 5));

describe.each([['between the pages', 'page'], ['between the reads', 'read']])('of items written anywhere %s', (_, when) => {
  test('each is seen at most once and none hides another', async () => {
    const bursts = fc.integer({ min: 1, max: 40 });
    await fc.assert(fc.asyncProperty(shardCount, placements, limit, writes, bursts, async (shards, placed, size, later, burst) => {
      const queue = [...later];
      const write = () => queue.splice(0, burst).forEach(({ shard, order }) => list.add(shard, position(order)));
      const list = new ShardedList(shards, when === 'read' ? write : undefined);
      const before = placed.map((shard, order) => ({ shard, at: position(order * 10 + 5) }));
      before.forEach(({ shard, at }) => list.add(shard, at));
      const seen = (await list.pages({ limit: size }, when === 'page' ? write : undefined)).flatMap((page) => page.items);

      expect(seen).toEqual([...new Set(seen)].sort().reverse());
      const stayed = new Set(before.map(({ at }) => at));
      expect(seen.filter((item) => stayed.has(item))).toEqual([...stayed].reverse());
    }));
  });
});

test('an item written below the cursor is seen on a later page, one written above it is not', async () => {
  const list = listOf(2, [0, 1, 0, 1]);
  let page = 0;
  const pages = await list.pages({ limit: 2 }, () => {
    if (page++ === 0) ['000001a', '000002a'].forEach((item) => list.add(0, item));
  });
  expect(pages.map(({ items }) => items)).toEqual([['000003', '000002'], ['000001a', '000001'], ['000000']]);
});

test('a filter passes items over without losing any, also when pages are cut short', async () => {
  const accepts = (item: string) => Number(item) % 7 === 0;
  const rounds = fc.integer({ min: 1, max: 4 });
  await fc.assert(fc.asyncProperty(shardCount, placements, limit, rounds, async (shards, placed, size, maxRounds) => {
    const pages = await listOf(shards, placed).pages({ limit: size, accepts, maxRounds });
    expect(pages.flatMap((page) => page.items)).toEqual(placed.map((_, at) => position(at)).reverse().filter(accepts));
  }));
});

test('with rounds enough a filtered page is full, and the last one is known to be the last', async () => {
  const accepts = (item: string) => Number(item) % 7 === 0;
  await fc.assert(fc.asyncProperty(shardCount, placements, limit, async (shards, placed, size) => {
    const pages = await listOf(shards, placed).pages({ limit: size, accepts });
    const matching = placed.filter((_, at) => at % 7 === 0).length;
    expect(pages).toHaveLength(Math.max(1, Math.ceil(matching / size)));
  }));
});

test('a page is cut before it weighs too much, but holds at least one item', async () => {
  await fc.assert(fc.asyncProperty(shardCount, placements, fc.integer({ min: 1, max: 30 }), async (shards, placed, maxWeight) => {
    const pages = await listOf(shards, placed).pages({ limit: 10, weigh: () => 3, maxWeight });
    expect(pages.flatMap((page) => page.items)).toHaveLength(placed.length);
    pages.forEach((page) => expect(page.items.length * 3 <= maxWeight || page.items.length === 1).toBe(true));
  }));
});

test.each([[1, 130], [4, 160], [8, 192], [16, 224], [64, 386]])('a page of 100 over %i even shards reads about %i items', async (shards, documented) => {
  const list = listOf(shards, Array.from({ length: 20_000 }, (_, order) => (order * 2654435761) % 4093));
  await list.page({ limit: 100 });
  expect(shards * readSize(100 / shards)).toBeLessThanOrEqual(documented);
  expect(list.itemsRead).toBeLessThanOrEqual(documented * 1.1);
  expect(list.reads).toBeLessThanOrEqual(shards * 1.2);
});

test('a shard that has everything is read on alone', async () => {
  const list = listOf(4, Array.from({ length: 1000 }, () => 2));
  expect((await list.page({ limit: 100 })).items).toHaveLength(100);
  expect(list.reads).toBe(5);
});
