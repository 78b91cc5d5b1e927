import { canBeKey } from './key-limits';
import { RecordStore } from './record-store';
import { MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from '../../src/private/contract';
import { ApiError } from '../domain/api-error';
import { RecordJson } from '../domain/record-json';

/** Shows one record. */
export class GetRecord {
  constructor(private readonly store: RecordStore) {}

  public async run(_tenantId: string, partitionKey: string, sortKey: string): Promise<RecordJson> {
    const possible = canBeKey(partitionKey, MAX_PARTITION_KEY_BYTES) && canBeKey(sortKey, MAX_SORT_KEY_BYTES);
    const record = possible ? await this.store.get(partitionKey, sortKey) : undefined;
    if (!record) throw new ApiError('RECORD_NOT_FOUND', 'there is no record with these keys');
    return record;
  }
}
