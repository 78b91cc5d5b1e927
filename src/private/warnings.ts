import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Ids of all warnings; the README lists them. Acknowledge one with `Annotations.of(pipeline).acknowledgeWarning(id)`. */
export type WarningId =
  | 'bucketEventBridge'
  | 'handlerTimeoutUnknown'
  | 'importedFunction'
  | 'importedKeyPolicy'
  | 'importedQueuePolicy'
  | 'noApi'
  | 'noAuthorization'
  | 'noDeadLetterQueue'
  | 'processorTimeoutUnknown'
  | 'queryTableIndexes'
  | 'queueTimeoutUnknown'
  | 'sharedTableTenancy'
  | 'statusTableIndexes'
  | 'transformExports'
  | 'transformImports'
  | 'transformTimeoutUnknown';

/** Says what cannot be known at synth but must hold when deployed. */
export function warn(scope: IConstruct, id: WarningId, message: string): void {
  Annotations.of(scope).addWarningV2(`cdk-upload-ingest:${id}`, message);
}
