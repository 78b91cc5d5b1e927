import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** A signed request to a service that has no client here: its answer as JSON. Throws unless it is a success. */
export async function awsRequest<T>(service: string, { method = 'GET', path = '/', query, target, body }: {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** `X-Amz-Target` of the services that speak JSON 1.1. */
  readonly target?: string;
  readonly body?: object;
}): Promise<T> {
  const region = process.env.AWS_REGION ?? 'us-east-1';
  const url = new URL(path, process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`);
  url.search = new URLSearchParams(query).toString();
  const signed = await new SignatureV4({ credentials: defaultProvider(), region, service, sha256: Sha256 }).sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { host: url.host, ...(target && { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }) },
    body: body && JSON.stringify(body),
  });
  const response = await fetch(url, { method, headers: signed.headers, body: signed.body as string | undefined });
  if (!response.ok) throw new Error(`${target ?? path}: ${response.status} ${await response.text()}`);
  return await response.json() as T;
}

/** Calls an operation of a service that speaks JSON 1.1. */
export function awsJson<T>(service: string, target: string, body: object): Promise<T> {
  return awsRequest(service, { method: 'POST', target, body });
}
