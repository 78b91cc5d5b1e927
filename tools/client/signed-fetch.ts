import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

type Credentials = ConstructorParameters<typeof SignatureV4>[0]['credentials'];

export interface SigningOptions {
  /**
   * Headers that say who calls, such as `authorization` with a token or `x-api-key`; then nothing is signed.
   * @default - requests are signed
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - the default credential provider chain */
  readonly credentials?: Credentials;
  /** @default - the region in the URL of the API, else AWS_REGION, else us-east-1 */
  readonly region?: string;
}

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/**
 * `fetch` with every request signed for API Gateway (Signature Version 4, service `execute-api`), unless headers say who calls. Where an
 * answer leads elsewhere, it is not followed: the credentials are not for there.
 */
export function signedFetch(options: SigningOptions = {}): (request: ApiRequest) => Promise<Response> {
  const { headers: caller } = options;
  if (caller) return ({ method, url, headers, body }) => fetch(url, { method, headers: { ...headers, ...caller }, body, redirect: 'manual' });

  const credentials = options.credentials ?? defaultProvider();
  return async ({ method, url, headers, body }) => {
    const signer = new SignatureV4({
      credentials,
      region: options.region ?? regionOf(url) ?? process.env.AWS_REGION ?? 'us-east-1',
      service: 'execute-api',
      sha256: Sha256,
    });
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      port: url.port ? Number(url.port) : undefined,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      body,
    });
    return fetch(url, { method, headers: signed.headers, body, redirect: 'manual' });
  };
}

function regionOf(url: URL): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url.hostname)?.[1];
}
