/**
 * Reads a list that is spread over shards, each newest first, as one list that is newest first.
 *
 * Positions are unique over all shards and newer items have greater ones. So one position is the whole cursor, below which
 * every shard continues, and a listing only ever goes down: an item that is there when the listing begins, and stays where it
 * is, is seen exactly once; one that is written meanwhile at most once, namely if it lies below what has been read by then, as
 * the rows of an upload in progress may.
 *
 * A page asks each shard for its expected share plus three standard deviations, and asks again only a shard that ran dry before
 * the page was full.
 */
export interface Positioned<T> {
  readonly position: string;
  readonly item: T;
}

export interface ShardPage<T> {
  /** In descending order; not empty unless the shard is exhausted. */
  readonly items: readonly Positioned<T>[];
  /** Nothing follows these items. */
  readonly exhausted: boolean;
}

export type ReadShard<T> = (shard: number, before: string | undefined, limit: number) => Promise<ShardPage<T>>;

export interface Page<T> {
  readonly items: T[];
  /** Where the next page starts; null exactly when nothing follows. */
  readonly next: string | null;
}

export interface MergeRequest<T> {
  readonly shards: number;
  readonly limit: number;
  /** The position that the page before ended at. */
  readonly before?: string;
  readonly readShard: ReadShard<T>;
  /** Items it refuses are passed over. */
  readonly accepts?: (item: T) => boolean;
  /** How often shards are read, in parallel, until a page that is not full yet is returned as it is. */
  readonly maxRounds?: number;
  /** A page ends before its items weigh more than `maxWeight` in all, but has at least one. */
  readonly weigh?: (item: T) => number;
  readonly maxWeight?: number;
}

export async function mergePages<T>(request: MergeRequest<T>): Promise<Page<T>> {
  const { limit, accepts = () => true, weigh = () => 0, maxRounds = Infinity, maxWeight = Infinity } = request;
  const shards = Array.from({ length: request.shards }, (_, shard) => new Shard(shard, request));
  const items: T[] = [];
  let weight = 0;
  let next = request.before ?? null;

  for (let round = 0; round < maxRounds; round++) {
    await refill(shards, limit - items.length, request.accepts ? 2 ** round : 1);
    while (!shards.some((shard) => shard.isDry)) {
      const shard = newest(shards);
      if (!shard) return { items, next: null };
      const { position, item } = shard.queue[0];
      if (accepts(item)) {
        const heavier = weight + weigh(item);
        if (items.length === limit || (items.length > 0 && heavier > maxWeight)) return { items, next };
        items.push(item);
        weight = heavier;
      }
      next = position;
      shard.queue.shift();
    }
    // One item more is proof enough that something follows, whatever the shard that ran dry would give.
    if (items.length === limit && shards.some((shard) => shard.queue.some(({ item }) => accepts(item)))) return { items, next };
  }
  return { items, next };
}

/** The most that one read asks for. */
const MAX_READ = 1000;

/** The expected share of a shard and three standard deviations of it. */
export function readSize(share: number): number {
  return Math.min(MAX_READ, Math.ceil(share + 3 * Math.sqrt(share)));
}

/** Reads the shards that ran dry, in parallel; `factor` is for filters, which let less through than was read. */
async function refill<T>(shards: readonly Shard<T>[], missing: number, factor: number): Promise<void> {
  const open = shards.filter((shard) => !shard.exhausted).length;
  const size = readSize(factor * Math.max(1, missing) / Math.max(1, open));
  await Promise.all(shards.filter((shard) => shard.isDry).map((shard) => shard.read(size)));
}

function newest<T>(shards: readonly Shard<T>[]): Shard<T> | undefined {
  return shards.reduce<Shard<T> | undefined>((best, shard) => (shard.head > (best?.head ?? '') ? shard : best), undefined);
}

class Shard<T> {
  public queue: Positioned<T>[] = [];
  public exhausted = false;
  private before: string | undefined;

  constructor(private readonly shard: number, private readonly request: MergeRequest<T>) {
    this.before = request.before;
  }

  /** More may follow, and it is not known what: nothing of the other shards can be taken before that. */
  public get isDry(): boolean {
    return this.queue.length === 0 && !this.exhausted;
  }

  /** The position of the next item; empty, and so below all others, when there is none. */
  public get head(): string {
    return this.queue[0]?.position ?? '';
  }

  public async read(limit: number): Promise<void> {
    const { items, exhausted } = await this.request.readShard(this.shard, this.before, limit);
    this.queue = [...items];
    this.exhausted = exhausted;
    this.before = items.at(-1)?.position ?? this.before;
  }
}
