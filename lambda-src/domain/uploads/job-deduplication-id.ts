import { createHash } from 'node:crypto';

export interface Deduplicated {
  readonly uploadId: string;
  readonly tenantId: string;
  readonly files: readonly { readonly key: string }[];
  /** How often the upload has been UPLOADED. */
  readonly attempt: number;
  /** How much of it is done already, when it goes on in another job. */
  readonly continuation?: number;
}

/**
 * What a FIFO queue tells repeated jobs by: the tenant, the upload and the set of its files, in whatever order they are named.
 * A new attempt is another job.
 */
export function jobDeduplicationId({ uploadId, tenantId, files, attempt, continuation }: Deduplicated): string {
  const keys = files.map(({ key }) => key).sort();
  return createHash('sha256').update(JSON.stringify([uploadId, tenantId, ...keys, attempt, ...(continuation === undefined ? [] : [{ continuation }])])).digest('hex');
}
