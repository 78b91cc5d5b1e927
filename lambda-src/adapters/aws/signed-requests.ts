import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError, NetworkCode } from './aws-error';
import { AwsRequest } from './aws-request';
import { hostOf, Service } from './endpoint';
import { exchange } from './http-exchange';
import { credentials, region } from './runtime-environment';
import { Sha256 } from './sha256';

export interface AwsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What an answer says that is no success. */
export interface Refusal {
  readonly code: string;
  readonly message?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where the status of the answer hides it. */
  readonly status?: number;
}

/** How the answers of a service are read; undefined: it is a success. */
export type RefusalReader = (answer: AwsAnswer) => Refusal | undefined;

export interface SignedRequestsPorts {
  readonly exchange: typeof exchange;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Between 0 and 1, for the jitter. */
  readonly random: () => number;
  readonly now: () => number;
}

const MAX_ATTEMPTS = 3;
const FIRST_PAUSE = 100;
const TIMEOUT = 5_000;
/** API Gateway gives up after 29 seconds; who has waited this long is not helped by another attempt. */
const TIME_FOR_RETRIES = 15_000;

/** What services call it when they are asked too much. */
const THROTTLES = new Set([
  'BandwidthLimitExceeded', 'EC2ThrottledException', 'LimitExceededException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException',
  'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException',
  'TooManyRequestsException', 'TransactionInProgressException', 'RequestTimeout', 'RequestTimeoutException',
]);

/** Another request was about the same object at the same time: two that put the same parts together, say. */
const CONFLICTS = new Set(['ConditionalRequestConflict', 'OperationAborted']);

const PORTS: SignedRequestsPorts = {
  exchange,
  sleep: async (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
  random: Math.random,
  now: Date.now,
};

/**
 * Calls AWS without a client of the SDK, which would be most of a cold start: signs, sends, and tries again what may
 * succeed at another time. A write may so be sent twice, as with the SDK.
 */
export class SignedRequests {
  constructor(private readonly ports: SignedRequestsPorts = PORTS) {}

  public async send(request: AwsRequest, refusalIn: RefusalReader): Promise<AwsAnswer> {
    const { sleep, random, now } = this.ports;
    const started = now();
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(request, refusalIn);
      if (!(outcome instanceof AwsError)) return outcome;
      if (attempt === MAX_ATTEMPTS || !isTransient(outcome) || now() - started > TIME_FOR_RETRIES) throw outcome;
      await sleep(random() * FIRST_PAUSE * 2 ** (attempt - 1));
    }
  }

  private async attempt(request: AwsRequest, refusalIn: RefusalReader): Promise<AwsAnswer | AwsError> {
    const { service: { name: service }, operation } = request;
    // Signed anew for each attempt: a signature holds for some minutes only, and credentials may have changed.
    const headers = await sign(request);
    const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT);
    let answer: AwsAnswer;
    try {
      const began = await this.ports.exchange(request, headers, { signal });
      answer = { status: began.statusCode!, headers: began.headers, body: await textOf(began) };
    } catch (error) {
      const code = signal.aborted ? NetworkCode.TIMEOUT : NetworkCode.NETWORK;
      return new AwsError({ service, operation, status: 0, code, cause: error });
    }
    const refusal = refusalIn(answer);
    return refusal ? new AwsError({ service, operation, status: answer.status, ...refusal }) : answer;
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The headers of a request that is signed now. */
export async function sign(request: AwsRequest): Promise<Record<string, string>> {
  const { service, endpoint, method, query, headers, body } = request;
  const signer = new SignatureV4({
    service: service.name,
    region: region(),
    credentials,
    sha256: Sha256,
    // S3 alone takes paths as they are.
    uriEscapePath: service !== Service.S3,
  });
  const signed = await signer.sign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    port: endpoint.port,
    path: endpoint.basePath + request.path,
    query: { ...query },
    headers: { ...headers, host: hostOf(endpoint) },
    body,
  });
  // Whoever sends it says where.
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== 'host'));
}

/** Whether the same request may succeed at another time. */
export function isTransient({ status, code }: AwsError): boolean {
  return status === 0 || status === 429 || status >= 500 || THROTTLES.has(code) || CONFLICTS.has(code);
}
