import { createScope, getSigningKey, SignatureV4 } from '@smithy/signature-v4';
import { bucketEndpoint, hostOf, Service, urlOf } from './endpoint';
import { credentials, region } from './runtime-environment';
import { Sha256 } from './sha256';
import { keyPath, Query, queryString } from './uri';

export interface PresignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly bucket: string;
  readonly key: string;
  readonly query?: Query;
  /** All of them are signed: whoever uses the URL must send them as they are. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly expirySeconds: number;
  readonly now: Date;
}

/** A URL that is good for one request to S3, byte for byte as the SDK's `getSignedUrl` makes it. */
export async function presignedUrl({ method, bucket, key, query, headers = {}, expirySeconds, now }: PresignedRequest): Promise<string> {
  const endpoint = bucketEndpoint(bucket);
  const path = endpoint.basePath + keyPath(key);
  const signer = new SignatureV4({ service: Service.S3.name, region: region(), credentials, sha256: Sha256, uriEscapePath: false });
  const signed = await signer.presign({
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    port: endpoint.port,
    path,
    query: { ...query },
    // The body is not known yet. The signer moves this into the URL.
    headers: { ...headers, 'host': hostOf(endpoint), 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
  }, {
    expiresIn: expirySeconds,
    signingDate: now,
    signableHeaders: new Set(['host', ...Object.keys(headers)]),
    // What is moved into the URL is sent by everybody; what stays a header must be sent on purpose.
    unhoistableHeaders: new Set(Object.keys(headers)),
  });
  return `${endpoint.protocol}//${hostOf(endpoint)}${path}?${queryString(signed.query as Query)}`;
}

export interface PresignedPost {
  readonly bucket: string;
  readonly key: string;
  /** Fields of the form that must be sent as they are. */
  readonly fields: Readonly<Record<string, string>>;
  /** Other conditions of the policy. */
  readonly conditions: readonly (readonly [string, ...(string | number)[]])[];
  readonly expirySeconds: number;
  readonly now: Date;
}

export interface SignedForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A form that is good for one object, byte for byte as the SDK's `createPresignedPost` makes it. */
export async function presignedPost(post: PresignedPost): Promise<SignedForm> {
  const { bucket, key, now } = post;
  const caller = await credentials();
  const date = isoSeconds(now).replace(/[-:]/g, '');
  const day = date.slice(0, 8);
  const fields: Record<string, string> = {
    ...post.fields,
    bucket,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${caller.accessKeyId}/${createScope(day, region(), Service.S3.name)}`,
    'X-Amz-Date': date,
    ...(caller.sessionToken ? { 'X-Amz-Security-Token': caller.sessionToken } : {}),
  };
  const exactFields = Object.entries({ ...fields, key }).map(([name, value]) => ({ [name]: value }));
  const policy = Buffer.from(JSON.stringify({
    expiration: isoSeconds(new Date(now.getTime() + post.expirySeconds * 1000)),
    conditions: [...post.conditions, ...exactFields],
  })).toString('base64');

  const signature = new Sha256(await getSigningKey(Sha256, caller, day, region(), Service.S3.name));
  signature.update(policy);
  const endpoint = bucketEndpoint(bucket);
  return {
    // With a slash at its end only if the bucket is no part of the path.
    url: urlOf(endpoint) + (endpoint.basePath === '' ? '/' : ''),
    fields: { ...fields, key, 'Policy': policy, 'X-Amz-Signature': Buffer.from(await signature.digest()).toString('hex') },
  };
}

function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
