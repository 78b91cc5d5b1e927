import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { Service } from './endpoint';
import { callJson } from './json-protocol';
import { SignedRequests } from './signed-requests';

/** SQS without the SDK's client. */
export class LightSqs {
  constructor(private readonly requests = new SignedRequests()) {}

  /** The queue's URL names the queue only: where the request goes is a matter of region and endpoint, as with the SDK. */
  public async sendMessage(input: SendMessageCommandInput): Promise<void> {
    await callJson(this.requests, { service: Service.SQS, target: 'AmazonSQS', version: '1.0' }, 'SendMessage', input);
  }
}
