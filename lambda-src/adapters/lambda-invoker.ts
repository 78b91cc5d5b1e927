import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Invoked } from '../application/ingest/call-handler';

/**
 * Calls a function and waits for it. Without retries of the SDK, unless it may be called twice: a call whose answer was lost may be at
 * work still, and when to try again is for the queue to say.
 */
export class LambdaInvoker {
  private readonly client: LambdaClient;

  constructor(private readonly functionName: string, maxAttempts = 1) {
    this.client = new LambdaClient({ maxAttempts });
  }

  public async invoke(event: object, milliseconds: number, signal?: AbortSignal): Promise<Invoked> {
    const command = new InvokeCommand({ FunctionName: this.functionName, Payload: JSON.stringify(event) });
    const timeout = AbortSignal.timeout(Math.max(0, milliseconds));
    const abortSignal = signal ? AbortSignal.any([timeout, signal]) : timeout;
    const { FunctionError, Payload } = await this.client.send(command, { abortSignal });
    const payload = Buffer.from(Payload ?? []).toString('utf8');
    return FunctionError === undefined ? { payload } : { errorType: errorTypeIn(payload), functionName: nameOf(this.functionName) };
  }
}

/** Of a function that is known by its name, or by its ARN, which tells the account. */
function nameOf(function_: string): string {
  return function_.startsWith('arn:') ? function_.split(':')[6] : function_;
}

/** Such as `ValueError` or `Sandbox.Timedout`; a runtime may say what it likes, so nothing longer than a name is taken. */
function errorTypeIn(payload: string): string {
  try {
    const { errorType } = JSON.parse(payload) as { errorType?: unknown };
    return typeof errorType === 'string' && /^[\w.:$]{1,100}$/.test(errorType) ? errorType : 'an error';
  } catch {
    return 'an error';
  }
}
