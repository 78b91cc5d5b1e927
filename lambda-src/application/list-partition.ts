import { canBeKey } from './key-limits';
import { ListPage, PageRequest, sortKeyIn, tokenFor } from './paging';
import { RecordStore } from './record-store';
import { MAX_PARTITION_KEY_BYTES } from '../../src/private/contract';
import { CursorBinding } from '../domain/cursor';
import { RecordJson } from '../domain/record-json';

/** Lists the records with one partition key, by their sort key. A key that no record has is an empty list. */
export class ListPartition {
  constructor(private readonly store: RecordStore) {}

  public async run(tenantId: string, partitionKey: string, { limit, nextToken }: PageRequest): Promise<ListPage<RecordJson>> {
    const binding: CursorBinding = { route: 'records/{pk}', tenantId, filters: { partitionKey } };
    const after = sortKeyIn(binding, nextToken);
    if (!canBeKey(partitionKey, MAX_PARTITION_KEY_BYTES)) return { items: [], nextToken: null };
    const { items, next } = await this.store.byPartition(partitionKey, { limit, after });
    return { items, nextToken: tokenFor(binding, next) };
  }
}
