import { INDEX_PREFIX, IndexModel, RecordModel } from '../../../src/private/contract';

/** What no other key begins with: not those that were written without tenants, nor those of others in a table that is shared. */
const MARK = '_t#';
/** An id of a tenant cannot hold it, so no key of one tenant begins like those of another. */
const SEPARATOR = '#';

/** What the keys of a tenant's records begin with; nothing where there are no tenants. */
export function tenantPrefix({ tenancy }: Pick<RecordModel, 'tenancy'>, tenantId: string): string {
  return tenancy ? MARK + tenantId + SEPARATOR : '';
}

/** The attribute that an index selects records by: with tenants it is one of ours, and text, which the column may not be. */
export function indexAttribute({ tenancy }: Pick<RecordModel, 'tenancy'>, { name, partitionKey }: IndexModel): string {
  return tenancy ? INDEX_PREFIX + name : partitionKey;
}
