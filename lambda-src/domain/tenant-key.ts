import { INDEX_PREFIX, IndexModel, RecordModel } from '../../src/private/contract';

/** An id of a tenant cannot hold it, so no key of one tenant begins like those of another. */
const SEPARATOR = '#';

/** What the keys of a tenant's records begin with; nothing where there are no tenants. */
export function tenantPrefix({ tenancy }: Pick<RecordModel, 'tenancy'>, tenantId: string): string {
  return tenancy ? tenantId + SEPARATOR : '';
}

/** The attribute that an index selects records by: with tenants it is one of ours, and text, which the column may not be. */
export function indexAttribute({ tenancy }: Pick<RecordModel, 'tenancy'>, { name, partitionKey }: IndexModel): string {
  return tenancy ? INDEX_PREFIX + name : partitionKey;
}
