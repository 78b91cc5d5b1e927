import { canBeKey } from './key-limits';
import { keyIn, ListPage, PageRequest, tokenFor } from './paging';
import { RecordIndex, RecordStore } from './record-store';
import { IndexModel, MAX_PARTITION_KEY_BYTES, RecordModel } from '../../src/private/contract';
import { ApiError } from '../domain/api-error';
import { CursorBinding } from '../domain/cursor';
import { RecordJson } from '../domain/record-json';

/** The part of the record model that a query needs. */
export type QueryModel = Pick<RecordModel, 'columns' | 'indexes'>;

/** A number of at most 38 digits, as DynamoDB takes it. */
const NUMBER = /^-?(?=(?:\d\.?){1,38}$)\d+(?:\.\d+)?$/;

/** Lists the records that have one key in a declared index, by the index's sort key. */
export class QueryIndex {
  constructor(private readonly store: RecordStore, private readonly model: QueryModel) {}

  public async run(tenantId: string, name: string, key: string, { limit, nextToken }: PageRequest): Promise<ListPage<RecordJson>> {
    const declared = this.model.indexes.find((index) => index.name === name);
    if (!declared) throw new ApiError('UNKNOWN_INDEX', this.unknownIndex(), [{ parameter: 'index', detail: 'is not declared' }]);
    const index = this.resolve(declared);
    if (index.numeric.includes(index.partitionKey) && !NUMBER.test(key)) {
      throw new ApiError('INVALID_REQUEST', "'key' must be a number for this index", [{ parameter: 'key', detail: 'must be a number' }]);
    }
    const binding: CursorBinding = { route: 'records?index', tenantId, filters: { name, key } };
    const after = keyIn(binding, nextToken);
    if (!canBeKey(key, MAX_PARTITION_KEY_BYTES)) return { items: [], nextToken: null };
    const { items, next } = await this.store.byIndex(index, key, { limit, after });
    return { items, nextToken: tokenFor(binding, next) };
  }

  private resolve(index: IndexModel): RecordIndex {
    const numeric = (this.model.columns ?? []).filter(({ type }) => type === 'integer' || type === 'decimal').map((column) => column.name);
    return { ...index, numeric: numeric.filter((column) => column === index.partitionKey || column === index.sortKey) };
  }

  private unknownIndex(): string {
    const names = this.model.indexes.map((index) => index.name);
    return names.length > 0 ? `'index' must be one of ${names.join(', ')}` : 'this table declares no indexes';
  }
}
