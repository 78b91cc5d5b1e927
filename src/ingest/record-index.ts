import { IndexModel } from '../private/contract';
import { invalid } from '../private/validation';

/** Properties of an index. */
export interface RecordIndexProps {
  /** Name of the index, as in `GET /records?index=<name>&key=<value>`; 3 to 255 letters, digits, `_`, `-` and `.`. */
  readonly indexName: string;

  /** Column whose value selects the records. Give it many different values: one of them takes 1,000 writes a second. */
  readonly partitionKey: string;

  /**
   * Column that orders the records of one value.
   *
   * @default - no order
   */
  readonly sortKey?: string;
}

/**
 * An index over columns of the records (a DynamoDB global secondary index with all attributes).
 * Each index adds a write to every record's price.
 *
 * CloudFormation adds or removes one index of a table per deployment; a new table may have all of them at once, up to 20
 * with the recent index.
 */
export class RecordIndex {
  /** An index over one column, or two. */
  public static of(props: RecordIndexProps): RecordIndex {
    if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(props.indexName)) {
      invalid('INVALID_INDEX_NAME', `'indexName' must be 3 to 255 letters, digits, '_', '-' and '.', got '${props.indexName}'`);
    }
    return new RecordIndex(props);
  }

  /** Name of the index. */
  public readonly indexName: string;

  private constructor(private readonly props: RecordIndexProps) {
    this.indexName = props.indexName;
  }

  /** @internal */
  public _toModel(): IndexModel {
    return { name: this.props.indexName, partitionKey: this.props.partitionKey, sortKey: this.props.sortKey };
  }
}
