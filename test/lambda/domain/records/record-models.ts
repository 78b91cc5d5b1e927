import { BuiltRecord, RecordContext } from '../../../../lambda-src/domain/records/record-builder';
import { WireItem } from '../../../../lambda-src/domain/records/wire';
import { Reject } from '../../../../lambda-src/domain/rejects/reject';
import { ColumnModel, ColumnType, DEFAULT_KEYS, RecordModel, SINGLE_TENANT } from '../../../../src/private/contract';

export function column(name: string, type: ColumnType, rules: Partial<ColumnModel> = {}): ColumnModel {
  return { name, type, required: false, ...rules };
}

export function recordModel(model: Partial<RecordModel>): RecordModel {
  return { columns: [], unknownColumns: 'fail', keys: DEFAULT_KEYS, duplicateKeys: 'reject', indexes: [], ...model };
}

export function anyCsv(model: Partial<RecordModel> = {}): RecordModel {
  return recordModel({ columns: null, ...model });
}

export function recordContext(context: Partial<RecordContext> = {}): RecordContext {
  return {
    uploadId: '3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33',
    uploadedAt: '2026-11-21T09:46:15.123Z',
    fileName: 'drugs.csv',
    keyNames: { partitionKey: '_pk', sortKey: '_sk' },
    shards: 4,
    rowsBefore: 0,
    tenantId: SINGLE_TENANT,
    expiresAt: null,
    ...context,
  };
}

/** The item of a row that is no reject. */
export function itemOf(built: BuiltRecord | Reject): WireItem {
  if ('code' in built) throw new Error(built.message);
  return JSON.parse(String(built.item)) as WireItem;
}
