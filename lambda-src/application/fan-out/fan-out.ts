import { Upload } from '../../domain/uploads/upload';

/** Port: has many invocations work on the ranges of an upload's files. */
export interface FanOut {
  /** Whether the upload is one for it; all sizes and ETags are known. */
  takes(upload: Upload): Promise<boolean>;
  /** Starts an execution under this name (no two claims of an upload give the same), or leaves the one that is there. */
  start(execution: string, upload: Upload): Promise<void>;
  /** `missing`: it was never started. */
  look(execution: string): Promise<'running' | 'ended' | 'missing'>;
}

/** How long the sweeper leaves a fan-out alone before it asks how it is. */
export const FAN_OUT_PATIENCE_SECONDS = 600;
