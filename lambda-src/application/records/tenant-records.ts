import { EXPIRY_ATTRIBUTE, INDEX_PREFIX, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../../../src/private/contract';
import { Bookmark } from '../../domain/lists/cursor';
import { Page } from '../../domain/lists/merge-pages';
import { numberIn, RecordJson } from '../../domain/records/record-json';
import { canBeKey } from './key-limits';
import { KeyPage, RecordIndex, RecordStore, Stretch } from './record-store';

/** The records of one tenant, as if there were no others. */
export interface RecordsOfTenant extends Omit<RecordStore, 'recent' | 'partitionKey'> {
  recent(query: { readonly limit: number; readonly before?: string }): Promise<Page<RecordJson>>;
}

/** The records of every tenant. */
export interface RecordsOfTenants {
  of(tenantId: string): RecordsOfTenant;
}

export interface TenantRecordsProps {
  /** What the keys of a tenant's records begin with; nothing where there are no tenants. */
  readonly prefixOf: (tenantId: string) => string;
  readonly now: () => Date;
}

/**
 * Binds every read of a table to one tenant: keys get the tenant's prefix on the way to the table, and lose it on the way back,
 * with whatever else is ours. Records that have expired are gone, even if DynamoDB has not deleted them yet, which takes it days.
 */
export class TenantRecords implements RecordsOfTenants {
  constructor(private readonly store: RecordStore, private readonly props: TenantRecordsProps) {}

  public of(tenantId: string): RecordsOfTenant {
    const { store } = this;
    const prefix = this.props.prefixOf(tenantId);
    return {
      listsRecent: store.listsRecent,
      recent: async (query) => this.shown(prefix, await store.recent({ ...query, prefix })),
      byPartition: async (partitionKey: string, stretch: Stretch<string>) => {
        if (!isKey(partitionKey, prefix)) return { items: [], next: null };
        return this.shown(prefix, await store.byPartition(prefix + partitionKey, stretch));
      },
      byIndex: async (index: RecordIndex, key: string, stretch: Stretch<Readonly<Record<string, string>>>) => {
        if (!isKey(key, prefix)) return { items: [], next: null };
        return this.shown(prefix, await store.byIndex(index, prefix + key, stretch));
      },
      get: async (partitionKey: string, sortKey: string) => {
        const possible = isKey(partitionKey, prefix) && canBeKey(sortKey, MAX_SORT_KEY_BYTES);
        const record = possible ? await store.get(prefix + partitionKey, sortKey) : undefined;
        return record && !this.hasExpired(record) ? this.show(prefix, record) : undefined;
      },
    };
  }

  private shown<P extends Page<RecordJson> | KeyPage<Bookmark>>(prefix: string, page: P): P {
    return { ...page, items: page.items.filter((record) => !this.hasExpired(record)).map((record) => this.show(prefix, record)) };
  }

  private show(prefix: string, record: RecordJson): RecordJson {
    if (prefix === '' && !(EXPIRY_ATTRIBUTE in record)) return record;
    const { partitionKey } = this.store;
    const visible = Object.entries(record).filter(([name]) => name !== EXPIRY_ATTRIBUTE && !name.startsWith(INDEX_PREFIX));
    return Object.fromEntries(visible.map(([name, value]) => [name, name === partitionKey ? String(value).slice(prefix.length) : value]));
  }

  private hasExpired(record: RecordJson): boolean {
    const expiry = numberIn(record[EXPIRY_ATTRIBUTE]);
    return expiry !== undefined && expiry * 1000 <= this.props.now().getTime();
  }
}

function isKey(key: string, prefix: string): boolean {
  return key !== '' && canBeKey(prefix + key, MAX_PARTITION_KEY_BYTES);
}
