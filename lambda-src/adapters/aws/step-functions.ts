import { Service } from './endpoint';
import { callJson, JsonProtocol } from './json-protocol';
import { SignedRequests } from './signed-requests';

const PROTOCOL: JsonProtocol = { service: Service.STEP_FUNCTIONS, target: 'AWSStepFunctions', version: '1.0' };

/** What Step Functions calls the states of an execution. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** Step Functions without the SDK's client. */
export class LightStepFunctions {
  constructor(private readonly requests = new SignedRequests()) {}

  public async startExecution(input: { readonly stateMachineArn: string; readonly name: string; readonly input: string }): Promise<void> {
    await callJson(this.requests, PROTOCOL, 'StartExecution', input);
  }

  public async describeExecution(executionArn: string): Promise<ExecutionStatus> {
    const { status } = await callJson(this.requests, PROTOCOL, 'DescribeExecution', { executionArn });
    return status as ExecutionStatus;
  }
}
