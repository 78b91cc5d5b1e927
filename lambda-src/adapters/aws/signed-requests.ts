import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError, NetworkCode } from './aws-error';
import { Endpoint, hostOf, Service } from './endpoint';
import { credentials, region } from './runtime-environment';
import { Sha256 } from './sha256';
import { Query, queryString } from './uri';

export interface AwsRequest {
  readonly service: Service;
  /** Appears in errors only. */
  readonly operation: string;
  readonly endpoint: Endpoint;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Below the endpoint, encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Headers;
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
  readonly fetch: typeof fetch;
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
  fetch: async (...request) => fetch(...request),
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
    const url = `${request.endpoint.protocol}//${hostOf(request.endpoint)}${pathAndQuery(request)}`;
    let answer: AwsAnswer;
    try {
      const response = await this.ports.fetch(url, {
        method: request.method,
        // Compressed answers would cost time at both ends; not signed, as a proxy may change it.
        headers: { ...headers, 'accept-encoding': 'identity' },
        body: request.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(request.timeoutMs ?? TIMEOUT),
      });
      answer = { status: response.status, headers: response.headers, body: await response.text() };
    } catch (error) {
      const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
      return new AwsError({ service, operation, status: 0, code: isTimeout ? NetworkCode.TIMEOUT : NetworkCode.NETWORK, cause: error });
    }
    const refusal = refusalIn(answer);
    return refusal ? new AwsError({ service, operation, status: answer.status, ...refusal }) : answer;
  }
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
  // `fetch` sets the host by the URL, and would not be told otherwise.
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== 'host'));
}

export function pathAndQuery({ endpoint, path, query = {} }: AwsRequest): string {
  const parameters = queryString(query);
  return endpoint.basePath + path + (parameters === '' ? '' : `?${parameters}`);
}

/** Whether the same request may succeed at another time. */
export function isTransient({ status, code }: AwsError): boolean {
  return status === 0 || status === 429 || status >= 500 || THROTTLES.has(code) || CONFLICTS.has(code);
}
