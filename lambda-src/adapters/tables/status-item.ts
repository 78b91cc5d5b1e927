import { Attribute, SINGLE_TENANT, STATUS_SHARDS, StatusAttribute } from '../../../src/private/contract';
import { positionOf } from '../../domain/lists/position';
import { fnv1a, shardOf } from '../../domain/records/shard';
import { announcedFile, Upload } from '../../domain/uploads/upload';

/**
 * An upload as its item in the status table, as a plain object: the same names, without the members that are null
 * (so that the deadline index stays sparse), and with the keys of the indexes. Other attributes on the item are the
 * processor's, and are passed over here.
 */
export type StatusItem = Readonly<Record<string, unknown>>;

/** The deadline index has one partition: it is written twice in the life of an upload and read by the sweeper only. */
export const DEADLINE_SHARD = '0';

export function toStatusItem(upload: Upload): StatusItem {
  const { uploadId, tenantId, createdAt, deadline, result, dryRun } = upload;
  // What a function of the user's says is kept as text: JSON has numbers and depths that an item has not.
  const resultText = result === null ? null : JSON.stringify(result);
  return {
    ...withoutNulls({ ...upload, dryRun: dryRun || null, files: upload.files.map(withoutNulls), result: resultText }),
    [Attribute.LIST]: uploadListPartition(tenantId, shardOf(fnv1a(uploadId), STATUS_SHARDS)),
    [Attribute.POSITION]: positionOf({ at: createdAt, uploadId }),
    ...(deadline === null ? {} : { [StatusAttribute.DEADLINE_SHARD]: DEADLINE_SHARD }),
  };
}

export function fromStatusItem(item: StatusItem): Upload {
  const {
    uploadId, tenantId, status, owner = null, files, metadata = {}, counts = null, progress, stage = null, result = null, error = null,
    history, createdAt, updatedAt, uploadedAt = null, deadline = null,
    dryRun = false,
  } = item as Partial<Upload> & Pick<Upload, 'uploadId' | 'tenantId' | 'status' | 'files' | 'history' | 'createdAt' | 'updatedAt'>;
  return {
    uploadId,
    tenantId,
    status,
    owner,
    metadata,
    counts,
    stage,
    result: typeof result === 'string' ? JSON.parse(result) as unknown : null,
    error,
    history,
    createdAt,
    updatedAt,
    uploadedAt,
    deadline,
    dryRun,
    files: files.map(announcedFile),
    progress: progress ?? { bytes: 0, totalBytes: 0 },
  };
}

/** A partition of the recent index: one shard of one tenant's uploads. */
export function uploadListPartition(tenantId: string, shard: string): string {
  return tenantId === SINGLE_TENANT ? shard : `${tenantId}#${shard}`;
}

function withoutNulls(from: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== null));
}
