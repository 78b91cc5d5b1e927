import { ApiError } from '../../domain/api-error';
import { CursorBinding } from '../../domain/lists/cursor';
import { RecordJson } from '../../domain/records/record-json';
import { ListPage, PageRequest, positionIn, tokenFor } from './paging';
import { RecordsOfTenants } from './tenant-records';

/** Lists a tenant's records, newest first. */
export class ListRecords {
  constructor(private readonly records: RecordsOfTenants) {}

  public async run(tenantId: string, { limit, nextToken }: PageRequest): Promise<ListPage<RecordJson>> {
    const records = this.records.of(tenantId);
    if (!records.listsRecent) {
      throw new ApiError('LISTING_DISABLED', 'this table has no index that lists all records; read them by key or by a declared index');
    }
    const binding: CursorBinding = { route: 'records', tenantId };
    const { items, next } = await records.recent({ limit, before: positionIn(binding, nextToken) });
    return { items, nextToken: tokenFor(binding, next) };
  }
}
