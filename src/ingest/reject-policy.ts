import { Token } from 'aws-cdk-lib';
import { RejectPolicyModel } from '../private/contract';
import { invalid, validateInteger } from '../private/validation';

/**
 * How many rows of an upload may be rejected. Rejected rows are kept with their reasons, whatever the policy (`GET /uploads/{id}/rejects`):
 * of an upload that fails those that were found by then. A dry run (`dryRun: true`) lists all rows that would be rejected, and no policy
 * fails it.
 */
export class RejectPolicy {
  /** Any number of rows: what is good is written, and the upload completes. A file that is no CSV, or no JSON, fails it all the same. */
  public static tolerate(): RejectPolicy {
    return new RejectPolicy({});
  }

  /**
   * At most so many rows of an upload; the next one fails it with `TOO_MANY_REJECTS`, at once. Records that were written before stay
   * where they are: the upload processed again, or sent again with the same keys, overwrites them. It costs nothing.
   *
   * With a `FanOut` many functions work on one upload. Each stops at once at the row that is too many for it alone; those of all of
   * them are added up when a range is done, and every five seconds. So some more rows may be read and written, and rejected, before
   * the upload fails. An upload with no more than so many rejects never fails by them.
   *
   * @param rows 0 or more
   */
  public static atMost(rows: number): RejectPolicy {
    validateInteger('rows', rows, 0, Number.MAX_SAFE_INTEGER);
    return new RejectPolicy({ most: rows });
  }

  /**
   * At most this part of an upload's rows, which is known when all are read: a worse upload fails with `TOO_MANY_REJECTS` at its end, and
   * its good rows stay where they are. It costs nothing.
   *
   * @param ratio 0 to less than 1, such as 0.05 for one row in twenty: exactly that many are tolerated
   */
  public static ratio(ratio: number): RejectPolicy {
    if (!Token.isUnresolved(ratio) && !(ratio >= 0 && ratio < 1)) {
      invalid('OUT_OF_RANGE', `'ratio' must be at least 0 and less than 1, got ${ratio}`);
    }
    return new RejectPolicy({ ratio });
  }

  /**
   * No row: nothing of an upload is written unless all of its rows are good. Else it fails with `TOO_MANY_REJECTS`, and lists those that
   * are not, up to 1,000, at which it reads no further.
   *
   * The files are read and checked from beginning to end first, and then read again and written, from the same bytes as before. That costs
   * computing time and no write units, and a large file takes longer until its first record is there. Then records become visible one
   * after the other, as with the other policies, and not all at once. Where keys of rows can be the same, or values must be unique, the
   * first reading keeps 16 bytes of each in memory, and an upload with more than 12 million of them fails with `TOO_MANY_UNIQUE_VALUES`.
   */
  public static none(): RejectPolicy {
    return new RejectPolicy({ most: 0, dryFirst: true });
  }

  private constructor(private readonly model: RejectPolicyModel) {}

  /** @internal */
  public _toModel(): RejectPolicyModel {
    return this.model;
  }
}
