import { XmlElement } from '@rgrove/parse-xml';
import { AwsRequest } from './aws-request';
import { bucketEndpoint, Service } from './endpoint';
import { AwsAnswer, Refusal, SignedRequests } from './signed-requests';
import { keyPath } from './uri';
import { textIn, xmlRoot } from './xml';

export interface S3Request extends Pick<AwsRequest, 'operation' | 'method' | 'query' | 'headers' | 'body' | 'timeoutMs'> {
  readonly bucket: string;
  readonly key: string;
}

/** Calls an operation of S3 on one object. */
export async function callS3(requests: SignedRequests, { bucket, key, ...request }: S3Request): Promise<AwsAnswer> {
  return requests.send({ ...request, service: Service.S3, endpoint: bucketEndpoint(bucket), path: keyPath(key) }, refusalIn);
}

/** What S3 may say after it has begun its answer with 200, and what means that it is worth another try. */
const SERVER_FAULTS = ['InternalError', 'ServiceUnavailable', 'SlowDown', 'RequestTimeout'];

/** Answers to HEAD have no body, and an operation that takes long answers 200 before it knows how it ends. */
export function refusalIn({ status, body }: Pick<AwsAnswer, 'status' | 'body'>): Refusal | undefined {
  const isSuccess = status >= 200 && status < 300;
  const error = errorIn(body);
  if (isSuccess && !error) return undefined;
  const code = (error && textIn(error, 'Code')) ?? `Http${status}`;
  return {
    code,
    // Other members of the error repeat the request, its signature included.
    message: error && textIn(error, 'Message'),
    ...(isSuccess ? { status: SERVER_FAULTS.includes(code) ? 500 : 400 } : {}),
  };
}

function errorIn(body: string): XmlElement | undefined {
  if (!body.includes('<Error')) return undefined;
  const root = xmlRoot(body);
  return root?.name === 'Error' ? root : undefined;
}
