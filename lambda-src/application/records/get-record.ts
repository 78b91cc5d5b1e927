import { ApiError } from '../../domain/api-error';
import { RecordJson } from '../../domain/records/record-json';
import { RecordsOfTenants } from './tenant-records';

/** Shows one record. */
export class GetRecord {
  constructor(private readonly records: RecordsOfTenants) {}

  public async run(tenantId: string, partitionKey: string, sortKey: string): Promise<RecordJson> {
    const record = await this.records.of(tenantId).get(partitionKey, sortKey);
    if (!record) throw new ApiError('RECORD_NOT_FOUND', 'there is no record with these keys');
    return record;
  }
}
