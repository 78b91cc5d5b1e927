import { IncomingMessage } from 'node:http';
import { AwsError, NetworkCode } from './aws-error';
import { AwsRequest } from './aws-request';
import { exchange, Silence } from './http-exchange';
import { refusalIn } from './s3-protocol';
import { sign } from './signed-requests';

/** Of the body of an error, which is XML of some hundred bytes; a proxy may answer with anything. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * One attempt at a GET whose body is read as it comes, signed like every other request. Errors of S3 and of the way to it are AwsError.
 * @param silenceMs how long nothing may come before the answer begins
 */
export async function streamedGet(request: AwsRequest, silenceMs: number): Promise<IncomingMessage> {
  const { service: { name: service }, operation } = request;
  const headers = await sign(request);
  let answer: IncomingMessage;
  let body = '';
  try {
    answer = await exchange(request, headers, { silenceMs });
    if (isSuccess(answer)) return answer;
    body = await start(answer, silenceMs);
  } catch (error) {
    throw noAnswer(operation, error);
  }
  const status = answer.statusCode!;
  const refusal = refusalIn({ status, body });
  throw new AwsError({ service, operation, status, code: `Http${status}`, ...refusal });
}

/** What went wrong between us and S3. */
export function noAnswer(operation: string, cause: unknown): AwsError {
  const code = cause instanceof Silence ? NetworkCode.TIMEOUT : NetworkCode.NETWORK;
  return new AwsError({ service: 's3', operation, status: 0, code, message: cause instanceof Error ? cause.message : undefined, cause });
}

function isSuccess({ statusCode }: IncomingMessage): boolean {
  return statusCode === 200 || statusCode === 206;
}

async function start(answer: IncomingMessage, silenceMs: number): Promise<string> {
  answer.setTimeout(silenceMs, () => answer.destroy(new Silence(silenceMs)));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
