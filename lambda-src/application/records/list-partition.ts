import { CursorBinding } from '../../domain/lists/cursor';
import { RecordJson } from '../../domain/records/record-json';
import { ListPage, PageRequest, sortKeyIn, tokenFor } from './paging';
import { RecordsOfTenants } from './tenant-records';

/** Lists the records with one partition key, by their sort key. A key that no record has is an empty list. */
export class ListPartition {
  constructor(private readonly records: RecordsOfTenants) {}

  public async run(tenantId: string, partitionKey: string, { limit, nextToken }: PageRequest): Promise<ListPage<RecordJson>> {
    const binding: CursorBinding = { route: 'records/{pk}', tenantId, filters: { partitionKey } };
    const after = sortKeyIn(binding, nextToken);
    const { items, next } = await this.records.of(tenantId).byPartition(partitionKey, { limit, after });
    return { items, nextToken: tokenFor(binding, next) };
  }
}
