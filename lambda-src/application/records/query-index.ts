import { IndexModel, RecordModel } from '../../../src/private/contract';
import { indexAttribute } from '../../domain/access/tenant-key';
import { ApiError } from '../../domain/api-error';
import { CursorBinding } from '../../domain/lists/cursor';
import { searchedKey } from '../../domain/records/index-keys';
import { RecordJson } from '../../domain/records/record-json';
import { keyIn, ListPage, PageRequest, tokenFor } from './paging';
import { RecordIndex } from './record-store';
import { RecordsOfTenants } from './tenant-records';

/** The part of the record model that a query needs. */
export type QueryModel = Pick<RecordModel, 'columns' | 'indexes' | 'tenancy'>;

/** Lists the records that have one key in a declared index, by the index's sort key. */
export class QueryIndex {
  constructor(private readonly records: RecordsOfTenants, private readonly model: QueryModel) {}

  public async run(tenantId: string, name: string, text: string, { limit, nextToken }: PageRequest): Promise<ListPage<RecordJson>> {
    const declared = this.model.indexes.find((index) => index.name === name);
    if (!declared) throw new ApiError('UNKNOWN_INDEX', this.unknownIndex(), [{ parameter: 'index', detail: 'is not declared' }]);
    const key = this.readKey(declared, text);
    const binding: CursorBinding = { route: 'records?index', tenantId, filters: { name, key } };
    const after = keyIn(binding, nextToken);
    const { items, next } = await this.records.of(tenantId).byIndex(this.resolve(declared), key, { limit, after });
    return { items, nextToken: tokenFor(binding, next) };
  }

  /** In the one form that records have it, so that 12.50 finds what 12.5 does, and A what a does in a column of lower case. */
  private readKey({ partitionKey }: IndexModel, text: string): string {
    const column = this.model.columns?.find(({ name }) => name === partitionKey);
    const key = searchedKey(column ?? { type: 'string' }, text);
    if (typeof key === 'string') return key;
    const detail = `must ${key.rule}`;
    throw new ApiError('INVALID_REQUEST', `'key' ${detail}`, [{ parameter: 'key', detail }]);
  }

  private resolve(index: IndexModel): RecordIndex {
    const numeric = (this.model.columns ?? []).filter(({ type }) => type === 'integer' || type === 'decimal').map((column) => column.name);
    const partitionKey = indexAttribute(this.model, index);
    return { ...index, partitionKey, numeric: numeric.filter((column) => column === partitionKey || column === index.sortKey) };
  }

  private unknownIndex(): string {
    const names = this.model.indexes.map((index) => index.name);
    return names.length > 0 ? `'index' must be one of ${names.join(', ')}` : 'this table declares no indexes';
  }
}
