import { validateInteger } from '../private/validation';

/**
 * How `GET /records` lists all records, newest first.
 *
 * It is an index of the table, or none: CloudFormation adds or removes one index of a table per deployment.
 */
export abstract class RecentIndex {
  /**
   * An index spread over a number of shards, since one key of a DynamoDB index takes 1,000 writes a second only
   * (Developer Guide, "Service quotas") and would hold back the whole table.
   *
   * @param shards 1 to 64; the index takes `shards` x 1,000 writes a second. Raise it for tables with more throughput;
   *   lowering it later hides the records of the shards that are gone. A new on-demand table takes 4,000 (default: 4).
   */
  public static sharded(shards: number = 4): RecentIndex {
    validateInteger('shards', shards, 1, 64);
    return new ShardedRecentIndex(shards);
  }

  /**
   * No such index: `GET /records` needs a declared index, or answers `LISTING_DISABLED`. Saves a write per record,
   * about half of the write bill.
   */
  public static none(): RecentIndex {
    return new NoRecentIndex();
  }

  /** Number of shards; 0 when there is no index. */
  public abstract readonly shards: number;
}

class ShardedRecentIndex extends RecentIndex {
  public constructor(public readonly shards: number) {
    super();
  }
}

class NoRecentIndex extends RecentIndex {
  public readonly shards = 0;
}
