import { RecordModel } from '../../src/private/contract';
import { canBeCut } from '../../src/private/fan-out/fan-out-rules';
import { FanOut } from '../application/fan-out/fan-out';
import { OpenBytes } from '../application/ingest/object-bytes';
import { Upload, UploadFile } from '../domain/uploads/upload';
import { isAwsError } from './aws/aws-error';
import { LightStepFunctions } from './aws/step-functions';
import { canStartAnywhere } from './rows/open-rows';
import { pickFormat } from './rows/pick-format';
import { MAGIC_BYTES } from './rows/unpack';

export interface StepFunctionsOptions {
  readonly stateMachineArn: string;
  /** Bytes of all files of an upload that make it worth a fan-out. */
  readonly above: number;
  readonly model: Pick<RecordModel, 'formats'>;
  readonly open: OpenBytes;
}

/** Fans uploads out with a state machine of AWS Step Functions, one execution each. */
export class StepFunctionsFanOut implements FanOut {
  constructor(private readonly options: StepFunctionsOptions, private readonly client = new LightStepFunctions()) {}

  public async takes({ files, progress }: Upload): Promise<boolean> {
    const { above, model } = this.options;
    if (progress.totalBytes <= above || !files.every((file) => canBeCut(pickFormat(model, file)))) return false;
    for (const file of files) {
      if (!await this.isPlain(file)) return false;
    }
    return true;
  }

  public async start(execution: string, { uploadId }: Upload): Promise<void> {
    try {
      await this.client.startExecution({
        stateMachineArn: this.options.stateMachineArn, name: execution, input: JSON.stringify({ uploadId, execution }),
      });
    } catch (error) {
      // Of this name there was one before, and there is only one to start: this one.
      if (!isAwsError(error, 'ExecutionAlreadyExists')) throw error;
    }
  }

  public look(execution: string): Promise<'running' | 'ended' | 'missing'> {
    return lookAt(`${this.options.stateMachineArn.replace(':stateMachine:', ':execution:')}:${execution}`, this.client);
  }

  /** The middle of a packed file, or of one in UTF-16, says nothing without what is before it. */
  private async isPlain(file: UploadFile): Promise<boolean> {
    const bytes = await this.options.open(file.key, file.arrival?.etag ?? undefined);
    const start: Buffer[] = [];
    for await (const chunk of bytes.read(0, MAGIC_BYTES)) start.push(chunk);
    return canStartAnywhere(Buffer.concat(start), pickFormat(this.options.model, file));
  }
}

/** How an execution is. */
export async function lookAt(executionArn: string, client = new LightStepFunctions()): Promise<'running' | 'ended' | 'missing'> {
  try {
    const status = await client.describeExecution(executionArn);
    return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended';
  } catch (error) {
    if (isAwsError(error, 'ExecutionDoesNotExist')) return 'missing';
    throw error;
  }
}
